# Fetches the application and hands it to Tomcat, which takes it up by itself. Runs as root on the new machine.
set -eu
war_url=https://artifacts.example.org/shop/shop.war
base=/srv/shop

# Beside the folder that it goes to, so that Tomcat sees all of it or nothing. The token goes by stdin: a process list shows arguments.
new=$base/work/shop.war.new
printf 'header = "Authorization: Bearer %s"\n' "$ARTIFACTS_TOKEN" |
  curl --config - --fail --silent --show-error --max-time 120 --output "$new" "$war_url"
chown shop: "$new"
mv "$new" "$base/webapps/shop.war"
echo "$(wc -c <"$base/webapps/shop.war") bytes from $war_url"
