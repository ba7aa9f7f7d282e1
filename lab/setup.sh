#!/usr/bin/env bash
# Sets up what the lab needs: npm packages, Debian packages unpacked under .lab/tools, a Python venv under .lab/venv.
# Nothing is installed on the machine except the few host tools named below, and only those that are missing.
#
#   bash lab/setup.sh           set up what is missing; ends in under two seconds if nothing is
#   bash lab/setup.sh --check   only report; exit with 1 if something is missing
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab="$root/.lab"
tools="$lab/tools"
venv="$lab/venv"
debian_list="$root/lab/emulator/packages.txt"
python_list="$root/lab/emulator/requirements.txt"
# Commands that the lab runs on the host, each with its Debian package.
host_tools="ip:iproute2 unshare:util-linux nsenter:util-linux setpriv:util-linux flock:util-linux mount:mount ldd:libc-bin"
oldest_python="3, 11"
sudo=""

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- checks ------------------------------------------------------------------------------------------------------------

missing_host_packages() {
  local pair
  for pair in $host_tools; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
  done
  [ -n "$(find_python)" ] || echo python3
}

# The distribution's own Python first: sandboxes use the host's /usr, so a venv created with it also works in them.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 "$(command -v python3 || true)"; do
    [ -x "$candidate" ] || continue
    "$candidate" -c "import sys, venv; sys.exit(sys.version_info < ($oldest_python))" 2>/dev/null || continue
    echo "$candidate"
    return
  done
}

# One package per line. If Debian's python3-venv is missing, pip comes from its wheel package.
debian_packages() {
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$debian_list"
  "$(find_python)" -c 'import ensurepip' 2>/dev/null || echo python3-pip-whl
}

release() { (. /etc/os-release && echo "$ID $VERSION_ID $(dpkg --print-architecture)"); }

tools_stamp() { { release; debian_packages; } | sha256sum | cut -d' ' -f1; }

venv_stamp() { { "$(find_python)" --version; cat "$python_list"; } | sha256sum | cut -d' ' -f1; }

# Checks the programs too: without one of them, suites would be skipped silently.
venv_current() {
  stamped "$venv/.stamp" "$(venv_stamp)" || return 1
  local program
  for program in moto_server roto-server aws; do [ -x "$venv/bin/$program" ] || return 1; done
}

stamped() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

# node_modules is up to date if it contains every package of the lock file in that version.
node_modules_current() {
  [ -f "$root/node_modules/.package-lock.json" ] || return 1
  node -e '
    const read = (file) => JSON.parse(require("node:fs").readFileSync(file, "utf8")).packages;
    const [wanted, installed] = process.argv.slice(1).map(read);
    const stale = ([path, { version, optional, devOptional, peer }]) =>
      path !== "" && (installed[path] ? installed[path].version !== version : !(optional || devOptional || peer));
    process.exit(Object.entries(wanted).some(stale) ? 1 : 0);
  ' "$root/package-lock.json" "$root/node_modules/.package-lock.json"
}

# The stack runs compiled code: the bake's supervisor and the reaper. The build is outdated if sources are newer.
build_current() {
  [ -f "$root/dist/lambda/reaper.js" ] && [ -f "$root/dist/components/index.js" ] &&
    [ -z "$(find "$root"/{components,packer,rollout,reaper,chef,aws,cli} "$root/package.json" "$root/tsconfig.build.json" -newer "$root/dist/lambda/reaper.js" -type f -print -quit)" ]
}

# --- requirements ------------------------------------------------------------------------------------------------------

require_debian() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    fail "the lab unpacks Debian packages and needs apt-get and dpkg, found neither: run it on Debian 12 or later, or Ubuntu 24.04 or later (a container will do)"
}

require_node() {
  command -v node >/dev/null || fail "'node' is not on PATH: install Node.js 20.19 or later"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js is $(node --version), expected 20.19 or later: install a newer one"
}

require_root_or_sudo() {
  [ "$(id -u)" -eq 0 ] && return
  command -v sudo >/dev/null ||
    fail "the lab's instances are sandboxes (mount and network namespaces) and need root, but this is user '$(id -un)' and there is no sudo: run as root or install sudo"
  sudo="sudo"
}

# --- set-up ------------------------------------------------------------------------------------------------------------

confirm() {
  [ "${CI:-}" = "true" ] || [ ! -t 0 ] || [ ! -t 2 ] && return
  read -r -p "setup: install these on this machine with apt-get? [Y/n] " answer
  case "$answer" in "" | y | Y | yes) ;; *) fail "stopped: install $* yourself and start again" ;; esac
}

update_lists() {
  say "apt-get update"
  $sudo apt-get -qq update ||
    fail "'apt-get update' failed: the Debian mirror of /etc/apt does not answer; check the network or the proxy and start again"
}

known_to_apt() { apt-cache show --no-all-versions "$@" >/dev/null 2>&1; }

install_host_packages() {
  known_to_apt "$@" || update_lists
  DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq install --yes --no-install-recommends "$@" >&2 ||
    fail "'apt-get install $*' failed: install them by hand and start again"
}

