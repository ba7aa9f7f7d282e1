#!/bin/bash
# Unpacks the folders that the bake has copied to their places on the instance. All files are owned by root.
set -euo pipefail

archive=/tmp/bake-files.tar
trap 'rm -f "$archive"' EXIT
tar --extract --file "$archive" --directory / --no-same-owner --no-overwrite-dir
echo "unpack-files: $(tar --list --file "$archive" | grep -vc '/$' || true) files copied"
