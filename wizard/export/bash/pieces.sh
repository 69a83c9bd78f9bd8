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
docker version >/dev/null || stop 'The Docker engine does not answer: start it.'
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
docker pull --platform %PLATFORM% %SOURCE%
docker tag %SOURCE% %TARGET%
printf '{"auths": {"%s": {}}}' %REGISTRY% >"$WORK/config.json" # not empty, so that no keychain is used
: "${DOCKER_HOST:=$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
aws ecr get-login-password | docker --config "$WORK" -H "$DOCKER_HOST" login -u AWS --password-stdin %REGISTRY%
docker --config "$WORK" -H "$DOCKER_HOST" push %TARGET%
# == client
CONFIG=$HOME/.config/formae; [[ -e $CONFIG ]] || CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}/formae
CONFIG=${FORMAE_CONFIG_DIR:-$CONFIG}/formae.conf.pkl
[[ ! -d ${CONFIG%/*}/profiles ]] || CONFIG=${CONFIG%/*}/profiles/%PROFILE%.pkl
[[ ! -e $CONFIG ]] || cmp -s "$WORK/%FILE%" "$CONFIG" || { CONFIG=${CONFIG%.pkl}.wanted.pkl
  say "Your config is unchanged. To use the new one: formae status agent --config $CONFIG"; }
mkdir -p "${CONFIG%/*}"; rm -f "$CONFIG.part"; cp "$WORK/%FILE%" "$CONFIG.part"; mv -f "$CONFIG.part" "$CONFIG"
# == activate
[[ $CONFIG != */profiles/%PROFILE%.pkl ]] || formae profile use %PROFILE%
