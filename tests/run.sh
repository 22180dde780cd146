#!/bin/sh
# Quick tests, thorough ones, both again on PostgreSQL with Redis, a browser, then seizure.
# With CI=true what they need (a browser, gettext's tools, PostgreSQL, a Redis, the proxies,
# debootstrap) is installed where it is missing, and a test skipped for want of it is a failure.
set -eu
cd "$(dirname "$0")/.."

install() {
  sudo=$(command -v sudo || true)
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends "$@"
}

if [ "${CI:-}" = true ]; then
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    install chromium fonts-dejavu-core
  # The one script whose font is no Python package (`tests/browser/fonts.py`).
  [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || install fonts-noto-cjk
  command -v msgmerge >/dev/null || install gettext
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
  command -v redis-server >/dev/null || install redis-server
  command -v debootstrap >/dev/null || install debootstrap
  command -v systemd-analyze >/dev/null || install systemd
  command -v caddy >/dev/null && command -v nginx >/dev/null || install caddy nginx-light
fi

"$BIN/python" deploy/strings.py compile
# Reading each test file anew takes a sixth of the time of the quick ones.
export PYTHONDONTWRITEBYTECODE=
"$BIN/pytest" -q -n 2 -m "not thorough and not browser and not seizure"
"$BIN/pytest" -q -n 2 -m "thorough and not browser and not seizure" -rs
"$BIN/python" -m tests.stacks pytest -q -n 2 -m "not browser and not seizure" -rs
"$BIN/pytest" -q -m browser -rs
"$BIN/pytest" -q -m seizure -rs
