#!/bin/bash
# The sandbox's administrator is already root, so this only removes sudo's options and runs the command.
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    -u | -g | -p | -C | -h | -r | -t) shift 2 ;;
    -*) shift ;;
    *=*) export "${1?}"; shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || exit 0
exec "$@"
