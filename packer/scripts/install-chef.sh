#!/bin/bash
# Sees to it that this machine has a Chef client: the one of the base image is used, otherwise Cinc Client is installed,
# the free distribution of Chef Infra Client, which asks for no license. https://cinc.sh/start/client/
#
# Environment: CINC_VERSION, what the installer takes as a version: 18, 18.5 or 18.5.0. Where it is empty, whatever client
# the base image brings is used, and 18 is installed.
set -euo pipefail

client_path() {
  local client
  for client in chef-client cinc-client /opt/chef/bin/chef-client /opt/cinc/bin/cinc-client; do
    if command -v "$client"; then return 0; fi
  done
  return 1
}

version_of() {
  local text
  text=$("$1" --version) || true
  if [[ $text =~ [0-9]+(\.[0-9]+)+ ]]; then echo "${BASH_REMATCH[0]}"; fi
}

newest=18
too_new() {
  echo "install-chef: this image brings $1, which asks for a license key; start from an image with version 16 to $newest, or with" \
    "no client, so that Cinc Client is installed" >&2
  exit 1
}

if [ -d /hab/pkgs/chef/chef-infra-client ]; then too_new "Chef Infra Client under /hab, of version 19 or newer"; fi
if client=$(client_path); then
  wanted=${CINC_VERSION:-}
  version=$(version_of "$client")
  if [ "${version%%.*}" -gt "$newest" ] 2>/dev/null; then too_new "$client in version $version"; fi
  if [ -n "$wanted" ]; then
    if [[ $version. != "$wanted".* ]]; then
      echo "install-chef: this image brings $client in version '$version', expected '$wanted';" \
        "leave the client's version out to use it, or start from an image with that version or with no client" >&2
      exit 1
    fi
  fi
  echo "install-chef: this image brings $client"
  exit 0
fi

installer=$(mktemp)
trap 'rm -f "$installer"' EXIT
url=https://omnitruck.cinc.sh/install.sh
echo "install-chef: installing Cinc Client ${CINC_VERSION:-18} from $url"
if ! curl --fail --silent --show-error --location --retry 3 --output "$installer" "$url"; then
  echo "install-chef: '$url' cannot be read from this machine; give the bake's subnet a way to it," \
    "or a base image that has chef-client or cinc-client" >&2
  exit 1
fi
bash "$installer" -v "${CINC_VERSION:-18}"

if ! client=$(client_path); then
  echo "install-chef: the installer ended without a cinc-client; its lines above say why" >&2
  exit 1
fi
echo "install-chef: installed $client"
