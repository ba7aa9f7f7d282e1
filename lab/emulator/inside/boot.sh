#!/bin/bash
# First process of a sandbox: mounts its root from overlays, leaves the host's file system, and becomes its init process.
#   boot.sh INSTANCE_DIR ROOT_LAYERS USR_LAYERS HOSTNAME ENDPOINT [HOST_FOLDER:FOLDER...]
# Standard input provides one line when the sandbox's network is ready.
set -euo pipefail

instance=$1 root_layers=$2 usr_layers=$3 name=$4 endpoint=$5
shift 5
root=$instance/root

read -r _ || exit 0
exec </dev/null

hostname "$name"
mount -t overlay overlay -o "lowerdir=$root_layers,upperdir=$instance/upper,workdir=$instance/work" "$root"
mount -t overlay overlay -o "lowerdir=$usr_layers,upperdir=$instance/usr-upper,workdir=$instance/usr-work" "$root/usr"
for pair in "$@"; do
  mount --bind "${pair%%:*}" "$root${pair##*:}"
  mount -o remount,bind,ro "$root${pair##*:}"
done

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/lock"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
if [ -s "$instance/devices" ]; then
  while read -r node device _; do
    touch "$root/dev/$device"
    mount --bind "$node" "$root/dev/$device"
  done <"$instance/devices"
  cp "$instance/devices" "$root/run/lab-devices"
fi

cd "$root"
pivot_root . .host
umount -l /.host
exec env -i HOME=/root LANG=C.UTF-8 AWS_ENDPOINT_URL="$endpoint" \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /bin/bash /usr/lib/lab/init.sh
