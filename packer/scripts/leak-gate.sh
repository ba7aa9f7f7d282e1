#!/bin/bash
# Fails the bake when the image would carry a secret or an identity: lists every file that looks like a private key,
# a fixed node name or the saved state of one machine. File names only, never what is in them.
#
# Environment: CHEF_NODE_NAME, the bake's own node, whose name must not be left anywhere.
set -euo pipefail
shopt -s nullglob dotglob

for command in grep find sed basename; do
  command -v "$command" >/dev/null || { echo "leak-gate: '$command' is missing, install it" >&2; exit 1; }
done

findings=()

# Adds what stands on standard input, one file per line, under one reason.
found() {
  local file
  while IFS= read -r file; do
    findings+=("$file: $1")
  done
}

# Files in which a pattern stands. What cannot be read counts as found: this gate fails closed.
files_with() {
  local folder folders=(/etc /root /home /srv /var /tmp)
  for folder in /opt/*; do
    # The Chef client's own Ruby holds the keys of its test suites
    case $folder in /opt/chef | /opt/cinc) ;; *) folders+=("$folder") ;; esac
  done
  for folder in "${folders[@]}"; do
    [ -d "$folder" ] || continue
    grep --recursive --files-with-matches --binary-files=without-match --devices=skip \
      --exclude="$(basename "$0")" "$@" "$folder" || [ $? -eq 1 ] || echo "$folder (a file in it cannot be read)"
  done
}

non_empty() {
  local file
  for file in "$@"; do
    if [ -f "$file" ] && [ -s "$file" ]; then echo "$file"; fi
  done
}

machine_id() {
  non_empty /etc/machine-id | while IFS= read -r file; do
    grep --quiet --line-regexp uninitialized "$file" || echo "$file"
  done
}

found 'holds a private key' < <(files_with --extended-regexp -e '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----')
found 'belongs to one Chef node' < <(
  find /etc /root /home /opt /srv /var /tmp -xdev -type f \
    \( -name client.pem -o -name validation.pem -o -name first-boot.json \) 2>/dev/null || true
  non_empty /etc/chef/client.rb /etc/cinc/client.rb
)
found 'fixes the name of a Chef node' < <(
  find /etc/chef /etc/cinc -type f -name '*.rb' -exec grep --files-with-matches '^[[:space:]]*node_name\b' {} + 2>/dev/null || true
)
if [ -n "${CHEF_NODE_NAME:-}" ]; then
  found "names the bake's node" < <(files_with --fixed-strings -e "$CHEF_NODE_NAME")
fi
found 'lets a user log in' < <(non_empty /root/.ssh/authorized_keys* /home/*/.ssh/authorized_keys*)
found 'holds AWS credentials' < <(non_empty /root/.aws/credentials /home/*/.aws/credentials)
found "is a shell's history" < <(non_empty /root/.*_history /home/*/.*_history)
found 'identifies one SSH host' < <(non_empty /etc/ssh/ssh_host_*)
found 'identifies one machine' < <(machine_id)
found 'keeps user data from running at the next boot' < <(printf '%s\n' /var/lib/cloud/instances/* /var/lib/cloud/sem/* | sed '/^$/d')

if [ ${#findings[@]} -gt 0 ]; then
  echo "leak-gate: the image would carry ${#findings[@]} leaks:" >&2
  printf '  %s\n' "${findings[@]}" >&2
  echo "leak-gate: remove them in the cookbook, or in a script of packer/scripts/cleaners/" >&2
  exit 1
fi
echo "leak-gate: nothing left that looks like a key, a fixed node name or saved state"
