#!/bin/sh
# Once, before `docker compose up`: makes the secrets and the Asterisk configuration that holds them, in deploy/local.
# Run again, it keeps the secrets and writes the configuration anew. French: docs/deploiement.md
set -eu
cd "$(dirname "$0")"
[ -d asterisk ] || { echo "prepare.sh: there is no deploy/asterisk" >&2; exit 1; }
mkdir -p local/secrets local/asterisk
chmod 700 local                       # what is inside is for containers' users to read, and for nobody else here
umask 022

secret() {
    [ -s "local/secrets/$1" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"local/secrets/$1"
    cat "local/secrets/$1"
}
password=$(secret database_password)
token=$(secret media_token)
secret sip_password >/dev/null
printf 'postgresql+asyncpg://callbot:%s@postgres/callbot' "$password" >local/secrets/database_url

# Every « changez-moi-NAME » of the recipes becomes a secret of its own
rules=local/rules.sed
printf 's/^CALLBOT_SECRET =[^;]*/CALLBOT_SECRET = %s /\n' "$token" >$rules
for mark in $(grep -ohE 'changez-moi-[A-Za-z0-9_-]+' asterisk/*.conf | sort -ru); do
    case $mark in
        changez-moi-le-media_token) name=media_token ;;
        changez-moi-callbot) name=sip_password ;;
        *) name="poste_${mark#changez-moi-}" ;;
    esac
    printf 's/%s/%s/g\n' "$mark" "$(secret "$name")" >>$rules
done
rm -f local/asterisk/*.conf
for file in asterisk/*.conf; do
    sed -f $rules "$file" >"local/$file"
done
rm $rules
[ -e local/asterisk/modules.conf ] || printf '[modules]\nautoload = yes\n' >local/asterisk/modules.conf
echo "deploy/local is ready. Passwords of the telephones: deploy/local/secrets/poste_*"
