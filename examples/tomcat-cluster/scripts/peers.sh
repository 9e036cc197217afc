# Tells this machine who else is in the cluster: addresses, one a line. Runs as root on every machine; the application reads the file.
set -eu
file=/srv/shop/conf/peers

umask 022
echo "$TSCALER_NODES" | tr ',' '\n' | awk -v own="$TSCALER_HOST" '$0 != "" && $0 != own' >"$file.new"
# The application sees the old list or the new one, never half of it.
mv "$file.new" "$file"
echo "$TSCALER_NODE has $(wc -l <"$file") peers"
