#!/bin/bash
# Consul: an instance with the bake's node id, keyring or server state would take the bake's place in the cluster.
set -euo pipefail
shopt -s nullglob dotglob

command -v consul >/dev/null || [ -d /etc/consul.d ] || exit 0
echo "clean: Consul"
# There is no such unit if only the binary is installed, or the service has another name
if systemctl cat consul >/dev/null 2>&1; then systemctl disable --now consul; fi
# node-id, serf/ and raft/ of agent and server, in the data folder of the configuration, or in a common one
for configuration in /etc/consul.d/*.{json,hcl}; do
  sed -nE 's/^[[:space:]]*"?data_dir"?[[:space:]]*[=:][[:space:]]*"(\/[^"]+)".*/\1/p' "$configuration"
done | while IFS= read -r data; do
  rm -rf "${data:?}"/*
done
rm -rf /opt/consul/* /var/lib/consul/* /var/consul/*
