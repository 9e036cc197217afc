# Takes this machine out of the traffic before it is taken away. Runs as root on the machine that goes.
set -eu
base=/srv/shop
port=8080

# From now on the health page answers 503, and whoever asks it sends no new requests. The file is where the application may look.
: >"$base/work/draining"
chown shop: "$base/work/draining"

# Two checks of the front, which asks every second. The load balancer is told by tscaler, in the next step.
sleep 3

open_connections() { ss -Htn state established "( sport = :$port )" | wc -l; }
tries=0
until [ "$(open_connections)" -eq 0 ]; do
  tries=$((tries + 1))
  if [ "$tries" -ge 30 ]; then
    echo "$(open_connections) connections are still open after 30 s; it goes on without them" >&2
    exit 0
  fi
  sleep 1
done
echo "nobody asks $TSCALER_NODE any more"
