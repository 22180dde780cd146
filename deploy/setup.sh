#!/bin/sh
# Build .venv from the lock file. Needs Python 3.11 or newer with its venv module, and the index.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3.11 make … names one." >&2
  exit 1
}
if ! [ -x .venv/bin/pip ] && ! "$python" -m venv .venv 2>/dev/null; then
  # Debian keeps this part of Python in a package of its own.
  if [ "${CI:-}" = true ]; then
    apt-get update -qq && apt-get install -y -qq python3-venv
    "$python" -m venv .venv
  else
    echo "Python's venv module is missing: on Debian, apt install python3-venv." >&2
    exit 1
  fi
fi
# (An environment that was moved still has a working python, but no working pip beside it.)
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
# The lock file says which versions, and their hashes.
# On a server without what the tests need, and with PostgreSQL's and Redis's clients.
chosen=${WITHOUT_TESTS:+--no-dev --extra scale}
VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv sync --frozen --quiet --inexact $chosen
.venv/bin/python deploy/strings.py compile
touch .venv/.ready
