#!/bin/sh
# Quick tests, then thorough ones, then browser, then seizure. With CI=true a missing browser and gettext's tools are
# installed, and a test skipped for want of them is a failure.
set -eu
cd "$(dirname "$0")/.."

if [ "${CI:-}" = true ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null
then
  sudo=$(command -v sudo || true)
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
fi
if [ "${CI:-}" = true ] && ! command -v msgmerge >/dev/null
then
  sudo=$(command -v sudo || true)
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends gettext
fi

"$BIN/python" deploy/strings.py compile
# Reading each test file anew takes a sixth of the time of the quick ones.
export PYTHONDONTWRITEBYTECODE=
"$BIN/pytest" -q -n 2 -m "not thorough and not browser and not seizure"
"$BIN/pytest" -q -n 2 -m thorough
"$BIN/pytest" -q -m browser -rs
"$BIN/pytest" -q -m seizure
