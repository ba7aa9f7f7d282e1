#!/bin/bash
# Amazon's SSM agent: it would keep the registration of the bake's instance.
#
# Environment: BAKE_SSH_INTERFACE is session_manager if Packer itself connects through the agent.
set -euo pipefail

[ -d /var/lib/amazon/ssm ] || exit 0
echo "clean: SSM agent"
forget='rm -rf /var/lib/amazon/ssm/* /var/log/amazon/ssm/*'
if [ "${BAKE_SSH_INTERFACE:-}" = session_manager ]; then
  # If the agent stopped now, the bake would lose its connection, so its registration is removed at shutdown: units stop in
  # the reverse order of their start, this one after the agent. The unit is kept in memory, so it is not in the image.
  cat >/run/systemd/system/chef-autoscaling-ssm-agent.service <<UNIT
[Unit]
Description=Forget the SSM agent's registration when the machine goes down
Before=amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/bash -c '$forget'
UNIT
  systemctl daemon-reload
  systemctl start chef-autoscaling-ssm-agent.service
  exit 0
fi
if command -v systemctl >/dev/null && systemctl --quiet is-active amazon-ssm-agent; then
  systemctl stop amazon-ssm-agent
fi
eval "$forget"
