#!/bin/sh
# The system tools that tests use: a real browser, a real PostgreSQL, real telephones. Installs what is missing, on Debian as root.
set -eu
missing=""
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
PATH="$PATH:/usr/sbin:/sbin"
need chromium chromium
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
need openssl openssl
need sipp sip-tester
need baresip baresip-core
need linphonec linphone-cli
need kamailio kamailio
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests use:$missing"
    # Debian starts the services of what it installs; the tests start their own
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
        trap 'rm -f $policy' EXIT
    fi
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
else
    echo "callbot: the tests use$missing; install them: sudo apt-get install$missing" >&2
    exit 1
fi
