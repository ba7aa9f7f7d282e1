#!/bin/bash
# Fails the bake when the image would carry a secret or an identity: lists every file that looks like a private key,
# a fixed node name or the saved state of one machine. File names only, never what is in them.
# Programs below /usr come from packages and are not searched, but for /usr/local/etc.
#
# Environment:
#   CHEF_NODE_NAME    the bake's own node, whose name must not be left anywhere
#   LEAK_GATE_ROOT    where an image is mounted, to look at it from another machine; default is this machine
#
# A cookbook tells files that only look so, one pattern of absolute paths a line, in /etc/chef-autoscaling/leak-gate.allow.
set -euo pipefail
shopt -s nullglob dotglob
export LC_ALL=C

root=${LEAK_GATE_ROOT:-}
root=${root%/}
allow_file=$root/etc/chef-autoscaling/leak-gate.allow

for command in grep find sed base64 head od tr cut md5sum sha256sum; do
  command -v "$command" >/dev/null || { echo "leak-gate: '$command' is missing, install it" >&2; exit 1; }
done

innocent=()
if [ -f "$allow_file" ]; then
  while IFS= read -r pattern; do
    case $pattern in /?*) innocent+=("$pattern") ;; esac
  done <"$allow_file"
fi

# Example keys in the Chef client's own gems: one key each, in these files, in this place of them.
gems='^/opt/[^/]+/embedded/lib/ruby/gems/[^/]+/gems'
key_in_text='"-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*-----END [A-Z ]*PRIVATE KEY-----\\n"'
# SHA-256 of chef-zero's spec/support/stickywicket.pem and secrets.json, the same in all its versions
example_files='4a4073eeb656ad7dfa06255106fe5daf683877d11cd406ed5e16b6cac402e991
248366ad636f9622b618cbb69f49a0a5f1ebabff22aab917bf0d437fe9d62943'

# Whether a file holds no private key but for such an example.
is_example() {
  local form
  if [[ $1 =~ $gems/chef-[0-9.]+/lib/chef/resource/openssl_(rsa|ec)_public_key\.rb$ ]]; then
    form="private_key_content $key_in_text"
  elif [[ $1 =~ $gems/chef-zero-[0-9.]+/lib/chef_zero\.rb$ ]]; then
    form="PRIVATE_KEY = $key_in_text"
  else
    grep --quiet --line-regexp "$(digest sha256 "$1")" <<<"$example_files"
    return
  fi
  ! sed -E "0,/$form/s///" "$root$1" | "${search[@]}" --quiet -e "$pem"
}

digest() { "$1sum" <"$root$2" | cut --delimiter=' ' --fields=1; }

# Whether a file is as a package of dpkg or rpm installed it: test suites and manuals have keys, which everybody knows.
is_packaged() {
  local installed=("$root"/var/lib/dpkg/info/*.md5sums)
  local md5 path=${1#/}
  md5=$(digest md5 "$1")
  if grep --quiet --fixed-strings --line-regexp -e "$md5  $path" -e "$md5 $path" ${installed[@]+"${installed[@]}"} </dev/null; then return 0; fi
  command -v rpm >/dev/null || return 1
  { rpm --root "${root:-/}" --query --file --queryformat '[%{FILEDIGESTS} %{FILENAMES}\n]' "$1" 2>/dev/null || true; } |
    grep --quiet --fixed-strings --line-regexp -e "$(digest sha256 "$1") $1" -e "$md5 $1"
}

findings=()

is_innocent() {
  local pattern
  # bash 4.2 of Amazon Linux 2 takes an empty list for an unset name
  for pattern in ${innocent[@]+"${innocent[@]}"}; do
    # Unquoted: it is a pattern
    # shellcheck disable=SC2053
    if [[ $1 == $pattern ]]; then return 0; fi
  done
  return 1
}

# Adds what stands on standard input, one file per line, under one reason.
found() {
  local file
  while IFS= read -r file; do
    file=${file#"$root"}
    if is_innocent "$file" || { [[ $1 = holds*key* ]] && [ -f "$root$file" ] && { is_packaged "$file" || is_example "$file"; }; }; then
      echo "leak-gate: allowed, though it $1: $file"
    else
      findings+=("$file: $1")
    fi
  done
}

# The beginning of a PEM file in base64, as configuration and user data carry keys, also in the midst of other text.
base64_pem() {
  local kind shift text patterns=()
  for kind in '' 'RSA ' 'EC ' 'DSA ' 'OPENSSH ' 'ENCRYPTED '; do
    for shift in 0 1 2; do
      text="-----BEGIN ${kind}PRIVATE KEY-----"
      text=${text:shift}
      text=${text:0:$((${#text} / 3 * 3))}
      patterns+=("$(printf %s "$text" | base64 --wrap=0)")
    done
  done
  (IFS='|' && echo "(${patterns[*]})")
}

quoted() {
  printf %s "$1" | sed 's/[^A-Za-z0-9_-]/\\&/g'
}

# What must not stand in any file. A header alone is no key: programs and manuals have it; key material has to follow.
pem='-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----([[:space:]"'"'"'+,]|\\[nr])*([A-Za-z0-9+/]{30}|Proc-Type:|Version:|Comment:)'
pem="($pem|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----|PuTTY-User-Key-File-[0-9]+: )"
encoded=$(base64_pem)
aws_key='(aws_secret_access_key|AWS_SECRET_ACCESS_KEY)["'"'"'[:space:]]*[=:]["'"'"'[:space:]]*[A-Za-z0-9+/]{40}'
patterns=(-e "$pem" -e "$encoded" -e "$aws_key")
if [ -n "${CHEF_NODE_NAME:-}" ]; then patterns+=(-e "$(quoted "$CHEF_NODE_NAME")"); fi

# Whole files, also binary ones, as one line each: a key has many.
search=(grep --extended-regexp --null-data --text)

# One pass over the disk for all patterns. What cannot be read counts as found: this gate fails closed.
suspects() {
  local folder
  for folder in etc root home opt srv var tmp mnt usr/local/etc; do
    folder=$root/$folder
    [ -d "$folder" ] || continue
    "${search[@]}" --recursive --files-with-matches --devices=skip --exclude="${0##*/}" "${patterns[@]}" "$folder" ||
      [ $? -eq 1 ] || echo "$folder/"
  done
}

