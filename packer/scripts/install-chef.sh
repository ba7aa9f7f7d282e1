#!/bin/bash
# Makes sure that this machine has a Chef client: uses that of the base image, or installs Cinc Client, the free distribution
# of Chef Infra Client, which needs no license. https://cinc.sh/start/client/
#
# Environment:
#   CINC_VERSION        a version as the installer accepts it: 18, 18.5 or 18.5.0. If it is empty, any client of the base image
#                       is used, and otherwise the version below is installed: a full one, so that the same inputs create the
#                       same image
#   CINC_PACKAGE_URL, CINC_PACKAGE_SHA256   a package (deb or rpm) to install instead of the installer's, and its checksum
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
# Its packages are named by https://downloads.cinc.sh/files/stable/cinc/
standard=18.8.11
too_new() {
  echo "install-chef: this image brings $1, which asks for a license key; start from an image with version 16 to $newest, or with" \
    "no client, so that Cinc Client is installed" >&2
  exit 1
}

if [ -d /hab/pkgs/chef/chef-infra-client ]; then too_new "Chef Infra Client under /hab, of version 19 or newer"; fi
if client=$(client_path); then
  if [ -n "${CINC_PACKAGE_URL:-}" ]; then
    echo "install-chef: this image brings $client, and $CINC_PACKAGE_URL is to be installed; leave 'chefClientPackage' out to use what" \
      "the image brings, or start from an image with no client" >&2
    exit 1
  fi
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

downloaded=$(mktemp -d)
trap 'rm -rf "$downloaded"' EXIT
download() {
  if curl --proto '=https' --fail --silent --show-error --location --retry 3 --output "$downloaded/$2" "$1"; then return 0; fi
  echo "install-chef: '$1' cannot be read from this machine; give the bake's subnet a way to it," \
    "a package within reach ('chefClientPackage'), or a base image that has chef-client or cinc-client" >&2
  exit 1
}

# A machine that has just booted may be updating itself, and dpkg and rpm do not wait for their locks.
busy='locked by another process|Could not get lock|Unable to acquire the dpkg|transaction lock'
patiently() {
  local tries status said=$downloaded/said
  for tries in {1..60}; do
    status=0
    "$@" 2>&1 | tee "$said" || status=$?
    if [ "$status" = 0 ] || ! grep -Eq "$busy" "$said"; then return "$status"; fi
    echo "install-chef: another program is installing packages; attempt $tries of 60, the next in 10 s"
    sleep 10
  done
  return "$status"
}

# Cinc's installer compares the package with the SHA-256 that omnitruck reports. If there is no checksum, or no program to
# calculate one, it only prints a warning and continues (mixlib-install, generator/bourne/scripts: do_checksum in helpers.sh,
# fetch_package.sh).
run_installer() {
  local url=https://omnitruck.cinc.sh/install.sh said=$downloaded/said key value rest from="" sum=""
  if ! command -v sha256sum >/dev/null; then
    echo "install-chef: this image has no sha256sum, without which Cinc's installer compares no checksum; install GNU coreutils in the" \
      "base image, or a Chef client" >&2
    exit 1
  fi
  echo "install-chef: installing Cinc Client ${CINC_VERSION:-$standard} from $url"
  download "$url" install.sh
  patiently bash "$downloaded/install.sh" -v "${CINC_VERSION:-$standard}"
  if ! grep -q '^Comparing checksum with ' "$said"; then
    echo "install-chef: Cinc's installer has compared its package with no checksum, so no image is made of it; its lines above say why." \
      "Give the package and its checksum yourself ('chefClientPackage')" >&2
    exit 1
  fi
  while read -r key value rest; do
    case $key in
      url) from=$value ;;
      sha256) sum=$value ;;
    esac
  done <"$said"
  echo "install-chef: to install this package and no other from now on: chefClientPackage: { url: \"$from\", sha256: \"$sum\" }"
}

install_package() {
  local file=${CINC_PACKAGE_URL##*/} sum
  echo "install-chef: installing $CINC_PACKAGE_URL"
  download "$CINC_PACKAGE_URL" "$file"
  sum=$(sha256sum "$downloaded/$file")
  if [ "${sum%% *}" != "$CINC_PACKAGE_SHA256" ]; then
    echo "install-chef: '$CINC_PACKAGE_URL' has the SHA-256 ${sum%% *}, expected $CINC_PACKAGE_SHA256; nothing of it was installed" >&2
    exit 1
  fi
  case $file in
    *.deb) patiently dpkg --install "$downloaded/$file" ;;
    *) patiently rpm --upgrade --verbose "$downloaded/$file" ;;
  esac
}

if [ -n "${CINC_PACKAGE_URL:-}" ]; then
  install_package
else
  run_installer
fi

if ! client=$(client_path); then
  echo "install-chef: the installer ended without a cinc-client; its lines above say why" >&2
  exit 1
fi
echo "install-chef: installed $client"
