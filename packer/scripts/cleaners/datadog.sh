#!/bin/bash
# Datadog agent: disabled until the instance's own converge enables it, and without the host name of the bake.
set -euo pipefail

[ -d /etc/datadog-agent ] || exit 0
echo "clean: Datadog agent"
if systemctl cat datadog-agent >/dev/null 2>&1; then systemctl disable --now datadog-agent; fi
rm -rf /etc/datadog-agent/auth_token /etc/datadog-agent/auth /opt/datadog-agent/run/*
if [ -f /etc/datadog-agent/datadog.yaml ]; then
  sed -i -E '/^(hostname|api_key):/d' /etc/datadog-agent/datadog.yaml
fi
