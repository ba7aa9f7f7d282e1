#!/bin/bash
# Registers this machine as a Chef node and converges it: in a bake, and at the first boot of every instance. The
# validator's key is read with the instance's own role and kept in memory only, never on a disk. It is removed at the end,
# also after a failure.
#
# Environment:
#   CHEF_SERVER_URL, CHEF_VALIDATOR_NAME, AWS_REGION
#   CHEF_VALIDATOR_KEY_SOURCE          ssm (a SecureString parameter), secretsmanager, or file (uploaded by a bake)
#   CHEF_VALIDATOR_KEY_ID              name or ARN of the parameter or secret, or the file, which is removed
#   CHEF_NODE_NAME or CHEF_GROUP       name of the node, in a bake; with CHEF_GROUP the name is <group>-<instance id>
#   CHEF_RUN_LIST                      JSON array, default []
#   CHEF_ENVIRONMENT, CHEF_POLICY_NAME, CHEF_POLICY_GROUP, CHEF_ATTRIBUTES (JSON object), CHEF_CA_PEM     optional
#   CHEF_LAUNCH_HOOK                   lifecycle hook in which the instance waits until it has converged, optional
#   CHEF_HOOK_BEAT_SECONDS             pause between two heartbeats to that hook, default 300
#   CHEF_HOOK_MAXIMUM_SECONDS          how long heartbeats are sent while the instance converges, default 7200
#   CHEF_ON_FAILED_BOOT                keep: an instance that failed to converge keeps waiting in the hook, optional
#   CHEF_WARM_POOL                     yes: the instance completes the hook again when it leaves the pool, optional
#   CHEF_LICENSE                       read by Chef's own client, which runs only if its license is accepted
#   CHEF_DATA_BAG_SECRET_SOURCE, CHEF_DATA_BAG_SECRET_ID   ssm or secretsmanager, and name or ARN of the data bag secret
#   http_proxy, https_proxy, no_proxy  proxies, also for later runs of the client; capital letters work too
#   CHEF_BEFORE, CHEF_AFTER            scripts that run before and after Chef, each gzipped and in base64, optional
#   CHEF_CONVERGE_TIMEOUT_SECONDS      how long one run of the client may take, default 3600
set -euo pipefail
shopt -s inherit_errexit 2>/dev/null || true # bash 4.2 of Amazon Linux 2 does not know it
umask 077

etc=/etc/chef
memory=/dev/shm
per_boot=/var/lib/cloud/scripts/per-boot
hook_log=/var/log/chef-launch-hook.log
apt_settings=/run/chef-autoscaling-apt.conf
# Environment of cookbooks, the same in a bake (sudo) and at boot (cloud-init)
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin
export PATH="$path:${PATH:-}" HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8
max_reboots=5
# AWS's maximum for an instance in a lifecycle hook
longest_wait=172800

before=${CHEF_BEFORE:-} after=${CHEF_AFTER:-}
unset CHEF_BEFORE CHEF_AFTER
validation="" secret="" parts="" log="" client="" running="" unanswered="" instance="" beating=""

fail() {
  echo "converge: $*" >&2
  exit 1
}

require() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || fail "'$name' is empty or missing; set it before this script runs"
  done
}

is_bake() { [ -z "${CHEF_GROUP:-}" ]; }

# Never through a proxy, which would return its own machine's metadata
imds() {
  curl --noproxy '*' --fail --silent --show-error --max-time 5 --retry 5 --retry-connrefused "$@" ||
    fail "the instance metadata service at 169.254.169.254 does not answer; give CHEF_NODE_NAME where there is none"
}

