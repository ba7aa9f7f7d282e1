#!/bin/bash
# Prevents another run of the Chef client during the bake: a timer, cron job or service that the run list enabled would start
# it while the image is being cleaned, and leave its state in the image. They are stopped but stay enabled, so they work on
# instances.
set -euo pipefail
shopt -s nullglob

units=(/etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system)
processes=/proc

stop() {
  if systemctl cat "$1" >/dev/null 2>&1; then systemctl stop "$1"; fi
}

# Finds services by the command that they start, because cookbooks can give them any name.
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
    # It may have ended in the meantime
    kill -s "$signal" $found 2>/dev/null || true
    sleep 0.5
  done
done
found=$(clients)
[ -z "$found" ] || { echo "stop-chef: a Chef client cannot be ended: process $found" >&2; exit 1; }
