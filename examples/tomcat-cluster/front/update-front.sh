#!/bin/sh
# Tells HAProxy which machines there are: update-front.sh CONFIG MEMBERS PID-FILE. tscaler runs it on its own machine, by the action
# "front"; TSCALER_NODES has the addresses. Without them it writes a front that has nobody behind it, to begin with.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
config=$1 members=$2 pid_file=$3

umask 022
{
  echo '# Written by update-front.sh: changes are lost.'
  echo 'backend shop'
  echo '  balance leastconn'
  echo '  option httpchk GET /shop/health.jsp'
  echo '  default-server check inter 1s fall 2 rise 1'
  echo "${TSCALER_NODES:-}" | tr ',' '\n' | awk '$0 != "" { print "  server " $0 " " $0 ":8080" }'
} >"$members.new"

if cmp -s "$members.new" "$members"; then
  rm "$members.new"
  echo 'the front has these machines already'
  exit 0
fi
# A file that HAProxy would not read leaves the front as it is.
haproxy -c -q -f "$config" -f "$members.new"
mv "$members.new" "$members"
# HAProxy's master starts new workers, and the old ones answer what they have begun.
[ ! -f "$pid_file" ] || kill -USR2 "$(cat "$pid_file")"
echo "behind the front: ${TSCALER_NODES:-nobody}"
