#!/bin/bash
# What systemd and cloud-init do on a real instance, as far as the lab needs it: SSH, the scripts of every boot, and the
# user data once.
cd /
trap 'kill -TERM -1; sleep 0.1; exit 0' TERM

/usr/sbin/sshd -D -E /var/log/auth.log &

# udev's links and the mounts in fstab, before any part of cloud-init
if [ -e /run/lab-devices ]; then
  mkdir -p /dev/disk/by-uuid
  while read -r _ device _; do
    uuid=$(blkid -p -s UUID -o value "/dev/$device") && ln -s "../../$device" "/dev/disk/by-uuid/$uuid"
  done </run/lab-devices
  mount -a
fi

# By instance id, as in cloud-init: files that an earlier instance left in the image are not this instance's
instance=$(cat /var/lib/cloud/data/instance-id)
instance_dir=/var/lib/cloud/instances/$instance
ln -sfn "$instance_dir" /var/lib/cloud/instance

# run WHAT COMMAND...: its background processes continue, because cloud-final.service has KillMode=process
run() {
  local what=$1
  shift
  "$@" &
  wait $! || echo "$what ended with status $?"
}

# In the order of cloud-init's stages (config/cloud.cfg.tmpl): when user data is read, the boothooks at every boot; then bootcmd at every
# boot and write_files once; in the last stage, the scripts of every boot, and the user data's own once. A failure does not stop the rest.
cat "$instance_dir/lab/words"
while IFS= read -r name; do
  run "the boothook '$name'" env INSTANCE_ID="$instance" "$instance_dir/boothooks/$name" </dev/null
done <"$instance_dir/lab/order"
run bootcmd env INSTANCE_ID="$instance" "$instance_dir/lab/bootcmd"
first=""
if [ ! -e "$instance_dir/lab/done" ]; then first=yes; fi
touch "$instance_dir/lab/done"
if [ -n "$first" ]; then run write_files "$instance_dir/lab/write-files"; fi

# Runs every executable of the folder, in the order of their names (subp.runparts)
run_folder() {
  local script LC_ALL=C
  for script in "$1"/*; do
    if [ -f "$script" ] && [ -x "$script" ]; then run "the script '$script'" "$script"; fi
  done
}

run_folder /var/lib/cloud/scripts/per-boot
if [ -n "$first" ] && [ -d "$instance_dir/scripts" ]; then
  run_folder /var/lib/cloud/instance/scripts
  echo "user data ended"
fi

# Process 1 must keep running: when it ends, the kernel kills all others
while :; do
  sleep 3600 &
  wait $!
done