metadata() {
  local token
  command -v curl >/dev/null || fail "the image has no 'curl', which asks for the instance's id; install it"
  token=$(imds -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  imds -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

instance_id() { metadata instance-id; }

node_name() {
  if [ -n "${CHEF_NODE_NAME:-}" ]; then
    echo "$CHEF_NODE_NAME"
  else
    require CHEF_GROUP
    local id
    id=$(instance_id)
    echo "$CHEF_GROUP-$id"
  fi
}

# Prints the content of a parameter, a secret or a file: read_stored SOURCE ID
read_stored() {
  case $1 in
    ssm) aws ssm get-parameter --region "$AWS_REGION" --name "$2" --with-decryption --query Parameter.Value --output text ;;
    secretsmanager) aws secretsmanager get-secret-value --region "$AWS_REGION" --secret-id "$2" \
      --query SecretString --output text ;;
    file) cat "$2" ;;
    *) fail "the place of a key is '$1', expected ssm, secretsmanager or file" ;;
  esac
}

# fetch WHAT SOURCE ID FILE. AWS may not know a role everywhere that was attached seconds ago, so the first refusals are
# tried again.
fetch() {
  command -v aws >/dev/null || fail "the image has no 'aws' command, which fetches $1; install AWS CLI"
  local pause
  for pause in 2 4 8 16 0; do
    if read_stored "$2" "$3" >"$4"; then return 0; fi
    [ "$pause" != 0 ] || fail "$1 '$3' cannot be read from $2;" \
      "let the instance's role read it, and decrypt with the key that encrypts it"
    sleep "$pause"
  done
}

no_key() {
  fail "'$CHEF_VALIDATOR_KEY_ID' in $CHEF_VALIDATOR_KEY_SOURCE holds no PEM private key, but $1; store there the PEM text" \
    "itself, from its BEGIN line to its END line"
}

# The PEM block in the text on standard input, with the same rules as chef/keys/key-text.ts: it accepts any line endings,
# also as the two characters \n, and blanks around lines. Does not use <<<, which some shells write to a disk.
pem_block() {
  local text block
  text=$(cat)
  text=${text//\\r\\n/$'\n'}
  text=${text//\\n/$'\n'}
  text=$(printf '%s\n' "$text" | sed -e $'1s/^\xef\xbb\xbf//' -e 's/\r$//' -e 's/\r/\n/g' | sed -e 's/^[ \t]*//' -e 's/[ \t]*$//' -e '/./!d')
  case $text in
    '') no_key "nothing" ;;
    '{'* | '['* | '"'*) no_key "JSON around it" ;;
    *ENCRYPTED*) no_key "one with a passphrase" ;;
  esac
  block=$(printf '%s\n' "$text" | sed -n -e '/^-----BEGIN \(RSA \)\{0,1\}PRIVATE KEY-----$/,$p' | sed -e '/^-----END /q')
  if ! printf '%s' "$block" | tr '\n' '|' |
    grep -Eq '^-----BEGIN (RSA )?PRIVATE KEY-----[|]([A-Za-z0-9+/=]+[|])+-----END (RSA )?PRIVATE KEY-----$'; then
    no_key "something else"
  fi
  printf '%s\n' "$block"
}

fetch_validator_key() {
  local key
  fetch "the validator key" "$CHEF_VALIDATOR_KEY_SOURCE" "$CHEF_VALIDATOR_KEY_ID" "$validation"
  key=$(pem_block <"$validation")
  printf '%s\n' "$key" >"$validation"
}

# Later runs need it too, also after a reboot, when the memory is empty and user data does not run again. So an instance
# keeps it on its disk, readable only by root. A bake keeps it in memory, because anything that was on the disk remains in
# unused blocks of the image.
fetch_data_bag_secret() {
  if [ -z "${CHEF_DATA_BAG_SECRET_ID:-}" ]; then return 0; fi
  if is_bake; then secret=$(in_memory chef-data-bag-secret); else secret=$etc/encrypted_data_bag_secret; fi
  fetch "the data bag secret" "${CHEF_DATA_BAG_SECRET_SOURCE:-}" "$CHEF_DATA_BAG_SECRET_ID" "$secret"
  chmod 600 "$secret"
  grep -q '[^[:space:]]' "$secret" || fail "the data bag secret '$CHEF_DATA_BAG_SECRET_ID' is empty; store it there"
}

