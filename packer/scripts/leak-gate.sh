#!/bin/bash
# Fails the bake if the image would contain a secret or an identity: lists every file that looks like a private key, a fixed
# node name or the saved state of one machine. It prints file names, never their content. Programs below /usr come from
# packages and are not searched, except for most of /usr/local.
#
# Environment:
#   CHEF_NODE_NAME    name of the bake's node, which no file may contain
#   LEAK_GATE_ROOT    folder in which an image is mounted, to check it from another machine; default: this machine
#
# Cookbooks list files to allow in /etc/chef-autoscaling/leak-gate.allow, one pattern of absolute paths per line.
set -euo pipefail
shopt -s nullglob dotglob
export LC_ALL=C

# In memory if possible, so that nothing of it is left in the image
work=$(mktemp -d /dev/shm/leak-gate.XXXXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$work"' EXIT

root=${LEAK_GATE_ROOT:-}
root=${root%/}
allow_file=$root/etc/chef-autoscaling/leak-gate.allow

for command in grep find xargs sed base64 od tr cut stat mktemp md5sum sha256sum; do
  command -v "$command" >/dev/null || { echo "leak-gate: '$command' is missing, install it" >&2; exit 1; }
done

innocent=()
if [ -f "$allow_file" ]; then
  while IFS= read -r pattern; do
    case $pattern in /?*) innocent+=("$pattern") ;; esac
  done <"$allow_file"
fi

# Example keys in the Chef client's own gems: one key each, at these places in these files.
gems='^/opt/[^/]+/embedded/lib/ruby/gems/[^/]+/gems'
key_in_text='"-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*-----END [A-Z ]*PRIVATE KEY-----\\n"'
# SHA-256 of chef-zero's spec/support/stickywicket.pem and secrets.json, the same in all its versions, and of
# spec/data/bootstrap/encrypted_data_bag_secret in the gem chef up to version 16
example_files='4a4073eeb656ad7dfa06255106fe5daf683877d11cd406ed5e16b6cac402e991
248366ad636f9622b618cbb69f49a0a5f1ebabff22aab917bf0d437fe9d62943
b1f6360f649c9aa8940e5fc901b872dbdc3b88eee01ca80e10a27204272a6015'

# Whether such an example is the only private key in a file.
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
  ! sed -E "0,/$form/s///" "$root$1" | matches -e "$pem" -e "$bare" -e "$encoded"
}

digest() { "$1sum" <"$root$2" | cut --delimiter=' ' --fields=1; }

