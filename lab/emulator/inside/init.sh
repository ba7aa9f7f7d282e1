#!/bin/bash
# What systemd and cloud-init do on a real instance, as far as the lab needs it: SSH, what runs at every boot, and the
# user data once.
cd /
trap 'kill -TERM -1; sleep 0.1; exit 0' TERM

/usr/sbin/sshd -D -E /var/log/auth.log &

# cloud-init's scripts-per-boot: every executable of the folder, in the order of names, before the user data; the others
# are left out, one that fails keeps none of the rest (cloudinit/config/cc_scripts_per_boot.py, subp.runparts).
# cloud-final.service has KillMode=process: what a script leaves in the background lives on.
for script in /var/lib/cloud/scripts/per-boot/*; do
  if [ -f "$script" ] && [ -x "$script" ]; then
    "$script" &
    wait $! || echo "the script '$script' of every boot ended with status $?"
  fi
done

# By instance id, as cloud-init does it: what an earlier life left in the image is not this instance's
instance_dir=/var/lib/cloud/instances/$(cat /var/lib/cloud/data/instance-id)
if [ -s "$instance_dir/user-data.txt" ] && [ ! -e "$instance_dir/user-data.done" ]; then
  touch "$instance_dir/user-data.done"
  if [ "$(head -c 2 "$instance_dir/user-data.txt")" = '#!' ]; then
    cp "$instance_dir/user-data.txt" "$instance_dir/part-001"
    chmod 700 "$instance_dir/part-001"
    "$instance_dir/part-001" &
    wait $!
    echo "user data ended with status $?"
  fi
fi

# Process 1 must stay: when it ends, the kernel ends all the others with it
while :; do
  sleep 3600 &
  wait $!
done