# Downloads the packages into the current folder. Lists from an older point release name removed files: refresh them once.
download() {
  known_to_apt "$@" || update_lists
  apt-get -qq -o APT::Sandbox::User=root download "$@" >&2 && return
  update_lists
  apt-get -qq -o APT::Sandbox::User=root download "$@" >&2 ||
    fail "'apt-get download $*' failed: the Debian mirror does not answer or does not have them"
}

# Sonames that programs under tools/ need and that neither the host nor tools/ has.
missing_libraries() {
  local libraries
  libraries=$(find "$1/usr/lib" -maxdepth 1 -type d -name '*-linux-gnu*' 2>/dev/null | paste -sd: -)
  find "$1" -type f -perm -u+x -path '*bin/*' -print0 -o -type f -perm -u+x -path '*/openssh/*' -print0 |
    LD_LIBRARY_PATH="$libraries" xargs -0 -r ldd 2>/dev/null | awk '/not found/ { print $1 }' | sort -u
}

# Debian policy 8.1: the package of libgssapi_krb5.so.2 is libgssapi-krb5-2, and that of libfoo2.so.3 is libfoo2-3.
package_of_library() {
  local name
  name=$(sed -E -e 's/([0-9])\.so\.([0-9]+).*/\1-\2/' -e 's/\.so\.([0-9]+).*/\1/' -e 's/_/-/g' <<<"$1")
  known_to_apt "$name" || name="${name}t64"
  known_to_apt "$name" || fail "no Debian package found for the library '$1': install it by hand and start again"
  echo "$name"
}

# Packages are unpacked, not installed, so that no daemon starts and nothing outside .lab changes.
unpack_tools() {
  local work packages library
  work=$(mktemp -d "$lab/tools.XXXXXX")
  mapfile -t packages < <(debian_packages)
  mkdir "$work/debs" "$work/tools"
  (cd "$work/debs" && download "${packages[@]}")
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/tools"; done
  mkdir "$work/libraries"
  for library in $(missing_libraries "$work/tools"); do
    (cd "$work/libraries" && download "$(package_of_library "$library")")
  done
  for deb in "$work"/libraries/*.deb; do [ -e "$deb" ] && dpkg -x "$deb" "$work/tools"; done
  (cd "$work" && sha256sum debs/*.deb libraries/*.deb 2>/dev/null | sed 's,  .*/,  ,') >"$work/tools/packages.lock" || true
  tools_stamp >"$work/tools/.stamp"
  chmod 755 "$work/tools"
  [ ! -e "$tools" ] || mv "$tools" "$work/replaced" # quickly: another run may be using it
  mv "$work/tools" "$tools"
  rm -rf "$work"
}

make_venv() {
  local python pip
  python=$(find_python)
  rm -rf "$venv"
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
  else
    # Debian without python3-venv: the pip wheel that was unpacked with the tools installs pip.
    "$python" -m venv --without-pip "$venv"
    pip=$(find "$tools/usr/share/python-wheels" -name 'pip-*.whl' | head -n 1)
    "$venv/bin/python" "$pip/pip" install --quiet --no-index "$pip"
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$python_list" >&2 ||
    fail "'pip install -r ${python_list#"$root"/}' failed: the Python package index does not answer or lacks a pinned version; check the network and start again"
  venv_stamp >"$venv/.stamp"
}

install_node_modules() {
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >&2) ||
    fail "'npm ci' failed: the npm registry does not answer, or package-lock.json does not fit package.json"
}

# --- main --------------------------------------------------------------------------------------------------------------

require_debian
require_node
require_root_or_sudo
mapfile -t host_packages < <(missing_host_packages | sort -u)
plan=()
[ ${#host_packages[@]} -eq 0 ] || plan+=("install on this machine with apt-get: ${host_packages[*]}")
stamped "$tools/.stamp" "$(tools_stamp)" || plan+=("unpack under .lab/tools, not install: $(debian_packages | paste -sd' ' -)")
if [ -z "$(find_python)" ] || ! venv_current; then
  plan+=("make the Python environment .lab/venv: the $(grep -c '==' "$python_list") packages pinned in lab/emulator/requirements.txt")
fi
node_modules_current || plan+=("fill node_modules with npm ci")
build_current || plan+=("compile to dist with npm run build")

if [ "${#plan[@]}" -eq 0 ]; then
  [ "${1:-}" != "--check" ] || say "all is there"
  exit 0
fi
say "this will"
for line in "${plan[@]}"; do say "  - $line"; done
[ "${1:-}" != "--check" ] || exit 1

mkdir -p "$lab"
if [ ${#host_packages[@]} -gt 0 ]; then
  confirm "${host_packages[*]}"
  install_host_packages "${host_packages[@]}"
fi
exec 9>"$lab/.setup.lock"
flock 9 # the lab and the test suite may start concurrently
[ -n "$(find_python)" ] || fail "no Python 3.11 or later found, the newest here is '$(python3 --version 2>&1)': use Debian 12 or later"
stamped "$tools/.stamp" "$(tools_stamp)" || unpack_tools
venv_current || make_venv
node_modules_current || install_node_modules
build_current || npm run --silent build --prefix "$root" >&2 || fail "'npm run build' failed: correct what it names above"
say "done"
