# Lines of the script that hang on no step; %WORDS% are filled when it is written.
# == setup
set -euo pipefail; umask 077
export AWS_REGION=%REGION% AWS_DEFAULT_REGION=%REGION% AWS_DEFAULT_OUTPUT=text AWS_PAGER=''
export AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8 AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5
# == profile
aws() { command aws --profile %PROFILE% "$@"; } # because keys in the environment override AWS_PROFILE
# == folder
PASS=look WORK=$(mktemp -d)
trap '[[ $? == 0 ]] || say "To resume, run this script again."; rm -rf "$WORK"' EXIT
# == tools
for tool in %TOOLS%; do type -P $tool >/dev/null || stop "$tool is not installed."; done
VERSION='aws-cli/(1\.(4[5-9]|[5-9][0-9])|2\.(1[4-9]|[2-9][0-9]))'; [[ $(aws --version 2>&1) =~ $VERSION ]] || stop 'aws 1.45 or 2.14 is needed.'
# == known
%NEWEST% --generate-cli-skeleton input >/dev/null 2>&1 || # asks no one
  stop 'This aws does not know %HOST%: install the newest aws 2, or use formae-wizard apply instead of this script.'
# == engine
COPY=docker; docker version >/dev/null 2>&1 || COPY=$(type -P crane skopeo | head -n 1) || [[ -n $COPY ]] || stop 'The Docker engine does not answer: start it, or install crane or skopeo.'
# == password
if [[ -n ${API_PASSWORD_FILE:-} ]]; then head -n 1 "$API_PASSWORD_FILE"; else random; fi | tr -d '\r\n' >"$WORK/plain.api"
LC_ALL=C grep -Eq '^[^[:cntrl:]]{12,72}$' "$WORK/plain.api" || stop 'The API password must have 12 to 72 bytes.'
sed 's/[\\"]/\\&/g' "$WORK/plain.api" >"$WORK/password.api"
# == hash
htpasswd -niBC 10 '' <"$WORK/plain.api" 2>/dev/null | tr -d ':\n' >"$WORK/hash.api" ||
  perl -e 'open R, "/dev/urandom"; read R, $r, 21; @c = (".", "/", "A" .. "Z", "a" .. "z", 0 .. 9); print crypt <STDIN>,
    "\$2b\$10\$" . join("", map { $c[ord() % 64] } split //, $r) . "u"' <"$WORK/plain.api" >"$WORK/hash.api"
grep -Eq '^.2[aby].10.[./A-Za-z0-9]{53}$' "$WORK/hash.api" || stop 'No bcrypt hash was created: install htpasswd.'
# == copy
aws ecr get-authorization-token --output json --query "{auths: {\"%REGISTRY%\": {auth: authorizationData[0].authorizationToken}}}" >"$WORK/config.json"
case ${COPY##*/} in docker) docker pull --platform %PLATFORM% %SOURCE%; docker tag %SOURCE% %TARGET%
    : "${DOCKER_HOST:=$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
    docker --config "$WORK" -H "$DOCKER_HOST" push %TARGET% ;;
  crane) DOCKER_CONFIG=$WORK crane copy --platform %PLATFORM% %SOURCE% %TARGET% ;;
  skopeo) skopeo copy --override-os %SYSTEM% --override-arch %ARCHITECTURE% --dest-authfile "$WORK/config.json" docker://%SOURCE% docker://%TARGET% ;; esac
# == client
CONFIG=$HOME/.config/formae; [[ -e $CONFIG ]] || CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}/formae
CONFIG=${FORMAE_CONFIG_DIR:-$CONFIG}/formae.conf.pkl
[[ ! -d ${CONFIG%/*}/profiles ]] || CONFIG=${CONFIG%/*}/profiles/%PROFILE%.pkl
[[ ! -e $CONFIG ]] || cmp -s "$WORK/%FILE%" "$CONFIG" || { CONFIG=${CONFIG%.pkl}.wanted.pkl
  say "Your config is unchanged. To use the new one: formae status agent --config $CONFIG"; }
mkdir -p "${CONFIG%/*}"; rm -f "$CONFIG.part"; cp "$WORK/%FILE%" "$CONFIG.part"; mv -f "$CONFIG.part" "$CONFIG"
# == activate
[[ $CONFIG != */profiles/%PROFILE%.pkl ]] || formae profile use %PROFILE%
# == prepare
export PGHOST=%HOST% PGPORT=%PORT% PGUSER=%MASTER% PGDATABASE=postgres PGSSLMODE=verify-full PGCONNECT_TIMEOUT=10
for PGSSLROOTCERT in "${AWS_CA_BUNDLE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  [[ ! -r $PGSSLROOTCERT ]] || break
done; export PGSSLROOTCERT; say "psql $PGHOST"
wait_for 2 1 - . as_master 'SELECT 1' || stop "This machine cannot sign in to the database on port $PGPORT: $(cat "$WORK/error")"
member password %SECRET% | verifier >"$WORK/verifier"
[[ $(as_master "SELECT 1 FROM pg_roles WHERE rolname = '%ROLE%'") == 1 ]] || as_master 'CREATE ROLE "%ROLE%"'
as_master 'GRANT "%ROLE%" TO "%MASTER%"'
if [[ $(as_master "SELECT 1 FROM pg_database WHERE datname = '%DATABASE%'") == 1 ]]; then
  as_master 'ALTER DATABASE "%DATABASE%" OWNER TO "%ROLE%"'
  PGDATABASE=%DATABASE% as_master 'REASSIGN OWNED BY "%MASTER%" TO "%ROLE%"' # with whole databases
  as_master "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = '%ROLE%' AND datname <> '%DATABASE%'" |
    while read -r OTHER; do as_master "ALTER DATABASE \"$OTHER\" OWNER TO \"%MASTER%\"" </dev/null; done
else as_master 'CREATE DATABASE "%DATABASE%" OWNER "%ROLE%"'; fi
as_master 'REVOKE "%ROLE%" FROM "%MASTER%"'
(set +x; as_master "ALTER ROLE \"%ROLE%\" LOGIN PASSWORD '$(cat "$WORK/verifier")'") # the last: it can sign in now
