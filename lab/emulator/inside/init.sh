#!/bin/bash
# What systemd and cloud-init do on a real instance, as far as the lab needs it: SSH, and the user data once.
cd /
trap 'kill -TERM -1; sleep 0.1; exit 0' TERM

/usr/sbin/sshd -D -E /var/log/auth.log &

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
