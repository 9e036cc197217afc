# Makes Tomcat this machine's own, and starts it: its name, its memory, its JMX. Runs as root on the new machine; doing it again is harmless.
set -eu
base=/srv/shop
port=8080

# Half of the memory, but no more than this shop needs.
half_mb=$(awk '/^MemTotal:/ { print int($2 / 2048) }' /proc/meminfo)
heap_mb=$((half_mb < 2048 ? half_mb : 2048))

umask 027
cat >"$base/bin/setenv.sh" <<OPTIONS
CATALINA_OPTS="-Xmx${heap_mb}m -Dshop.node=$TSCALER_NODE \
-Dcom.sun.management.jmxremote.port=9010 -Dcom.sun.management.jmxremote.rmi.port=9010 \
-Dcom.sun.management.jmxremote.host=127.0.0.1 -Djava.rmi.server.hostname=127.0.0.1 \
-Dcom.sun.management.jmxremote.ssl=false \
-Dcom.sun.management.jmxremote.password.file=$base/conf/jmx.password \
-Dcom.sun.management.jmxremote.access.file=$base/conf/jmx.access"
OPTIONS
echo 'monitor readonly' >"$base/conf/jmx.access"
# Java refuses a password that anybody else can read.
umask 077
printf 'monitor %s\n' "$JMX_PASSWORD" >"$base/conf/jmx.password"
chown shop: "$base/conf/jmx.password"
chgrp shop "$base/bin/setenv.sh" "$base/conf/jmx.access"

# A machine that was drained before is to serve again.
rm -f "$base/work/draining"
service shop restart

tries=0
until curl --silent --output /dev/null "http://127.0.0.1:$port/"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 120 ]; then
    echo "Tomcat does not answer on port $port after a minute:" >&2
    tail -n 20 "$base/logs/"* >&2 || true
    exit 1
  fi
  sleep 0.5
done
echo "Tomcat of $TSCALER_NODE answers on port $port, with at most $heap_mb MB"
