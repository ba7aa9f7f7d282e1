#!/bin/bash
# Amazon's SSM agent: it would go on as the managed instance that it was during the bake.
set -euo pipefail

[ -d /var/lib/amazon/ssm ] || exit 0
echo "clean: SSM agent"
if command -v systemctl >/dev/null && systemctl --quiet is-active amazon-ssm-agent; then
  systemctl stop amazon-ssm-agent
fi
rm -rf /var/lib/amazon/ssm/* /var/log/amazon/ssm/*
