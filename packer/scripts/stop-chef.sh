#!/bin/bash
# Sees to it that Chef's client does not start again in a bake: a timer, cron job or service that the run list enabled would run it while the image is cleaned, and its
# state would be in the image. They are stopped and stay enabled: on an instance they start it after the first boot.
set -euo pipefail
shopt -s nullglob

units=(/etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system)
processes=/proc

stop() {
  if systemctl cat "$1" >/dev/null 2>&1; then systemctl stop "$1"; fi
}

# By what a service starts, since the client's resources let everybody name it.
services() {
  local folder
  for folder in "${units[@]}"; do
    if [ -d "$folder" ]; then
      grep --recursive --files-with-matches --extended-regexp '^Exec[A-Za-z]*=.*(chef|cinc)-client' "$folder" || true
    fi
  done | sed -n 's,.*/\([^/]*\)\.service$,\1,p' | sort -u
}

clients() {
  local folder words
  for folder in "$processes"/[0-9]*; do
    words=$(tr '\0' ' ' 2>/dev/null <"$folder/cmdline") || continue
    if [[ " $words" =~ [\ /](chef|cinc)-client\  ]]; then echo "${folder##*/}"; fi
  done
}

echo "stop-chef: Chef's client, its timers, cron jobs and services"
if command -v systemctl >/dev/null; then
  for name in $(services); do
    stop "$name.timer"
    stop "$name.service"
  done
  for name in cron crond; do stop "$name.service"; done
fi
for signal in TERM KILL; do
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    found=$(clients)
    [ -n "$found" ] || exit 0
    # One that has ended meanwhile is as good
    kill -s "$signal" $found 2>/dev/null || true
    sleep 0.5
  done
done
found=$(clients)
[ -z "$found" ] || { echo "stop-chef: a Chef client cannot be ended: process $found" >&2; exit 1; }
