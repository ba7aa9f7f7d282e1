#!/bin/bash
# The last change to the instance before it becomes an image: removes everything that identifies this machine, so that
# instances that are launched from the image differ from each other. leak-gate.sh, which runs next, checks this.
set -euo pipefail
shopt -s nullglob dotglob

echo "clean: Chef's registration, configuration, caches and backups"
# Except for a license that was accepted in the base image: the bake used it, and so will the instances
boot=$(sed -n 's/^btime //p' /proc/stat)
for folder in /etc/chef /etc/cinc; do
  if [ ! -d "$folder" ] || [ -L "$folder" ]; then continue; fi
  find "$folder" ! -type d ! \( -path "$folder/accepted_licenses/*" ! -newermt "@$boot" \) -delete
  find "$folder" -mindepth 1 -type d -empty -delete
done
rm -rf /var/chef /var/cinc /var/lib/chef /var/lib/cinc /var/cache/chef /var/cache/cinc

echo "clean: credentials and shell histories of every user"
for home in /root /home/*; do
  rm -f "$home"/.*_history "$home"/.lesshst "$home"/.viminfo "$home"/.wget-hsts
  rm -f "$home"/.ssh/{authorized_keys,authorized_keys2,known_hosts,id_*}
  rm -rf "$home"/.aws "$home"/.chef "$home"/.cinc "$home"/.cache
done

echo "clean: SSH host keys, machine id, random seed, leases"
rm -f /etc/ssh/ssh_host_*
if [ -e /etc/machine-id ]; then : >/etc/machine-id; fi
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -rf /var/lib/dhcp/* /var/lib/NetworkManager/*.lease

echo "clean: cloud-init's state, so that user data runs at the next boot"
if command -v cloud-init >/dev/null; then cloud-init clean --logs; fi
rm -rf /var/lib/cloud/*

echo "clean: staging folders, mail, crash dumps"
for file in /tmp/* /var/tmp/*; do
  [ "$file" = "$0" ] || rm -rf "$file"
done
rm -rf /var/mail/* /var/crash/* /var/lib/systemd/coredump/*

echo "clean: logs"
rm -rf /var/log/journal/*
find /var/log -type f \( -name '*.gz' -o -name '*.xz' -o -name '*.old' -o -name '*.[0-9]' \) -delete
find /var/log -type f -exec truncate --size 0 {} +

sync
