#!/bin/bash
# Makes this machine a Chef node and converges it: while an image is baked, and at the first boot of every instance.
# The validator key is fetched with the instance's own role into memory, never to a disk, and removed again, whatever
# happens in between.
#
# Environment:
#   CHEF_SERVER_URL, CHEF_VALIDATOR_NAME, AWS_REGION
#   CHEF_VALIDATOR_KEY_SOURCE          ssm (a SecureString parameter), secretsmanager, or file (uploaded by a bake)
#   CHEF_VALIDATOR_KEY_ID              name or ARN of the parameter or secret, or the file, which is removed
#   CHEF_NODE_NAME or CHEF_GROUP       with CHEF_GROUP the node is called <group>-<instance id>
#   CHEF_RUN_LIST                      JSON array, default []
#   CHEF_ENVIRONMENT, CHEF_POLICY_NAME, CHEF_POLICY_GROUP, CHEF_ATTRIBUTES (JSON object), CHEF_CA_PEM     optional
#   CHEF_LAUNCH_HOOK                   lifecycle hook in which the instance waits until it has converged, optional
#   CHEF_LICENSE                       read by Chef's own client, which runs only when its licence is accepted
set -euo pipefail
shopt -s inherit_errexit
umask 077

etc=/etc/chef
memory=/dev/shm

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

imds() {
  curl --fail --silent --show-error --max-time 5 --retry 5 --retry-connrefused "$@" ||
    fail "the instance metadata service at 169.254.169.254 does not answer; give CHEF_NODE_NAME where there is none"
}

instance_id() {
  local token
  token=$(imds -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  imds -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id
}

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

read_validator_key() {
  case ${CHEF_VALIDATOR_KEY_SOURCE} in
    ssm) aws ssm get-parameter --region "$AWS_REGION" --name "$CHEF_VALIDATOR_KEY_ID" \
      --with-decryption --query Parameter.Value --output text ;;
    secretsmanager) aws secretsmanager get-secret-value --region "$AWS_REGION" --secret-id "$CHEF_VALIDATOR_KEY_ID" \
      --query SecretString --output text ;;
    file) cat "$CHEF_VALIDATOR_KEY_ID" ;;
    *) fail "'CHEF_VALIDATOR_KEY_SOURCE' is '$CHEF_VALIDATOR_KEY_SOURCE', expected ssm, secretsmanager or file" ;;
  esac
}

# A role that was attached seconds ago may not be known everywhere yet, so that the first refusals say nothing.
fetch_validator_key() {
  command -v aws >/dev/null || fail "the image has no 'aws' command, which fetches the validator key; install AWS CLI"
  local pause
  for pause in 2 4 8 16 0; do
    if read_validator_key >"$validation"; then break; fi
    [ "$pause" != 0 ] || fail "the validator key '$CHEF_VALIDATOR_KEY_ID' cannot be read from $CHEF_VALIDATOR_KEY_SOURCE;" \
      "let the instance's role read it, and decrypt with the key that encrypts it"
    sleep "$pause"
  done
  grep -q 'PRIVATE KEY' "$validation" ||
    fail "'$CHEF_VALIDATOR_KEY_ID' in $CHEF_VALIDATOR_KEY_SOURCE holds no PEM private key; store the validator's key there"
}

