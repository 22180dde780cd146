#!/bin/sh
# The shipped configuration, with the site's name and where the program is.
set -eu
sed -e "s/notes\.example\.org/$NIGHTJAR_NAME/" -e 's/127\.0\.0\.1:8000/app:8000/' \
  /opt/nightjar/Caddyfile >/tmp/Caddyfile
exec caddy run --config /tmp/Caddyfile
