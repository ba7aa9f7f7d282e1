#!/bin/bash
# Runs a command inside a running sandbox: enter.sh RUN_DIR INSTANCE_ID COMMAND [ARGUMENT...]
set -euo pipefail
if [ $# -lt 3 ]; then
  echo "usage: enter.sh RUN_DIR INSTANCE_ID COMMAND [ARGUMENT...]" >&2
  exit 2
fi
run_dir=$1 instance=$2
shift 2
pid_file=$run_dir/instances/$instance/pid
if [ ! -s "$pid_file" ]; then
  echo "instance '$instance' does not run: expected its process id in '$pid_file'; list the folder to see which do" >&2
  exit 1
fi
outer=$(cat "$pid_file")
init=$(cat "/proc/$outer/task/$outer/children")
endpoint=$(tr '\0' '\n' <"/proc/${init% }/environ" | grep '^AWS_ENDPOINT_URL=')
exec nsenter --target "${init% }" --mount --uts --ipc --net --pid --root \
  env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" "$endpoint" \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c 'cd /root && exec "$@"' enter "$@"
