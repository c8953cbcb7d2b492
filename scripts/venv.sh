#!/bin/sh
# Make the virtual environment: venv.sh PYTHON FOLDER. Says what to install where Python or its venv module is missing.
set -eu
python=$1 folder=$2
fail() { echo "callbot: $1" >&2; exit 1; }
command -v "$python" >/dev/null || fail "'$python' is not there; install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "'$python' is older than 3.11; name a newer one: make PYTHON=python3.12 …"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null
    else
        fail "Python's venv module is missing; install it: sudo apt-get install python3-venv"
    fi
fi
"$python" -m venv "$folder"