# The metadata service is never requested through a proxy, which would return its own machine's metadata. Some programs read
# the names in capital letters, others in lower case.
set_proxies() {
  local name capitals direct=169.254.169.254,fd00:ec2::254,[fd00:ec2::254]
  for name in http_proxy https_proxy no_proxy; do
    capitals=$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')
    if [ -z "${!name:-}" ]; then export "$name=${!capitals:-}"; fi
  done
  if [ -n "$http_proxy$https_proxy" ]; then
    case ,$no_proxy, in *,169.254.169.254,*) ;; *) no_proxy=${no_proxy:+$no_proxy,}$direct ;; esac
  fi
  for name in http_proxy https_proxy no_proxy; do
    capitals=$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')
    if [ -n "${!name}" ]; then export "$name" "$capitals=${!name}"; else unset "$name" "$capitals"; fi
  done
}

# A machine that has just booted may be updating itself, and apt gives up at once if another program holds dpkg's lock. apt
# reads the file in APT_CONFIG before its own settings. The file is kept until shutdown, for programs that a recipe started.
wait_for_packages() {
  if [ -z "${APT_CONFIG:-}" ] && echo 'DPkg::Lock::Timeout "600";' >"$apt_settings"; then
    chmod 644 "$apt_settings"
    export APT_CONFIG=$apt_settings
  fi
}

# A value as a single-quoted Ruby string. bash 4.2 treats a literal quote within an expansion differently.
ruby() {
  local quote="'" value=${1//\\/\\\\}
  echo "'${value//$quote/\\$quote}'"
}

client_rb() {
  echo "chef_server_url $(ruby "$CHEF_SERVER_URL")"
  echo "node_name $(ruby "$1")"
  echo "validation_client_name $(ruby "$CHEF_VALIDATOR_NAME")"
  echo "validation_key '$validation'"
  echo "client_key '$etc/client.pem'"
  echo "trusted_certs_dir '$etc/trusted_certs'"
  # For runs by a timer or a cron job, which do not have this environment
  if [ -n "${CHEF_LICENSE:-}" ]; then echo "chef_license $(ruby "$CHEF_LICENSE")"; fi
  local name
  for name in http_proxy https_proxy no_proxy; do
    if [ -n "${!name:-}" ]; then echo "$name $(ruby "${!name}")"; fi
  done
  if [ -n "$secret" ]; then echo "encrypted_data_bag_secret $(ruby "$secret")"; fi
  if [ -n "${CHEF_ENVIRONMENT:-}" ]; then echo "environment $(ruby "$CHEF_ENVIRONMENT")"; fi
  if [ -n "${CHEF_POLICY_NAME:-}" ]; then
    echo "policy_name $(ruby "$CHEF_POLICY_NAME")"
    echo "policy_group $(ruby "$CHEF_POLICY_GROUP")"
  fi
}

# The attributes, with the run list as the first member; a policyfile has its own run list
first_boot_json() {
  local members=${CHEF_ATTRIBUTES:-"{}"} run_list=""
  members=${members#*\{}
  if [ -z "${CHEF_POLICY_NAME:-}" ]; then
    run_list="\"run_list\": ${CHEF_RUN_LIST:-[]}"
    [[ $members =~ ^[[:space:]]*\}[[:space:]]*$ ]] || run_list+=,
  fi
  echo "{$run_list$members"
}

# Chef's client reads /etc/chef and Cinc's reads /etc/cinc, and so do the timers and cron jobs that their resources create.
# One folder with both names works for every later run.
join_folders() {
  local other=${etc%/*}/cinc
  mkdir -p "$etc/trusted_certs"
  chmod 755 "$etc" "$etc/trusted_certs"
  if [ "$other" -ef "$etc" ]; then return 0; fi
  if [ -d "$other" ]; then
    cp --archive --no-clobber "$other/." "$etc/"
    rm -rf "$other"
  fi
  ln -sfn "${etc##*/}" "$other"
}

# With files that came with the image, the client would use their node name and key, and Chef Automate would show all
# instances as one.
forget_earlier_life() {
  rm -f "$etc"/{client.pem,client.rb,first-boot.json,validation.pem,chef_guid,cinc_guid}
  rm -f "$etc"/trusted_certs/chef-server-ca*.pem
  if [ -d "$etc/client.d" ]; then
    find "$etc/client.d" -name '*.rb' -exec sed -i '/^[[:space:]]*node_name\b/d' {} +
  fi
}

# The client reads only the first certificate of each file
trust() {
  local line file="" number=0
  while IFS= read -r line; do
    line=${line%$'\r'}
    case $line in -----BEGIN*) number=$((number + 1)) file=$etc/trusted_certs/chef-server-ca-$number.pem ;; esac
    if [ -n "$file" ]; then echo "$line" >>"$file"; fi
    case $line in -----END*) file="" ;; esac
  done
}

