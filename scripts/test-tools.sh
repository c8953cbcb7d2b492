#!/bin/sh
# The system tools that tests use: a real browser and a real PostgreSQL. Installs what is missing, on Debian as root.
set -eu
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests use:$missing"
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
else
    echo "callbot: the tests use$missing; install them: sudo apt-get install$missing" >&2
    exit 1
fi