# Those of the files on standard input in which a pattern stands.
having() {
  local file
  while IFS= read -r file; do
    if "${search[@]}" --quiet -e "$1" "$file"; then echo "$file"; fi
  done
}

non_empty() {
  local file
  for file in "$@"; do
    if [ -f "$file" ] && [ -s "$file" ]; then echo "$file"; fi
  done
}

files_in() {
  local folder
  for folder in "$@"; do
    if [ -d "$folder" ]; then find "$folder" -type f; fi
  done
}

# Keys in binary form (DER), known by the beginnings of PKCS #1, PKCS #8 and SEC 1, where the file's name says what it is.
binary_keys() {
  local folder file
  for folder in etc root home opt srv var tmp mnt usr/local/etc; do
    if [ -d "$root/$folder" ]; then
      find "$root/$folder" -xdev -type f -size -32k \( -name '*.der' -o -name '*.key' -o -name '*.p8' -o -name '*.pk8' \)
    fi
  done | while IFS= read -r file; do
    if [[ $(head --bytes=8 "$file" | od -An -v -tx1 | tr -d ' \n') =~ ^30(8[12])?(..){1,2}02010[01](02|04|30) ]]; then echo "$file"; fi
  done
}

machine_id() {
  non_empty "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id | while IFS= read -r file; do
    grep --quiet --line-regexp uninitialized "$file" || echo "$file"
  done
}

named() {
  # In memory stands no image, but a key that is still there was not removed as it should have been
  local folders=("$root"/{etc,root,home,opt,srv,var,tmp,mnt,usr/local/etc,dev/shm}) there=() folder
  for folder in "${folders[@]}"; do if [ -d "$folder" ]; then there+=("$folder"); fi; done
  find "${there[@]}" -xdev -type f -size +0 \( -name client.pem -o -name validation.pem \
    -o -name '*-validator.pem' -o -name 'chef-validation.*' -o -name first-boot.json -o -name encrypted_data_bag_secret \
    -o -name 'chef-data-bag-secret.*' \)
}

suspected=$(suspects)
found 'cannot be read whole' < <(grep '/$' <<<"$suspected" || true)
suspected=$(grep -v -e '/$' -e '^$' <<<"$suspected" || true)
if [ -n "$suspected" ]; then
  found 'holds a private key' < <(having "$pem" <<<"$suspected")
  found 'holds a private key in base64' < <(having "$encoded" <<<"$suspected")
  found 'holds an AWS secret key' < <(having "$aws_key" <<<"$suspected")
  if [ -n "${CHEF_NODE_NAME:-}" ]; then
    found "names the bake's node" < <(having "$(quoted "$CHEF_NODE_NAME")" <<<"$suspected")
  fi
fi

found 'holds a private key' < <(binary_keys)
found 'belongs to one Chef node' < <(named; non_empty "$root"/etc/{chef,cinc}/{client.rb,chef_guid,cinc_guid})
found 'fixes the name of a Chef node' < <(
  files_in "$root"/etc/{chef,cinc} | sed -n '/\.rb$/p' | having '(^|[[:space:]])node_name[[:space:]]'
)
found 'is state that a Chef client saved' < <(files_in "$root"/var/{chef,cinc,lib/chef,lib/cinc,cache/chef,cache/cinc})
found 'is state of one Consul agent' < <(
  find "$root"/opt/consul "$root"/var/{lib/,}consul -type f \
    \( -name node-id -o -name raft.db -o -path '*/serf/*' -o -path '*/raft/*' \) 2>/dev/null || true
)
found 'lets a user log in' < <(non_empty "$root"/{root,home/*}/.ssh/authorized_keys*)
found 'holds AWS credentials' < <(non_empty "$root"/{root,home/*}/.aws/credentials)
found "is a shell's history" < <(non_empty "$root"/{root,home/*}/.*_history)
found 'identifies one SSH host' < <(non_empty "$root"/etc/ssh/ssh_host_*)
found 'identifies one machine' < <(machine_id)
found 'keeps user data from running at the next boot' < <(
  printf '%s\n' "$root"/var/lib/cloud/{instance,instances/*,sem/*} | while IFS= read -r file; do
    if [ -e "$file" ] || [ -L "$file" ]; then echo "$file"; fi
  done
)
found 'is a log of the bake' < <(non_empty "$root"/var/log/{cloud-init*.log,chef*.log} "$root"/var/log/chef/*.log)

if [ ${#findings[@]} -gt 0 ]; then
  echo "leak-gate: the image would carry ${#findings[@]} leaks:" >&2
  printf '  %s\n' "${findings[@]}" >&2
  echo "leak-gate: remove them in the cookbook, or in a script of packer/scripts/cleaners/; a file that only looks so is" \
    "told in /etc/chef-autoscaling/leak-gate.allow" >&2
  exit 1
fi
echo "leak-gate: nothing left that looks like a key, a fixed node name or saved state"