find_client() {
  local name
  for name in chef-client /opt/chef/bin/chef-client cinc-client /opt/cinc/bin/cinc-client; do
    if command -v "$name"; then return 0; fi
  done
  # Chef Infra Client 19 is a Habitat package
  if [ -d /hab/pkgs/chef/chef-infra-client ]; then
    fail "the image has Chef Infra Client 19 or newer, under /hab, which asks for a license key; use 16 to 18, or Cinc Client"
  fi
  fail "the image has neither chef-client nor cinc-client; bake it with one, or start from an image that has one"
}

# cloud-init runs user data once, but scripts in this folder at every boot: they run this script again, with settings.
at_every_boot() {
  case $0 in /var/lib/cloud/*) ;; *) return 0 ;; esac
  mkdir -p "$per_boot"
  { printf '#!/bin/bash\nexec env' && printf ' %q' "${@:2}" "$0" && echo; } >"$per_boot/$1"
  chmod 700 "$per_boot/$1"
}

# If the machine shuts down during the converge, for whatever reason, it converges again after its next boot.
# arm_resume NAME STAGE; the stage is before, or chef once the scripts before Chef are done.
arm_resume() {
  at_every_boot chef-converge CHEF_RESUMED="$1" CHEF_RESUMED_AT="$2" CHEF_REBOOTS=$((${CHEF_REBOOTS:-0} + 1))
}

goes_down() { [ "$(systemctl is-system-running 2>/dev/null)" = stopping ]; }

# run_parts WHEN PACKED...: your own scripts, in a folder of cloud-init's, where programs may be executed. The first failure
# ends the boot.
run_parts() {
  local when=$1 part file status number=0
  shift
  [ "${CHEF_REBOOTS:-0}" -le "$max_reboots" ] || fail "the scripts '$when' Chef were interrupted by a reboot, $max_reboots times"
  for part in "$@"; do
    number=$((number + 1)) status=0
    if [ -z "$parts" ]; then parts=$(mktemp -d "${0%/*}/chef-parts.XXXXXXXX"); fi
    file=$parts/$when-$number
    printf %s "$part" | base64 --decode | gunzip >"$file"
    chmod 700 "$file"
    echo "converge: script $number of $# '$when' Chef"
    (umask 022 && cd / && PATH=$path AWS_DEFAULT_REGION=$AWS_REGION exec "$file") &
    running=$!
    wait "$running" || status=$?
    running=""
    [ "$status" = 0 ] || fail "script $number '$when' Chef failed with exit code $status; see its lines above"
  done
}

# The output goes to a file, where it can be read again, and not through a pipe, which a service that a recipe started would
# keep open. Files that cookbooks write get the usual permissions.
run_client() {
  local limit=${CHEF_CONVERGE_TIMEOUT_SECONDS:-3600} status=0 lock
  lock=$((limit < 1200 ? (limit + 1) / 2 : 600))
  : >"$log"
  (
    umask 022
    cd /
    PATH=$path exec timeout --kill-after=60 "$limit" \
      "$client" -j "$etc/first-boot.json" --config "$etc/client.rb" --run-lock-timeout "$lock"
  ) >"$log" 2>&1 &
  running=$!
  tail --quiet --lines=+1 --sleep-interval=0.2 --follow --pid="$running" "$log" &
  wait "$running" || status=$?
  running=""
  wait $! || true
  return "$status"
}

# https://github.com/chef/chef/blob/main/docs/dev/design_documents/client_exit_codes.md
converge() {
  local name=$1 status=0 run
  for run in 1 2 3; do
    client=$(find_client)
    status=0
    run_client || status=$?
    if [ "$status" != 213 ]; then break; fi
    echo "converge: the Chef client has upgraded itself; it runs again"
  done
  case $status in
    0) ;;
    35 | 37) reboot_or_fail "$status" ;;
    *) fail "the Chef client failed for '$name' with exit code $status: $(why "$status")" ;;
  esac
}

# 35: the client has requested the reboot. 37: a recipe wants a reboot, and somebody else has to request it.
reboot_or_fail() {
  if is_bake; then
    shutdown -c 2>/dev/null || true
    fail "a recipe asked for a reboot, which a bake cannot do; let it do so on instances alone, where it is done"
  fi
  [ "${CHEF_REBOOTS:-0}" -lt "$max_reboots" ] || fail "a recipe asked for a reboot again, after $max_reboots of them"
  [ -x "$per_boot/chef-converge" ] || fail "a recipe asked for a reboot, after which nothing would converge this instance"
  unanswered=yes
  echo "converge: a recipe asked for a reboot; the converge goes on after it"
  if [ "$1" = 37 ]; then shutdown -r now; fi
}

# The cause of a failed run according to its exit code or output, and the next step
why() {
  case $1 in
    2 | 3 | 143) echo "it was stopped by a signal before its end"; return ;;
    41) echo "a recipe asked for a reboot, and the reboot failed"; return ;;
    43) echo "it refuses its configuration; its lines above name the setting"; return ;;
    124 | 137) echo "it took longer than the ${CHEF_CONVERGE_TIMEOUT_SECONDS:-3600} s it may; shorten the run list or allow more"; return ;;
    172) echo "the license of Chef Infra Client is not accepted; accept it in the Chef connection, or use Cinc Client"; return ;;
    173 | 174) echo "it wants a license key, as Chef 19 does; use Chef 16 to 18, or Cinc Client"; return ;;
    213) echo "it upgrades itself at every run; take the upgrade out of the run list, or start from a newer image"; return ;;
  esac
  local trace
  trace=$(sed -n 's/.*Stacktrace dumped to //p' "$log" | tail -n 1)
  if grep -q 'Unable to acquire lock' "$log"; then
    echo "another Chef client on this machine held the run lock all the time; let none start before this one has ended"
  elif said 'certificate verify failed|SSL_connect|SSL Error'; then
    echo "TLS: the server's certificate is not trusted, or is for another name; give its authority's as the connection's CA"
  elif said '(^|[^0-9])409 "?Conflict' || { [ -f "$trace" ] && grep -Eq 'Caused by .*409' "$trace"; }; then
    echo "the server has a client or node of that name already, and it must be removed there first"
  # All that the client prints about a name in use if its stack trace is not kept
  elif said 'There may already be a client named'; then
    echo "the server has a client of that name already, to be removed there first, or does not let the validator create one"
  elif said 'Authentication Error|Failed to authenticate|\(?[Hh][Tt][Tt][Pp] 401|401 "Unauthorized'; then
    echo "the server does not accept the key: is it the validator's, not replaced since, and the clock right?"
  elif said 'Private Key Not Found|PrivateKeyMissing|InvalidPrivateKey|Neither PUB key nor PRIV key'; then
    echo "the key is no RSA private key that the client can read"
  elif said 'Authorization Error|403 "Forbidden'; then
    echo "the server knows the key and refuses: the validator may not create clients, or the node not change itself"
  elif said 'Network Error|ECONNREFUSED|SocketError|Failed to open TCP connection|getaddrinfo'; then
    echo "the server does not answer at $CHEF_SERVER_URL"
  elif said 'Missing Cookbooks|412 "Precondition Failed'; then
    echo "the server lacks a cookbook, or a version of one, that the run list needs; upload it"
  elif said 'Error expanding the run_list' && said 'Missing ?Role|404 "Not|Cannot load '; then
    echo "the server lacks a role, the environment '${CHEF_ENVIRONMENT:-_default}' or the policy; see its lines above"
  else
    echo "the run failed; see its lines above"
  fi
}

said() { grep -Eq -e "$1" "$log"; }

complete_hook() {
  aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$CHEF_GROUP" \
    --lifecycle-hook-name "$CHEF_LAUNCH_HOOK" --instance-id "${instance:=$(instance_id)}" --lifecycle-action-result "$1" 2>&1
}

# Completes the launch hook: Auto Scaling puts the instance into service, or terminates it. If the instance does not wait in
# the hook, AWS says so and there is nothing to do; it says the same if the wait has not begun yet.
answer_launch_hook() {
  if [ -z "${CHEF_LAUNCH_HOOK:-}" ]; then return 0; fi
  echo "converge: the answer to the launch hook '$CHEF_LAUNCH_HOOK' is $1"
  local answer pause
  for pause in 2 4 8 0; do
    if answer=$(complete_hook "$1"); then return 0; fi
    sleep "$pause"
  done
  case $answer in
    *'No active Lifecycle Action found'*) echo "converge: this instance waits in no such hook" ;;
    *)
      echo "converge: the launch hook '$CHEF_LAUNCH_HOOK' took no answer ($answer);" \
        "if the instance waits in it, its heartbeat decides" >&2
      ;;
  esac
}

# Sends heartbeats for a number of seconds; each restarts the hook's timeout.
beat() {
  local ends=$((SECONDS + $1)) answer
  while [ "$SECONDS" -lt "$ends" ]; do
    sleep "${CHEF_HOOK_BEAT_SECONDS:-300}" >/dev/null 2>&1
    answer=$(aws autoscaling record-lifecycle-action-heartbeat --region "$AWS_REGION" --auto-scaling-group-name "$CHEF_GROUP" \
      --lifecycle-hook-name "$CHEF_LAUNCH_HOOK" --instance-id "$instance" 2>&1) ||
      case $answer in
        *'No active Lifecycle Action found'*) return 0 ;;
        *) echo "converge: a heartbeat to the launch hook '$CHEF_LAUNCH_HOOK' failed: $answer" ;;
      esac
  done
}

in_background() { (trap - INT TERM HUP && "$@") >>"$hook_log" 2>&1 </dev/null & }

# Keeps the instance waiting in the hook: it is out of service, but still runs so that somebody can inspect it.
keep() {
  instance=$(instance_id) || return 1
  echo "converge: kept: this instance is out of service for at most 48 hours; end it with: aws autoscaling" \
    "complete-lifecycle-action --region $AWS_REGION --auto-scaling-group-name $CHEF_GROUP --lifecycle-hook-name" \
    "$CHEF_LAUNCH_HOOK --instance-id $instance --lifecycle-action-result ABANDON"
  at_every_boot chef-launch-hook CHEF_AGAIN=keep CHEF_AGAIN_ON="$instance"
  in_background beat "$longest_wait"
}

# An instance of a warm pool waits in the hook twice: until it has converged, and when it leaves the pool. To leave it, it
# boots, wakes, or simply continues. Its metadata contains the target state; the wait itself may begin later.
watch_pool() {
  local before=$1 state tries=0
  while :; do
    state=$(metadata autoscaling/target-lifecycle-state 2>/dev/null) || state=$before
    if [ "$state" = InService ] && [ "$before" != InService ] && [ "$tries" -lt 60 ]; then
      if complete_hook CONTINUE; then
        echo "converge: out of the warm pool: the answer to the launch hook '$CHEF_LAUNCH_HOOK' is CONTINUE"
        before=$state
      fi
      tries=$((tries + 1))
    else
      before=$state tries=0
    fi
    sleep 5
  done
}

# Runs at later boots of an instance that is kept, or that belongs to a warm pool.
again() {
  unanswered=yes
  instance=$(instance_id)
  if [ "$CHEF_AGAIN_ON" != "$instance" ]; then
    # It came with an image that was created from another instance
    rm -f "$per_boot/chef-launch-hook"
  elif [ "$CHEF_AGAIN" = keep ]; then
    in_background beat "$longest_wait"
  else
    in_background watch_pool ""
  fi
}

# Runs at the end of this script, whatever ends it.
leave() {
  local status=$?
  trap '' INT TERM HUP
  if [ -n "$running" ] && kill "$running" 2>/dev/null; then wait "$running" || true; fi
  if [ -n "$beating" ]; then kill "$beating" 2>/dev/null || true; fi
  rm -f "$validation" "$log"
  if [ -n "$parts" ]; then rm -rf "$parts"; fi
  if is_bake; then rm -f "$secret"; fi
  if [ "${CHEF_VALIDATOR_KEY_SOURCE:-}" = file ]; then rm -f "${CHEF_VALIDATOR_KEY_ID:-}"; fi
  if [ -n "$unanswered" ]; then return 0; fi
  rm -f "$per_boot/chef-converge"
  if [ "$status" = 0 ]; then
    answer_launch_hook CONTINUE
  elif [ "${CHEF_ON_FAILED_BOOT:-}" != keep ] || ! keep; then
    answer_launch_hook ABANDON
  fi
}

interrupted() {
  if ! is_bake && [ -x "$per_boot/chef-converge" ] && goes_down; then
    unanswered=yes
    echo "converge: the machine goes down; the converge goes on when it is back"
  fi
  exit 1
}

in_memory() {
  mktemp "$memory/$1.XXXXXXXX" ||
    fail "'$memory' takes no file; mount a tmpfs there, because the validator key is kept in memory alone"
}

main() {
  trap leave EXIT
  trap interrupted INT TERM HUP
  set_proxies
  if [ -n "${CHEF_AGAIN:-}" ]; then
    again
    return 0
  fi
  wait_for_packages
  require CHEF_SERVER_URL CHEF_VALIDATOR_NAME CHEF_VALIDATOR_KEY_SOURCE CHEF_VALIDATOR_KEY_ID AWS_REGION
  if [ -n "${CHEF_POLICY_NAME:-}" ]; then require CHEF_POLICY_GROUP; fi
  # Chef's client refuses an empty value
  if [ -z "${CHEF_LICENSE:-}" ]; then unset CHEF_LICENSE; fi
  local name
  name=$(node_name)
  if [ "${CHEF_RESUMED:-$name}" != "$name" ]; then
    # It came with an image that was created from another instance; this one runs its own user data
    rm -f "$per_boot/chef-converge"
    unanswered=yes
    return 0
  fi
  if [ -n "${CHEF_LAUNCH_HOOK:-}" ]; then
    instance=${name#"$CHEF_GROUP"-}
    beat "${CHEF_HOOK_MAXIMUM_SECONDS:-7200}" &
    beating=$!
  fi
  local fresh=""
  if [ "${CHEF_RESUMED_AT:-before}" = before ]; then fresh=yes; fi
  if [ -n "$fresh" ] && [ -n "$before" ]; then
    arm_resume "$name" before
    # shellcheck disable=SC2086 # one word per script
    run_parts before $before
  fi
  client=$(find_client)
  validation=$(in_memory chef-validation)
  log=$(in_memory chef-run)
  join_folders
  if [ -n "$fresh" ]; then forget_earlier_life; fi
  if [ -n "${CHEF_CA_PEM:-}" ]; then trust <<<"$CHEF_CA_PEM"; fi
  arm_resume "$name" chef
  fetch_validator_key
  fetch_data_bag_secret
  client_rb "$name" >"$etc/client.rb"
  first_boot_json >"$etc/first-boot.json"
  echo "converge: registering '$name' with $CHEF_SERVER_URL"
  converge "$name"
  if [ -n "$unanswered" ]; then return 0; fi
  rm -f "$etc/first-boot.json"
  echo "converge: '$name' is a node of $CHEF_SERVER_URL"
  # shellcheck disable=SC2086
  if [ -n "$after" ]; then run_parts after $after; fi
  if [ -n "${CHEF_WARM_POOL:-}" ]; then
    at_every_boot chef-launch-hook CHEF_AGAIN=pool CHEF_AGAIN_ON="$instance"
    in_background watch_pool "$(metadata autoscaling/target-lifecycle-state 2>/dev/null || true)"
  fi
}

main