# Whether a file is unchanged since a dpkg or rpm package installed it: test suites and manuals contain well-known keys.
is_packaged() {
  local installed=("$root"/var/lib/dpkg/info/*.md5sums)
  local md5 path=${1#/}
  md5=$(digest md5 "$1")
  if grep --quiet --fixed-strings --line-regexp -e "$md5  $path" -e "$md5 $path" ${installed[@]+"${installed[@]}"} </dev/null; then return 0; fi
  # Without a database, rpm would create one in the image
  local databases=("$root"/{var/lib/rpm,usr/lib/sysimage/rpm}/*)
  if [ "${#databases[@]}" = 0 ] || ! command -v rpm >/dev/null; then return 1; fi
  { rpm --root "${root:-/}" --query --file --queryformat '[%{FILEDIGESTS} %{FILENAMES}\n]' "$1" 2>/dev/null || true; } |
    grep --quiet --fixed-strings --line-regexp -e "$(digest sha256 "$1") $1" -e "$md5 $1"
}

# Whether everybody has this file: then its keys are no secret, and a secret among the tests of a Chef client's gem is no node's.
is_known() {
  case $1 in
    holds*key*) ;;
    belongs*) if [[ ! $2 =~ $gems/ ]]; then return 1; fi ;;
    *) return 1 ;;
  esac
  [ -f "$root$2" ] && { is_packaged "$2" || is_example "$2"; }
}

findings=()

is_innocent() {
  local pattern
  # bash 4.2 of Amazon Linux 2 treats an empty list as an unset variable
  for pattern in ${innocent[@]+"${innocent[@]}"}; do
    # Not quoted, because it is a pattern
    # shellcheck disable=SC2053
    if [[ $1 == $pattern ]]; then return 0; fi
  done
  return 1
}

declare -A with_key

# Adds the files on standard input with one reason. NUL separates names, which may contain all other characters. A file that
# holds a private key is one finding, however many patterns match.
found() {
  local file shown
  while IFS= read -r -d '' file; do
    file=${file#"$root"}
    shown=${file//[[:cntrl:]]/?}
    if [[ $1 = 'holds a private key'* ]]; then
      if [ -n "${with_key[$file]:-}" ]; then continue; fi
      with_key[$file]=yes
    fi
    if is_innocent "$file" || is_known "$1" "$file"; then
      echo "leak-gate: allowed, though it $1: $shown"
    else
      findings+=("$shown: $1")
    fi
  done
}

# The beginning of a PEM file in base64, as in configuration and user data, also within other text, and encoded twice.
base64_pem() {
  local kind shift text patterns=('TFMwdExTMUNSVWRKV[G]l')
  for kind in '' 'RSA ' 'EC ' 'DSA ' 'OPENSSH ' 'ENCRYPTED ' 'PGP '; do
    for shift in 0 1 2; do
      text="-----BEGIN ${kind}PRIVATE KEY"
      if [ "$kind" = 'PGP ' ]; then text+=' BLOCK-----'; else text+=-----; fi
      text=${text:shift}
      text=${text:0:$((${#text} / 3 * 3))}
      patterns+=("$(printf %s "$text" | base64 --wrap=0)")
    done
  done
  (IFS='|' && echo "(${patterns[*]})")
}

# Patterns that no file may contain. A header alone is not a key, since programs and manuals contain headers: key material has
# to follow, with line endings and string concatenations as different languages write them.
joint='([[:space:]"'"'"'+,.<>|#/*;\-]|\\+([nr]|u000[aAdD]|x0[aAdD]|01[25])|&#(x[aAdD]|1[03]);|<br ?/?>|%0[aAdD]|=0[AD])*'
digit='([A-Za-z0-9+/]|\\+/|\\+u00[0-9A-Fa-f]{2}|%2[BbFf])'
pem="-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----$joint($digit{30}|Proc-Type:|Version:|Comment:)"
pem="($pem|[-]--- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----|PuTTY-User-Key-File-[0-9]+: |-----BEGIN OpenVPN Static key V[0-9]+-----[[:space:]])"
encoded=$(base64_pem)
# Key material without its header: RSA, elliptic curves, keys with a passphrase, OpenSSH
bare='(MII[A-Za-z0-9+/_-]{2}[AQgw]IBAAK[BC]|IBADANBgkqhkiG9w0BAQEFAAS|AgEAMB[AM]GByqGSM49AgEG|MHcCAQEEI|MIGkAgEBBD|MIHcAgEBBEI'
bare="$bare|MC4CAQAwBQYDK2V|MI[A-Za-z0-9+/_-]{6}Bg[ko]qhkiG9w0B(BQ0w|DAE)|b3BlbnNzaC1rZXktdjEA)([A-Za-z0-9_-]|$digit){28}"
hexadecimal='(2[dD]){5}424547494[eE]20([0-9A-Fa-f]{2}){0,12}50524956415445204[bB]4559|3082[0-9A-Fa-f]{4}0201000282[0-9A-Fa-f]'
hexadecimal="($hexadecimal|30(81)?[0-9A-Fa-f]{2}02010104[234][0-9A-Fa-f]{60})"
quote='[\]*["'"'"']'
web_key="$quote(d$quote *: *${quote}[A-Za-z0-9_-]{40}|k$quote *: *${quote}[A-Za-z0-9_-]{20})"
own_form='((\(11:|\(21:protected-)private-key\(|Key: \((protected-)?private-key|<D>[A-Za-z0-9+/]{40}|AGE-SECRET-KEY-1[0-9A-Z]{50}'
own_form="$own_form|Private-key-format: v[0-9]|PrivateKey ?= ?[A-Za-z0-9+/]{43}=)"
aws_key='([Ss]ecret_?([Aa]ccess_?)?[Kk]ey|SECRET_(ACCESS_)?KEY)["'"'"'[:space:]\=:>]+[A-Za-z0-9+/]{40}([^A-Za-z0-9+/=]|$)'

# Treats each file as one line, also binary files, because a key has several lines.
search=(grep --extended-regexp --null-data --text)

# Whether standard input matches. It is read to its end: otherwise its writer would fail, and with it the whole pipe.
matches() { [ "$("${search[@]}" --count "$@" || true)" != 0 ]; }

quoted() {
  printf %s "$1" | sed 's/[^A-Za-z0-9_-]/\\&/g'
}

# "PRIVATE" and "KEY----" at any offset in base64: if a line ends within one, the other is complete; and a keystore's beginning
in_base64='(UFJJVkFU|UklWQVRF|SVZBVEUg|S0VZLS0t|RVktLS0t|WS0tLS0t|IBAzC)'

# Fixed strings with NULs, which grep cannot express as patterns: UTF-16; DER of RSA, common curves, Ed25519 and encrypted keys;
# the identifiers of keys in keystores.
printf 'P\0R\0I\0V\0A\0T\0E\0 \0K\0E\0Y\nP\0u\0T\0T\0Y\0-\0U\0s\0e\0r\n' >"$work/wide"
{
  printf '\2\1\0\2\202\n\2\1\0\2\201\n\2\1\1\4 \n\2\1\1\4\60\n\2\1\1\4B\n\53\145\160\4\42\4 \n\6\11\52\206\110\206\367\15\1\5\15\n'
  printf '\52\206\110\206\367\15\1\14\n\53\6\1\4\1\52\2\21\1\1\n\53\6\1\4\1\52\2\23\1\n'
} >"$work/binary"

# Not searched: programs and kernels, which come from packages, and folders in memory or mounted by the system.
apart=(bin boot dev lib lib32 lib64 libx32 lost+found proc run sbin snap sys usr)
pruned=(-false)
for folder in "${apart[@]}"; do pruned+=(-o -path "$root/$folder"); done
# Without a folder in memory, this is in /tmp
pruned+=(-o -path "$work")

# Where to search: the image's own file system, other disks (network file systems are not part of an image), the usual folders
# whatever they are, and /usr/local without the folders of package managers.
list_starts() {
  local own folder device path
  own=$(stat --format=%d "$root/")
  printf '%s\0' "$root/"
  for folder in "$root"/{etc,root,home,opt,srv,var,tmp,mnt}/; do
    if [ "$(stat --format=%d "$folder" 2>/dev/null || echo "$own")" != "$own" ]; then printf '%s\0' "$folder"; fi
  done
  for folder in "$root"/usr/local/*; do
    case ${folder##*/} in lib* | share | src | go | aws-cli) ;; *) printf '%s\0' "$folder" ;; esac
  done
  while read -r device path _; do
    path=$(printf %b "${path//\\/\\0}")
    folder=${path#"$root/"}
    if [[ $device != /dev/* || $path != "$root"/?* || " ${apart[*]} " = *" ${folder%%/*} "* ]]; then continue; fi
    if [ "$(stat --format=%d "$path/" 2>/dev/null || echo "$own")" != "$own" ]; then printf '%s\0' "$path/"; fi
  done </proc/self/mounts
}

starts=()
while IFS= read -r -d '' folder; do starts+=("$folder"); done < <(list_starts)

# Files that could not be read are reported at the end, because this gate fails closed. Large files are searched separately: a
# large file with few lines would not fit into memory if it were searched by lines instead of between NULs.
find "${starts[@]}" -xdev \( "${pruned[@]}" \) -prune -o -type f -size +0 \
  \( -size +65536k -fprint0 "$work/large" -o -fprint0 "$work/small" \) 2>"$work/errors" || true

# The files whose path ends with a pattern.
named() { grep --text --null-data --extended-regexp -e "/($1)$" --no-filename "$work/small" "$work/large" || true; }

# Those files on standard input in which grep finds something. xargs exits with 123 if grep found nothing, or printed an error.
having() {
  local code=0
  xargs --null --no-run-if-empty grep --text --files-with-matches --null "$@" 2>>"$work/errors" || code=$?
  case $code in 0 | 123) ;; *) echo "grep: ended with $code" >>"$work/errors" ;; esac
}

whole() { having --extended-regexp --null-data -e "$1"; }

# Those files on standard input for which a command succeeds.
each() {
  local file
  while IFS= read -r -d '' file; do
    if "$@" "$file"; then printf '%s\0' "$file"; fi
  done
}

is_wide_key() { tr -d '\000' <"$1" | matches -e "$pem"; }

# Matches may span several lines.
is_encoded() {
  [ "$(stat --format=%s "$1")" -lt 67108864 ] || return 1
  local keystore='^(.*[^A-Za-z0-9+/])?MII[A-Za-z0-9+/]{2}[AQgw]IBAzC.*(KoZIhvcNAQwKAQ|hkiG9w0BDAoB|SIb3DQEMCgE)'
  sed 's/\\[nr]//g' "$1" | tr -d '[:space:]' | matches -e "$encoded" -e "$keystore"
}

# Some bytes of a file in hexadecimal: bytes FILE OFFSET COUNT
bytes() { od -An -v -tx1 --skip-bytes="$2" --read-bytes="$3" "$1" | tr -d ' \n'; }

# Programs and libraries contain templates of keys, and every Go program the key of a test of its standard library.
is_no_program() { [[ ! $(bytes "$1" 0 7) =~ ^(7f454c46|213c617263683e) ]]; }

# PKCS #1 and #8, SEC 1 and Ed25519 anywhere in a file; encrypted keys only if they are the whole file.
is_binary_key() {
  local at context
  is_no_program "$1" || return 1
  while read -r at; do
    context=$(bytes "$1" $((at > 10 ? at - 10 : 0)) 30)
    if [[ $context =~ 3082.{4}0201000282.{4}00|3081..02010002818100|30..(..)?02010104(20|30|42)|06032b65(6e|70)04220420 ||
      $context =~ ^3082.{4}30..060(92a864886f70d01050d|a2a864886f70d010c01) ]]; then return 0; fi
  done < <(grep --text --only-matching --byte-offset --fixed-strings --file "$work/binary" "$1" | tr -d '\000' | sed -n 's/^\([0-9]*\):.*/\1/p')
  return 1
}

# PKCS #12 with a key bag, and Java keystores with a protected key; keystores that contain only certificates have neither.
is_keystore() {
  local name
  case $(bytes "$1" 0 8) in
    3080020103* | 3082????020103*) name=$'\52\206\110\206\367\15\1\14[^\13]\1[\1\2]' ;;
    feedfeed*) name=$'[\53]\6\1\4\1\52\2\21\1\1' ;;
    cececece*) name=$'[\53]\6\1\4\1\52\2\23\1' ;;
    *) return 1 ;;
  esac
  "${search[@]}" --quiet -e "${name//\*/\\*}" "$1"
}

