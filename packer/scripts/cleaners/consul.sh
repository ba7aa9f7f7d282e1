#!/bin/bash
# Consul: an instance with the bake's node id, keyring or server state would take the bake's place in the cluster.
set -euo pipefail

command -v consul >/dev/null || [ -d /etc/consul.d ] || exit 0
echo "clean: Consul"
if command -v systemctl >/dev/null; then systemctl disable --now consul; fi
rm -rf /opt/consul/* /var/lib/consul/* /var/consul/*
