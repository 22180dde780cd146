#!/bin/sh
# `new` makes an empty database, once; `serve` serves the one that is there. A volume that is not
# mounted never becomes a second, empty database.
set -eu
umask 077
programs=/usr/lib/postgresql/15/bin
data=/srv/database/data
if [ "$1" = new ]; then
  [ ! -e "$data" ] || { echo "There is a database already." >&2; exit 1; }
  # Whoever connects is who owns the socket: no passwords. The program's role is no superuser.
  "$programs/initdb" --pgdata "$data" --username owner --encoding UTF8 --locale C.UTF-8 \
    --auth-local peer --auth-host reject >/dev/null
  printf '%s\n' 'CREATE ROLE nightjar LOGIN;' 'CREATE DATABASE nightjar OWNER nightjar;' |
    "$programs/postgres" --single -D "$data" postgres >/dev/null
  # What the daily housekeeping needs to drop the journal (docs/operations.md, "PostgreSQL").
  printf '%s\n' 'GRANT pg_checkpoint TO nightjar;' \
    'GRANT EXECUTE ON FUNCTION pg_switch_wal() TO nightjar;' |
    "$programs/postgres" --single -D "$data" nightjar >/dev/null
  echo "An empty database was made."
  exit
fi
[ -e "$data/PG_VERSION" ] || { echo "There is no database here: is the volume mounted?" >&2; exit 1; }
exec "$programs/postgres" -c config_file=/opt/nightjar/postgresql.conf