# Example keys in manuals contain EXAMPLE.
is_aws_key() {
  local key
  while IFS= read -r key; do
    if [[ $key =~ [A-Z] && $key =~ [a-z] && $key =~ [0-9+/] && $key != *EXAMPLE* ]]; then return 0; fi
  done < <(grep --text --null-data --only-matching --extended-regexp -e "$aws_key" "$1" | tr '\000' '\n' |
    grep --only-matching --extended-regexp -e '[A-Za-z0-9+/]{40}')
  return 1
}

non_empty() {
  local file
  for file in "$@"; do
    if [ -f "$file" ] && [ -s "$file" ]; then printf '%s\0' "$file"; fi
  done
}

files_in() {
  local folder
  for folder in "$@"; do
    if [ -d "$folder" ]; then find "$folder" -type f -print0; fi
  done
}

is_ruby() { [[ $1 = *.rb ]]; }
is_machine_id() { ! grep --quiet --line-regexp uninitialized "$1"; }

# One pass for all patterns and one for fixed strings; then it is determined which pattern matched. Programs rarely match more
# than the last two.
surely="$pem|$own_form|$encoded|$hexadecimal|$aws_key|${quote}kty$quote"
if [ -n "${CHEF_NODE_NAME:-}" ]; then surely+="|$(quoted "$CHEF_NODE_NAME")"; fi
cat "$work/small" "$work/large" | whole "$surely|$bare|$in_base64" >"$work/perhaps"
whole "$surely" <"$work/perhaps" >"$work/suspects"
having --fixed-strings --file "$work/wide" --file "$work/binary" <"$work/small" >"$work/with-nul"
suspects() { whole "$1" <"$work/suspects"; }

