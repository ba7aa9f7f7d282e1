#!/usr/bin/env bash
# Process 1 of a container's stand-in, in separate mount and process namespaces: a read-only tmpfs root with only Node.js and its
# libraries, certificates and the given files, and a user without any capability.
#
#   contained.sh ROOT USER:GROUP FOLDER COMMAND…
#
# FOLDER contains the files of the image's COPY lines, at their paths.
set -euo pipefail
root=$1 user=$2 files=$3
shift 3

mount -t tmpfs -o size=64m,mode=755 image "$root"
mkdir -p "$root"/{dev,etc/ssl/certs,nodejs/bin,proc,tmp}
cp -R "$files"/. "$root"

node=$(readlink -f "$(command -v node)")
touch "$root/nodejs/bin/node"
mount --bind "$node" "$root/nodejs/bin/node"
for library in $(ldd "$node" | grep -o '/[^ ]*'); do
  mkdir -p "$root$(dirname "$library")"
  touch "$root$library"
  mount --bind "$(readlink -f "$library")" "$root$library"
done
mount --bind /etc/ssl/certs "$root/etc/ssl/certs"
for device in null urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t proc proc "$root/proc"
mount -o remount,ro "$root"

exec setpriv --no-new-privs chroot --userspec="$user" "$root" "$@"