# A value as Ruby's single-quoted string
ruby() {
  local value=${1//\\/\\\\}
  echo "'${value//\'/\\\'}'"
}

client_rb() {
  echo "chef_server_url $(ruby "$CHEF_SERVER_URL")"
  echo "node_name $(ruby "$1")"
  echo "validation_client_name $(ruby "$CHEF_VALIDATOR_NAME")"
  echo "validation_key '$validation'"
  echo "client_key '$etc/client.pem'"
  echo "trusted_certs_dir '$etc/trusted_certs'"
  if [ -n "${CHEF_ENVIRONMENT:-}" ]; then echo "environment $(ruby "$CHEF_ENVIRONMENT")"; fi
  if [ -n "${CHEF_POLICY_NAME:-}" ]; then
    echo "policy_name $(ruby "$CHEF_POLICY_NAME")"
    echo "policy_group $(ruby "$CHEF_POLICY_GROUP")"
  fi
}

# The attributes with the run list as their first member; a policyfile brings its own run list.
first_boot_json() {
  local members=${CHEF_ATTRIBUTES:-"{}"} run_list=""
  members=${members#*\{}
  if [ -z "${CHEF_POLICY_NAME:-}" ]; then
    run_list="\"run_list\": ${CHEF_RUN_LIST:-[]}"
    [[ $members =~ ^[[:space:]]*\}[[:space:]]*$ ]] || run_list+=,
  fi
  echo "{$run_list$members"
}

# What an earlier life of this disk left would make the client use that life's name and key.
forget_earlier_life() {
  rm -f "$etc"/{client.pem,client.rb,first-boot.json,validation.pem}
  if [ -d "$etc/client.d" ]; then
    find "$etc/client.d" -name '*.rb' -exec sed -i '/^[[:space:]]*node_name\b/d' {} +
  fi
}

chef_client() {
  local client
  for client in chef-client /opt/chef/bin/chef-client cinc-client /opt/cinc/bin/cinc-client; do
    if command -v "$client"; then return 0; fi
  done
  fail "the image has neither chef-client nor cinc-client; bake it with one, or start from an image that has one"
}

# Cinc looks into /etc/cinc unless it is told. What cookbooks write is to have the usual permissions.
run_chef() (
  umask 022
  case $1 in
    */cinc-client) "$1" --config "$etc/client.rb" -j "$etc/first-boot.json" ;;
    *) "$1" -j "$etc/first-boot.json" ;;
  esac
)

# Lets Auto Scaling take the instance into service, or end it. Where no hook waits, because the instance is older than its
# hook, AWS says so; nothing has to be done then.
answer_launch_hook() {
  if [ -z "${CHEF_LAUNCH_HOOK:-}" ]; then return 0; fi
  aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$CHEF_GROUP" \
    --lifecycle-hook-name "$CHEF_LAUNCH_HOOK" --instance-id "$(instance_id)" --lifecycle-action-result "$1" ||
    echo "converge: the launch hook '$CHEF_LAUNCH_HOOK' took no answer; if the instance waits in it, its heartbeat decides" >&2
}

leave() {
  local status=$?
  rm -f "$validation"
  if [ "$CHEF_VALIDATOR_KEY_SOURCE" = file ]; then rm -f "$CHEF_VALIDATOR_KEY_ID"; fi
  if [ "$status" = 0 ]; then answer_launch_hook CONTINUE; else answer_launch_hook ABANDON; fi
}

main() {
  require CHEF_SERVER_URL CHEF_VALIDATOR_NAME CHEF_VALIDATOR_KEY_SOURCE CHEF_VALIDATOR_KEY_ID AWS_REGION
  if [ -n "${CHEF_POLICY_NAME:-}" ]; then require CHEF_POLICY_GROUP; fi
  local name client
  name=$(node_name)
  client=$(chef_client)
  mkdir -p "$etc/trusted_certs"
  chmod 755 "$etc" "$etc/trusted_certs"
  validation=$(mktemp "$memory/chef-validation.XXXXXXXX") ||
    fail "'$memory' takes no file; mount a tmpfs there, because the validator key is kept in memory alone"
  trap leave EXIT
  trap 'exit 1' INT TERM HUP
  forget_earlier_life
  if [ -n "${CHEF_CA_PEM:-}" ]; then echo "$CHEF_CA_PEM" >"$etc/trusted_certs/chef-server-ca.pem"; fi
  client_rb "$name" >"$etc/client.rb"
  first_boot_json >"$etc/first-boot.json"
  fetch_validator_key
  echo "converge: registering '$name' with $CHEF_SERVER_URL"
  run_chef "$client" ||
    fail "the Chef client failed for '$name'; its lines above say why. A name the server has already must be removed there first"
  rm -f "$etc/first-boot.json"
  echo "converge: '$name' is a node of $CHEF_SERVER_URL"
}

main