found 'holds a private key' < <(suspects "$pem")
found 'holds a private key' < <(having --fixed-strings --file "$work/wide" <"$work/with-nul" | each is_wide_key)
found 'holds a private key' < <(each is_binary_key <"$work/with-nul")
found 'holds a private key' < <(suspects "$own_form")
found 'holds a private key' < <(suspects "${quote}kty$quote" | whole "$web_key")
found 'holds a private key in a keystore' < <(each is_keystore <"$work/with-nul")
found 'holds a private key in base64' < <(suspects "$encoded")
found 'holds a private key in base64' < <(whole "$bare" <"$work/perhaps" | each is_no_program)
found 'holds a private key in base64' < <(whole "$in_base64" <"$work/perhaps" | each is_encoded)
found 'holds a private key in hexadecimal' < <(suspects "$hexadecimal" | each is_no_program)
found 'holds an AWS secret key' < <(suspects "$aws_key" | each is_aws_key)
if [ -n "${CHEF_NODE_NAME:-}" ]; then
  found "names the bake's node" < <(suspects "$(quoted "$CHEF_NODE_NAME")")
fi

found 'belongs to one Chef node' < <(
  named 'client\.pem|validation\.pem|[^/]*-validator\.pem|chef-validation\.[^/]*|first-boot\.json|encrypted_data_bag_secret[^/]*|chef-data-bag-secret\.[^/]*'
  non_empty "$root"/etc/{chef,cinc}/{client.rb,chef_guid,cinc_guid}
  # The image does not contain the memory, but a key that is still there was not removed as it should have been
  non_empty "$root"/dev/shm/{client.pem,validation.pem,*-validator.pem,chef-validation.*,first-boot.json,encrypted_data_bag_secret*,chef-data-bag-secret.*}
)
found 'fixes the name of a Chef node' < <(
  files_in "$root"/etc/{chef,cinc} | whole '(^|[[:space:]])node_name[[:space:]]' | each is_ruby
)
found 'is state that a Chef client saved' < <(files_in "$root"/var/{chef,cinc,lib/chef,lib/cinc,cache/chef,cache/cinc})
found 'is state of one Consul agent' < <(
  find "$root"/opt/consul "$root"/var/{lib/,}consul -type f \
    \( -name node-id -o -name raft.db -o -path '*/serf/*' -o -path '*/raft/*' \) -print0 2>/dev/null || true
)
found 'lets a user log in' < <(non_empty "$root"/{root,home/*}/.ssh/authorized_keys*)
found 'holds AWS credentials' < <(named '\.aws/credentials|\.?passwd-s3fs')
found 'holds a password or a token' < <(
  named '\.netrc|\.git-credentials|\.vault-token'
  named '\.docker/config\.json' | whole '"(auth|identitytoken|registrytoken)"[[:space:]]*:[[:space:]]*"[^"]'
  named '\.npmrc|\.yarnrc\.yml' | whole '(_auth(Token)?|_password|npmAuthToken) *[=:] *["A-Za-z0-9]'
  named '\.git/config' | whole '://[^/:@[:space:]]*:[^/@[:space:]]+@'
)
found "is a shell's history" < <(named '\.[^/]*_history')
found 'is the memory of a program' < <(files_in "$root"/var/{crash,lib/systemd/coredump})
found 'identifies one SSH host' < <(non_empty "$root"/etc/ssh/ssh_host_*)
found 'identifies one machine' < <(non_empty "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id | each is_machine_id)
found 'keeps user data from running at the next boot' < <(
  for file in "$root"/var/lib/cloud/{instance,instances/*,sem/*}; do
    if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\0' "$file"; fi
  done
)
found 'is a log of the bake' < <(non_empty "$root"/var/log/{cloud-init*.log,chef*.log} "$root"/var/log/chef/*.log)

# A file may disappear during the search; any other file that could not be read may be a leak
while IFS= read -r error; do
  findings+=("${error#*: }: cannot be read whole")
done < <(grep --invert-match -e ': No such file or directory$' "$work/errors")

if [ ${#findings[@]} -gt 0 ]; then
  echo "leak-gate: the image would carry ${#findings[@]} leaks:" >&2
  printf '  %s\n' "${findings[@]}" >&2
  echo "leak-gate: remove them in the cookbook, or in a script of packer/scripts/cleaners/; a file that only looks so is" \
    "told in /etc/chef-autoscaling/leak-gate.allow" >&2
  exit 1
fi
echo "leak-gate: nothing left that looks like a key, a fixed node name or saved state"
