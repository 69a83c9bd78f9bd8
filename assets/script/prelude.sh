#!/usr/bin/env bash
# How the steps are done: helpers, the same in every script that formae-wizard writes.
#
# SC2310 (a function in a condition runs without `set -e`) is off, because that is how they are
# meant: a helper in a condition checks each of its commands itself, and what cannot go on ends the
# script with `die`.
# shellcheck disable=SC2310
set -euo pipefail

# --- What the helpers tell each other -----------------------------------------------------------
AWS=(aws)         # the command, with --profile where one is used
WORK=''           # a private folder, removed at the end; secrets are only ever in files there
PHASE='checking'  # checking (nothing was made yet), working, done
STEP=''           # the step under way, and its title
TITLE=''
STATUS=''         # AWS's own word for the state of what is waited for
STATE_TOLD=''
ERROR_CODE=''     # of the last call that AWS refused
ERROR_MESSAGE=''
THERE=''          # what a look found: whether it is there, ours, beyond repair, or unusable
MORE=''
OURS='true'
BROKEN='false'
DORMANT='false'   # it sleeps, or is on its way out, holding its name until then
MOVING='false'    # it is being brought back
REFUSAL=''
REFUSAL_FIX=''
LENIENT=''        # set while any end of a wait will do
MENDED=''
ABSENT=''         # steps that the first look did not find
EXISTS=''         # titles, for the last words
MADE=''
CLI_VERSION=''
CONFIG_FILE=''
CONFIG_PROFILE=''
AGENT_URL=''      # as the formae CLI's config has it
AGENT_PORT=''
EARLIER_TAGS='[]' # keys of tags to take off, as JSON and as words
EARLIER_KEYS=()
IMAGE=''          # formae's own, where a container has to help

# --- Telling ------------------------------------------------------------------------------------
say() { # TEXT: a line about the step under way; stdout is kept for the result
  local text=${1//[[:cntrl:]]/ }
  printf '%02d:%02d  %s\n' "$((SECONDS / 60))" "$((SECONDS % 60))" "${TITLE:+${TITLE}: }${text}" >&2
}

die() { # CODE WHAT [WHY [WHAT-TO-DO]]: 3 where nothing was made yet, 1 afterwards
  printf '✗ %s\n' "${2//[[:cntrl:]]/ }" >&2
  if [[ -n "${3:-}" ]]; then printf '  Why: %s\n' "${3//[[:cntrl:]]/ }" >&2; fi
  if [[ -n "${4:-}" ]]; then printf '  What to do: %s\n' "${4//[[:cntrl:]]/ }" >&2; fi
  printf '  More: formae-wizard explain %s\n' "$1" >&2
  if [[ "${PHASE}" == checking ]]; then exit 3; fi
  exit 1
}

refused() { # the last call was refused, and nothing here knows better
  local entry='FW-AWS-099' again='After repairing the cause, run this script again: it goes on from here.'
  case "${ERROR_CODE}" in
    SubscriptionRequiredException | OptInRequired)
      entry='FW-APP-001'
      again='This account may not use the service: App Runner is closed to new customers since 30 April 2026.' ;;
    ExpiredToken* | *TokenException | RequestExpired)
      entry='FW-SIGN-001'
      again='Sign in to AWS again, then run this script again: it goes on from here.' ;;
    AccessDenied* | Unauthorized*)
      entry='FW-IAM-001'
      again='Ask whoever manages the account for this permission, then run this script again.' ;;
    '')
      entry='FW-NET-001'
      again='Check the sign-in (aws sts get-caller-identity) and the network, then run this script again.' ;;
    *) ;;
  esac
  die "${entry}" "${TITLE:-AWS}: AWS refused it." "${ERROR_CODE:+${ERROR_CODE}: }${ERROR_MESSAGE}" "${again}"
}

last_words() { # EXIT-CODE: the end of the script, whichever it is
  local code=$1
  trap - EXIT INT TERM HUP
  if [[ -t 0 ]]; then stty echo 2>/dev/null || true; fi
  if [[ -n "${WORK}" ]]; then rm -rf "${WORK}"; fi
  if [[ "${PHASE}" == working ]]; then
    printf 'What exists now: %s\n' "${EXISTS:-nothing}" >&2
    printf 'Go on from here by running the same script again: it looks before it makes.\n' >&2
  elif [[ "${PHASE}" == checking && "${code}" -ne 0 ]]; then
    printf 'Nothing was created.\n' >&2
  fi
  exit "${code}"
}

begin() { # a private folder, and a tidy end in every case
  umask 077
  trap 'last_words $?' EXIT
  trap 'exit 130' INT HUP
  trap 'exit 143' TERM
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/formae-deploy.XXXXXX")
  export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8 PYTHONUTF8=1
  export AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5
}

check_tools() { # aws docker curl and what every system has; says all that is missing at once
  local tool missing=''
  for tool in aws docker curl awk sed grep head tr cut cmp mktemp; do
    command -v "${tool}" >/dev/null || missing="${missing} ${tool}"
  done
  command -v sha256sum >/dev/null || command -v shasum >/dev/null || missing="${missing} sha256sum"
  [[ -z "${missing}" ]] || die FW-TOOL-001 "Not installed:${missing}." '' 'Install what is missing and run this script again.'
  local version form='aws-cli/([0-9]+)\.([0-9]+)'
  version=$(aws --version 2>&1) || die FW-TOOL-002 'The aws command does not run.' "${version}"
  [[ "${version}" =~ ${form} ]] || die FW-TOOL-002 'The aws command does not say its version.' "${version}"
  if ((BASH_REMATCH[1] < 1 || (BASH_REMATCH[1] == 1 && BASH_REMATCH[2] < 45) || (BASH_REMATCH[1] == 2 && BASH_REMATCH[2] < 14))); then
    die FW-TOOL-002 "The aws command is too old: ${version%% *}." 'It must know what App Runner says of a scaling configuration.' 'Install 1.45 or later, or 2.14 or later.'
  fi
  docker version --format '{{.Server.Version}}' >"${WORK}/answer" 2>"${WORK}/errors" ||
    die FW-DOCK-020 'The Docker engine does not answer; the image is copied through it.' "$(<"${WORK}/errors")" 'Start it and run this script again.'
}

# --- Texts: JSON in and out, holes in documents -------------------------------------------------
json_string() { # a text as a string literal of JSON, or with "pkl" of Pkl
  { cat && printf '.'; } | LC_ALL=C awk -v pkl="${1:-}" '
    BEGIN {
      for (i = 1; i < 32; i++) esc[sprintf("%c", i)] = sprintf(pkl ? "\\u{%x}" : "\\u%04x", i)
      if (pkl) esc[sprintf("%c", 127)] = "\\u{7f}"
      esc["\t"] = "\\t"; esc["\n"] = "\\n"; esc["\r"] = "\\r"; esc["\""] = "\\\""; esc["\\"] = "\\\\"
      if (!pkl) { esc["\b"] = "\\b"; esc["\f"] = "\\f" }
    }
    { text = text sep $0; sep = "\n" }
    END {
      size = length(text) - 1
      for (i = 1; i <= size; i++) { c = substr(text, i, 1); out = out (c in esc ? esc[c] : c) }
      printf "\"%s\"", out
    }'
}

document() { # NAME json|pkl [HOLE=VALUE | HOLE@FILE | HOLE#NUMBER | HOLE%JSON-FILE]… <TEXT: each "${HOLE}" becomes a literal, whole
  local name=$1 language=$2 hole key rest
  shift 2
  {
    for hole in "$@"; do
      key=${hole%%[=@#%]*}
      rest=${hole#"${key}"}
      printf '%s\t' "${key}"
      case "${rest}" in
        =*) printf '%s' "${rest#=}" | json_string "${language#json}" ;;
        \#*) printf '%s' "${rest#\#}" ;;
        %*) tr -d '\n' <"${rest#%}" ;;
        *) json_string "${language#json}" <"${rest#@}" ;;
      esac
      printf '\n'
    done
    printf '\n'
    cat
  } | LC_ALL=C awk -v last="${language}" '
    !head { if ($0 == "") head = 1; else { at = index($0, "\t"); value[substr($0, 1, at - 1)] = substr($0, at + 1) } next }
    {
      line = ""; rest = $0
      while (match(rest, /"[$][{][A-Za-z0-9_]+[}]"/)) {
        name = substr(rest, RSTART + 3, RLENGTH - 5)
        line = line substr(rest, 1, RSTART - 1) (name in value ? value[name] : substr(rest, RSTART, RLENGTH))
        rest = substr(rest, RSTART + RLENGTH)
      }
      printf "%s%s", sep, line rest
      sep = "\n"
    }
    END { if (last == "pkl") printf "\n" }' >"${WORK}/${name}" || die FW-FILE-001 "${name} could not be written." '' 'Is the disk full?'
}

json_member() { # KEY <JSON: the text of a member of an object, or with "" of a lone string; fails without
  LC_ALL=C awk -v want="$1" '
    function byte(n) { return sprintf("%c", n) }
    function utf8(n) {
      if (wide || n < 128) return byte(n)
      if (n < 2048) return byte(192 + int(n / 64)) byte(128 + n % 64)
      if (n < 65536) return byte(224 + int(n / 4096)) byte(128 + int(n / 64) % 64) byte(128 + n % 64)
      return byte(240 + int(n / 262144)) byte(128 + int(n / 4096) % 64) byte(128 + int(n / 64) % 64) byte(128 + n % 64)
    }
    function hex(digits, i, n) {
      for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
      return n
    }
    function string(c, out, n, low) {  # at is behind the opening quote; leaves it behind the closing one
      while (at <= size) {
        c = substr(text, at++, 1)
        if (c == "\"") return out
        if (c != "\\") { out = out c; continue }
        c = substr(text, at++, 1)
        if (c != "u") { out = out (c in plain ? plain[c] : c); continue }
        n = hex(substr(text, at, 4)); at += 4
        if (n >= 55296 && n < 56320 && substr(text, at, 2) == "\\u") {
          low = hex(substr(text, at + 2, 4)); at += 6
          n = 65536 + (n - 55296) * 1024 + low - 56320
        }
        out = out utf8(n)
      }
      exit 1
    }
    BEGIN {
      plain["n"] = "\n"; plain["t"] = "\t"; plain["r"] = "\r"; plain["b"] = "\b"; plain["f"] = "\f"
      wide = (byte(195) byte(169) != "\303\251")  # this awk makes whole characters by itself
    }
    { text = text sep $0; sep = "\n" }
    END {
      at = 1; size = length(text)
      while (at <= size) {
        c = substr(text, at++, 1)
        if (c == "{" || c == "[") { depth++; name = (c == "{"); if (depth == 1 && c == "[") exit 1; continue }
        if (c == "}" || c == "]") { depth--; continue }
        if (c == ",") { name = (depth == 1); continue }
        if (c == ":") { name = 0; continue }
        if (c == "\"") {
          said = string()
          if (depth == 0 && want == "") { printf "%s", said; found = 1; exit }
          if (depth == 1 && name) key = said
          else if (depth == 1 && key == want) { value = said; found = 1 }
        } else if (depth == 1 && !name && key == want && c ~ /[-0-9tf]/) {
          match(substr(text, at - 1), /^[-+.0-9A-Za-z]+/)
          value = substr(text, at - 1, RLENGTH); at += RLENGTH - 1; found = 1
        }
      }
      if (found) printf "%s", value
      exit !found
    }'
}

query_literal() { # FILE: JSON as a JMESPath literal, for a comparison by meaning
  if [[ -e "$1" ]]; then
    # shellcheck disable=SC2016 # backticks are JMESPath's here
    sed -e '1s/^/`/' -e '$s/$/`/' -e 's/`/\\`/g' -e '1s/^\\//' -e '$s/\\`$/`/' "$1"
  else
    # shellcheck disable=SC2016 # the same
    printf '`null`'
  fi
}

sha256_of() { # FILE
  if command -v sha256sum >/dev/null; then sha256sum "$1" | cut -c 1-64; else shasum -a 256 "$1" | cut -c 1-64; fi
}

# --- Secrets: only ever in files, from one private file to the next -----------------------------
given_password() { # NAME FILE: the password in the first line of the person's file, - for stdin
  local name=$1 file=$2 size
  if [[ "${file}" == - ]]; then file=/dev/stdin; fi
  [[ -r "${file}" ]] || die FW-TOOL-003 "The password file ${file} cannot be read." '' 'Give a readable file with the password in its first line.'
  head -n 1 "${file}" | tr -d '\r\n' >"${WORK}/password.${name}"
  size=$(wc -c <"${WORK}/password.${name}")
  if ((size < 12 || size > 72)); then
    die FW-TOOL-003 "The password has $((size)) bytes; it must have 12 to 72." 'At least 12 protect an address open to the world, and bcrypt, which stores it, reads only 72.'
  fi
  if LC_ALL=C grep -q '[[:cntrl:]]' "${WORK}/password.${name}"; then
    die FW-TOOL-003 'The password has a control character, which HTTP basic authentication cannot send.'
  fi
  : >"${WORK}/given.${name}"
}

ask_password() { # NAME: typed twice at the terminal, without echo
  [[ -t 0 ]] || die FW-TOOL-003 'Nobody can be asked for a password.' 'Standard input is not a terminal.' 'Use API_PASSWORD_FILE, or leave it out to have one generated.'
  stty -echo
  printf 'Password for the API (12 to 72 bytes): ' >&2
  head -n 1 >"${WORK}/typed"
  printf '\nThe same again: ' >&2
  head -n 1 >"${WORK}/again"
  printf '\n' >&2
  stty echo
  cmp -s "${WORK}/typed" "${WORK}/again" || die FW-TOOL-003 'The two passwords differ.' '' 'Run this script again.'
  given_password "$1" "${WORK}/typed"
}

new_password() { # NAME: into password.NAME, unless the person gave one; 32 letters and digits are 190 bits
  local file="${WORK}/password.$1" size
  if [[ -e "${file}" ]]; then return 0; fi
  head -c 4096 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c 1-32 | tr -d '\n' >"${file}"
  size=$(wc -c <"${file}")
  ((size == 32)) || die FW-TOOL-004 'No password could be generated from /dev/urandom.'
}

# shellcheck disable=SC2016 # the dollars are Perl's
BCRYPT='
  my $password = do { local $/; <STDIN> };
  open my $random, "<:raw", "/dev/urandom" or exit 1;
  read $random, my $bytes, 22;
  my @letters = (".", "/", "A" .. "Z", "a" .. "z", 0 .. 9);
  my $salt = join "", map { $letters[ord($_) % 64] } split //, $bytes;
  substr $salt, 21, 1, substr(".Oeu", ord(substr $bytes, 21) % 4, 1);
  print crypt($password, "\$2b\$10\$$salt") // "";
'
hashed() { # FILE: whether it holds a bcrypt hash
  # shellcheck disable=SC2016 # the hash's own dollars
  grep -q '^\$2[aby]\$10\$[./A-Za-z0-9]\{53\}$' "$1"
}

new_hash() { # NAME: the bcrypt hash of password.NAME into hash.NAME; the password goes by stdin
  local password="${WORK}/password.$1" file="${WORK}/hash.$1"
  new_password "$1"
  if [[ -e "${file}" ]]; then return 0; fi
  if command -v htpasswd >/dev/null && htpasswd -niBC 10 '' <"${password}" 2>/dev/null | cut -d : -f 2 | tr -d '\n' >"${WORK}/hashing" && hashed "${WORK}/hashing"; then
    :
  elif command -v perl >/dev/null && perl -e "${BCRYPT}" <"${password}" >"${WORK}/hashing" 2>/dev/null && hashed "${WORK}/hashing"; then
    :
  elif docker run --rm -i --network none --platform linux/amd64 --entrypoint perl "${IMAGE:-}" -e "${BCRYPT}" <"${password}" >"${WORK}/hashing" 2>"${WORK}/errors" && hashed "${WORK}/hashing"; then
    :
  else
    die FW-TOOL-004 'No bcrypt hash of the API password could be made.' 'Neither htpasswd nor this system'"'"'s crypt() makes one, and no container could be run for it.' 'Install htpasswd (apache2-utils, httpd-tools) and run this script again.'
  fi
  mv "${WORK}/hashing" "${file}"
}

secret_text() { # ARN FILE: the text of a secret, into a private file
  call secretsmanager get-secret-value --secret-id "$1" --query SecretString || return 1
  json_member '' <"${WORK}/answer" >"$2" || die FW-SEC-002 "The secret $1 holds no text."
}

secret_member() { # ARN KEY FILE: one member of a JSON secret, into a private file
  secret_text "$1" "${WORK}/secret" || refused
  json_member "$2" <"${WORK}/secret" >"$3" ||
    die FW-SEC-002 "The secret $1 cannot be used." "It should be a JSON object with a member '$2'." 'Repair it in the Secrets Manager console, or choose another one.'
}

member_is() { # FILE KEY WANTED-FILE: whether a member of a JSON text is as wanted
  json_member "$2" <"$1" >"${WORK}/member" 2>/dev/null && cmp -s "${WORK}/member" "$3"
}

given_or_kept() { # password|hash NAME FILE KEY NEW-FILE: what the person gave, else the member as it is
  if [[ -e "${WORK}/given.$2" ]]; then
    new_hash "$2"
    cp "${WORK}/$1.$2" "$5"
  else
    json_member "$4" <"$3" >"$5" || die FW-SEC-002 "${TITLE}: the secret has no member '$4'." '' 'Repair it in the Secrets Manager console, or give a new password with API_PASSWORD_FILE.'
  fi
}

# --- AWS ----------------------------------------------------------------------------------------
call() { # aws WORDS: the answer into a file; where AWS refuses, the code and message of its error
  local told form='An error occurred \(([^)]+)\) when calling the [^:]*: *(.*)'
  ERROR_CODE='' ERROR_MESSAGE=''
  if "${AWS[@]}" "$@" --output json >"${WORK}/answer" 2>"${WORK}/errors" </dev/null; then return 0; fi
  told=$(<"${WORK}/errors")
  ERROR_MESSAGE=${told}
  if [[ "${told}" =~ ${form} ]]; then
    ERROR_CODE=${BASH_REMATCH[1]}
    ERROR_MESSAGE=${BASH_REMATCH[2]}
  fi
  return 1
}

listed() { # WORD "WORD WORD …"
  [[ -n "$1" && " $2 " == *" $1 "* ]]
}

take() { # the answer is a flat object of names and values: they become variables; fails for null
  local line name value answer
  answer=$(<"${WORK}/answer")
  if [[ "${answer}" == null ]]; then return 1; fi
  sed -n 's/^ *"\([A-Z][A-Z0-9_]*\)": "\{0,1\}\(.*[^",]\)\{0,1\}"\{0,1\},\{0,1\}$/\1=\2/p' "${WORK}/answer" >"${WORK}/members"
  while IFS= read -r line; do
    name=${line%%=*}
    value=${line#*=}
    case "${value}" in
      null) value='' ;;
      *[\\\'\"\`]* | *[[:cntrl:]]*) die FW-AWS-006 "${TITLE}: AWS answers what no name or ARN is made of." "${value}" ;;
      *) ;;
    esac
    printf -v "${name}" '%s' "${value}"
  done <"${WORK}/members"
}

look_at() { # "CODES THAT MEAN NOT THERE" aws WORDS: fails where it is not there
  local absent=$1
  shift
  if call "$@"; then take; return; fi
  listed "${ERROR_CODE}" "${absent}" || refused
  return 1
}

look_through() { # the same, page by page, for lists that aws does not join by itself
  local next=''
  while :; do
    MORE='' THERE=''
    if [[ -z "${next}" ]]; then look_at "$@" || return 1; else look_at "$@" --next-token "${next}" || return 1; fi
    if [[ -n "${THERE}" ]]; then return 0; fi
    if [[ -z "${MORE}" ]]; then return 1; fi
    next=${MORE}
  done
}

look_at_secret() { # "CODES" ARN FILE: the text of a secret, which is never printed
  secret_text "$2" "$3" && return 0
  listed "${ERROR_CODE}" "$1" || refused
  return 1
}

refuse_if() { # TRUE|FALSE WHAT [WHAT-TO-DO]: the thing found cannot be used
  if [[ "$1" == true && -z "${REFUSAL}" ]]; then REFUSAL=$2 REFUSAL_FIX=${3:-}; fi
}

merged() { # FILE aws WORDS: what is there with ours in it, as one line of JSON; members that are null go
  local file=$1
  shift
  call "$@" || refused
  LC_ALL=C awk '
    { line = $0; sub(/^ */, "", line) }
    line == "{" || line == "}" || line == "{}" || line ~ /^"([^"\\]|\\.)*": null,?$/ { next }
    { sub(/,$/, "", line); out = out (out == "" ? "" : ", ") line }
    END { printf "{%s}", out }' "${WORK}/answer" >"${file}" || die FW-FILE-001 "${file##*/} could not be written." '' 'Is the disk full?'
}

change() { # aws WORDS: a call that makes or changes something
  call "$@" || return 1
  PHASE='working'
}

retrying() { # PATTERN EVERY LIMIT WHY aws WORDS: again while AWS answers with a delay that is known
  local pattern=$1 every=$2 limit=$3 why=$4 begin=${SECONDS}
  shift 4
  until change "$@"; do
    if ! [[ "${ERROR_CODE}: ${ERROR_MESSAGE}" =~ ${pattern} ]]; then return 1; fi
    if ((SECONDS - begin > limit)); then return 1; fi
    say "again in ${every} s: ${why}"
    pause "${every}"
  done
}

pause() { # SECONDS; FORMAE_WIZARD_PACE makes them shorter where AWS is a stand-in
  if [[ -z "${FORMAE_WIZARD_PACE:-}" ]]; then sleep "$1"; return; fi
  local seconds
  seconds=$(awk -v seconds="$1" -v pace="${FORMAE_WIZARD_PACE}" 'BEGIN { print seconds * pace }')
  sleep "${seconds}"
}

tell_report() { # aws WORDS: lines that AWS wrote about it, where there are any
  call "$@" || return 0
  sed -n 's/^ *"\(.*\)",\{0,1\}$/  \1/p' "${WORK}/answer" | tail -n 12 | tr -d '\000-\010\013-\037\177' >&2
}

await() { # "WANTED ENDS" "BAD ENDS" EVERY LIMIT "TOLERATED CODES" aws WORDS
  local wanted=$1 bad=$2 every=$3 limit=$4 tolerated=$5 begin=${SECONDS}
  shift 5
  STATE_TOLD=''
  while :; do
    if call "$@"; then
      IFS= read -r STATUS <"${WORK}/answer" || true
      STATUS=${STATUS//\"/}
      if [[ "${STATUS}" == null ]]; then STATUS=''; fi
    else
      listed "${ERROR_CODE}" "${tolerated}" || refused
      STATUS=${ERROR_CODE}
    fi
    if listed "${STATUS}" "${wanted}"; then return 0; fi
    if listed "${STATUS}" "${bad}"; then
      if [[ -n "${LENIENT}" ]]; then return 0; fi
      if declare -F "report_${STEP}" >/dev/null; then "report_${STEP}"; fi
      die FW-APP-004 "${TITLE}: it did not come up." "AWS reports ${STATUS}." 'Read the lines above; after repairing the cause, run this script again: it goes on from here.'
    fi
    if ((SECONDS - begin > limit)); then
      die FW-RUN-001 "${TITLE}: still ${STATUS:-without an answer} after $((limit / 60)) minutes." 'AWS goes on working on it; only the waiting has ended.' 'Look at it in the AWS console, and run this script again: it goes on from here.'
    fi
    STATUS=${STATUS:-no answer yet}
    if [[ "${STATUS}" != "${STATE_TOLD}" ]]; then say "waiting on AWS: ${STATUS}"; fi
    STATE_TOLD=${STATUS}
    pause "${every}"
  done
}

# --- One step: look, keep or mend what is there, make what is not, wait -------------------------
has() { declare -F "$1_${STEP}" >/dev/null; }

seen() { # whether the step's thing is there
  THERE='' MORE='' OURS='true' BROKEN='false' DORMANT='false' MOVING='false' REFUSAL='' REFUSAL_FIX=''
  "look_${STEP}"
}

judge() { # the thing found must be usable, and ours
  if [[ -n "${REFUSAL}" ]]; then die FW-RUN-004 "${REFUSAL}" '' "${REFUSAL_FIX}"; fi
  if [[ "${OURS}" != true ]]; then
    die FW-RUN-003 "${TITLE}: a resource of that name is there already, but the wizard did not make it." 'It does not carry the tag app=formae-agent, and what the wizard did not make it does not change.' 'Choose another name for the deployment (formae-wizard export --name …), or take it over (--adopt yes): it gets the tag and is brought in line.'
  fi
}

survey() { # STEP TITLE [MISSING [WHAT-TO-DO]]: does something stand in the way? Nothing is made yet
  STEP=$1 TITLE=$2
  if seen; then
    judge
  elif [[ -n "${3:-}" ]]; then
    die FW-RUN-006 "$3" '' "${4:-}"
  else
    ABSENT="${ABSENT} ${STEP}"
  fi
}

settled() { # wait where the step waits
  if has wait; then "wait_${STEP}"; fi
}

appear() { # what was just made must be seen by its own look
  local begin=${SECONDS}
  until seen; do
    ((SECONDS - begin <= 60)) || die FW-RUN-002 "${TITLE}: AWS took the order, but does not show the result." '' 'Run this script again in a minute: it goes on from here.'
    pause 1
  done
}

revived() { # EVERY LIMIT: what was just brought back must be seen so
  local begin=${SECONDS}
  until seen && [[ "${DORMANT}" != true && "${MOVING}" != true ]]; do
    ((SECONDS - begin <= $2)) || die FW-RUN-002 "${TITLE}: AWS took the order to bring it back, but does not do it." '' 'Run this script again in a minute: it goes on from here.'
    pause "$1"
  done
}

made() { # make it, wait, and look what AWS made of it
  local word='made'
  if has make; then
    if ! "make_${STEP}"; then
      if [[ "${ERROR_CODE}" != *AlreadyExists* && "${ERROR_MESSAGE}" != *'already exists'* ]]; then refused; fi
      seen || refused
      word='is there'  # someone was quicker, or an answer got lost on the way
    fi
  fi
  if has look; then appear; fi
  settled
  if has wait && has look && [[ -n "${STATE_TOLD}" ]]; then appear; fi  # it was moving
  ended "${word}"
}

ended() { # HOW: a good end
  case "$1" in
    made | changed) if [[ -z "${PROOF}" ]]; then MADE="${MADE}${MADE:+, }${TITLE}"; fi ;;
    *) ;;
  esac
  if [[ -z "${PROOF}" ]]; then EXISTS="${EXISTS}${EXISTS:+, }${TITLE}"; fi
  if [[ -n "${PROOF}" && "$1" == made ]]; then say 'done'; else say "$1"; fi
}

removed() { # an earlier attempt left something unusable: away with it
  local begin=${SECONDS}
  say 'removing what an earlier attempt left unusable'
  "unmake_${STEP}" || refused
  while seen; do
    ((SECONDS - begin <= 1200)) || die FW-RUN-011 "${TITLE}: the unusable one does not go away."
    pause 5
  done
}

mending() { # WHAT: a part of the thing found is not as wanted
  MENDED='yes'
  say "bringing it in line: $1"
}

PROOF=''
bring_about() { # STEP TITLE [proof]
  STEP=$1 TITLE=$2 PROOF=${3:-} MENDED=''
  if has prepare; then "prepare_${STEP}"; fi
  if ! has look || listed "${STEP}" "${ABSENT}" || ! seen; then made; return; fi
  judge
  if [[ "${BROKEN}" == true ]]; then removed; made; return; fi
  if [[ "${DORMANT}" == true ]]; then
    MENDED='yes'
    "revive_${STEP}"
    seen || refused
  fi
  if has wait; then
    LENIENT='yes'
    "wait_${STEP}"
    LENIENT=''
    if [[ -n "${STATE_TOLD}" ]]; then appear; fi  # it was moving
  fi
  if has mend; then "mend_${STEP}"; fi
  if [[ -n "${MENDED}" ]]; then appear; ended 'changed'; else ended 'is as wanted'; fi
}

policies_go() { # ACCOUNT ROLE NAME…: what was made for an earlier choice, and nobody else has
  local role=$2 account=$1 name
  shift 2
  STEP='' PROOF=''
  for name in "$@"; do policy_goes "arn:aws:iam::${account}:policy/${name}" "${role}"; done
}

policy_goes() { # ARN ROLE: where it is there, carries the tag, and is attached to nothing but the role
  local arn=$1 version
  TITLE="Policy ${arn##*/}"
  look_at NoSuchEntity iam get-policy --policy-arn "${arn}" \
    --query "Policy.{THERE: Arn, OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`}" || return 0
  if [[ "${OURS}" != true ]]; then return 0; fi
  call iam list-entities-for-policy --policy-arn "${arn}" \
    --query "length([PolicyRoles[?RoleName!='${2}'].RoleName, PolicyUsers[].UserName, PolicyGroups[].GroupName][])" || refused
  if [[ "$(<"${WORK}/answer")" != 0 ]]; then return 0; fi
  say 'taking it away'
  call iam list-policy-versions --policy-arn "${arn}" --query 'Versions[?!IsDefaultVersion].VersionId' || refused
  sed -n 's/^ *"\(v[0-9.A-Za-z-]*\)",\{0,1\}$/\1/p' "${WORK}/answer" >"${WORK}/versions"
  while IFS= read -r version; do
    change iam delete-policy-version --policy-arn "${arn}" --version-id "${version}" || refused
  done <"${WORK}/versions"
  retrying '^DeleteConflict' 3 30 'what was just detached is not yet known everywhere in IAM' \
    iam delete-policy --policy-arn "${arn}" || refused
  MADE="${MADE}${MADE:+, }${TITLE}"
  say 'taken away'
}

# shellcheck disable=SC2034 # the steps' looks and mends use them
earlier_tags() { # STEP KEPT-KEY…: the tags that an earlier run put on everything, but for those kept
  local marks key digest
  STEP=$1 TITLE='Tags'
  shift
  EARLIER_TAGS='[]' EARLIER_KEYS=()
  if ! seen || [[ "${OURS}" != true ]]; then return 0; fi
  call apprunner list-tags-for-resource --resource-arn "${SERVICE_ARN:-}" \
    --query "Tags[?Key=='formae-wizard:tags'].Value | [0]" || refused
  marks=$(json_member '' <"${WORK}/answer") || marks=''
  if [[ -z "${marks}" ]]; then return 0; fi
  call apprunner list-tags-for-resource --resource-arn "${SERVICE_ARN:-}" --query 'Tags[].Key' || refused
  sed -n 's/^ *"\([^"\\]*\)",\{0,1\}$/\1/p' "${WORK}/answer" | LC_ALL=C sort >"${WORK}/keys"
  while IFS= read -r key; do
    printf '%s' "${key}" >"${WORK}/key"
    digest=$(sha256_of "${WORK}/key")
    if ! marked "${digest:0:6}" "${marks}" || kept "${key}" "$@"; then continue; fi
    if [[ "${EARLIER_TAGS}" == '[]' ]]; then EARLIER_TAGS="[\"${key}\"]"; else EARLIER_TAGS="${EARLIER_TAGS%]}, \"${key}\"]"; fi
    EARLIER_KEYS[${#EARLIER_KEYS[@]}]=${key}
  done <"${WORK}/keys"
}

marked() { # MARK MARKS: whether it is one of them; each has six characters
  local at
  for ((at = 0; at < ${#2}; at += 6)); do
    if [[ "${2:at:6}" == "$1" ]]; then return 0; fi
  done
  return 1
}

kept() { # WORD WORD…: whether the first is among the others
  local word=$1 other
  shift
  for other in "$@"; do
    if [[ "${other}" == "${word}" ]]; then return 0; fi
  done
  return 1
}

# --- The image ----------------------------------------------------------------------------------
patiently() { # COMMAND: registries stumble now and then
  local try
  for try in 1 2 3; do
    if "$@" >"${WORK}/answer" 2>"${WORK}/errors"; then return 0; fi
    if ((try < 3)); then pause 5; fi
  done
  return 1
}

copy_image() { # SOURCE DESTINATION PLATFORM: pull, look at it, tag, push; tags are then as before
  local source=$1 destination=$2 platform=$3 registry before found one=()
  registry=${destination%%/*}
  before=$(docker image inspect --format '{{.Id}}' "${source}" 2>/dev/null) || before=''
  say "pulling ${source}"
  patiently docker pull --quiet --platform "${platform}" "${source}" ||
    die FW-DOCK-014 "${source} could not be pulled." "$(<"${WORK}/errors")" 'Check the version and the network, then run this script again.'
  found=$(docker image inspect --format '{{.Os}}/{{.Architecture}}' "${source}") || found=''
  [[ "${found}" == "${platform}" ]] || die FW-DOCK-008 "${source} does not exist for ${platform}." "It is an image for ${found}." "Choose a version that is built for ${platform}."
  registry_login "${registry}"
  docker tag "${source}" "${destination}"
  one=(--quiet)
  if docker push --help 2>/dev/null | grep -e --platform >/dev/null; then one=(--quiet --platform "${platform}"); fi
  say "pushing ${destination}"
  patiently registry_docker push "${one[@]}" "${destination}" ||
    die FW-DOCK-014 "${destination} could not be pushed." "$(<"${WORK}/errors")" 'Run this script again: it goes on from here.'
  PHASE='working'
  docker image rm "${destination}" >/dev/null 2>&1 || true
  if [[ -z "${before}" ]]; then docker image rm "${source}" >/dev/null 2>&1 || true; fi
}

registry_login() { # REGISTRY: in a configuration of its own, so that no token stays behind
  local home=${DOCKER_CONFIG:-${HOME}/.docker}
  mkdir -p "${WORK}/docker"
  printf '{"auths":{"%s":{}}}' "$1" >"${WORK}/docker/config.json"  # not empty: no keychain is used
  if [[ -d "${home}/contexts" ]]; then ln -sf "${home}/contexts" "${WORK}/docker/contexts"; fi
  "${AWS[@]}" ecr get-login-password 2>"${WORK}/errors" | registry_docker login --username AWS --password-stdin "$1" >/dev/null 2>>"${WORK}/errors" ||
    die FW-DOCK-014 "Docker could not sign in to ${1}." "$(<"${WORK}/errors")" 'Run this script again: it goes on from here.'
}

registry_docker() { # docker WORDS with that configuration, at the same engine
  local context=''
  if [[ -z "${DOCKER_HOST:-}" ]]; then context=$(docker context show 2>/dev/null) || context=''; fi
  if [[ -n "${context}" && "${context}" != default ]]; then
    docker --config "${WORK}/docker" --context "${context}" "$@"
  else
    docker --config "${WORK}/docker" "$@"
  fi
}

# --- The agent, from outside --------------------------------------------------------------------
probe() { # URL STATUS EVERY LIMIT MEMBER [USER PASSWORD-FILE]: ask until it answers so
  local url=$1 status=$2 every=$3 limit=$4 shows=$5 told version begin=${SECONDS}
  local trust=${AWS_CA_BUNDLE:-${SSL_CERT_FILE:-${REQUESTS_CA_BUNDLE:-}}}
  {
    printf 'url = "%s"\nsilent\nshow-error\nmax-time = 15\nheader = "Accept: application/json"\n' "${url}"
    if [[ -n "${trust}" ]]; then printf 'cacert = "%s"\n' "${trust}"; fi
    if [[ -n "${7:-}" ]]; then
      printf 'user = "%s:' "$6"
      sed 's/[\\"]/\\&/g' "$7" | tr -d '\n'
      printf '"\n'
    fi
  } >"${WORK}/curl"
  while :; do
    told=$(curl --disable --config "${WORK}/curl" --output "${WORK}/body" --write-out '%{http_code}' 2>"${WORK}/errors") || told=000
    if [[ "${told}" == "${status}" ]]; then break; fi
    if ((SECONDS - begin > limit)); then wrong_answer "${url}" "${status}" "${told}"; fi
    if [[ "${told}" == 000 ]]; then say "no answer yet: $(<"${WORK}/errors")"; else say "HTTP ${told}"; fi
    pause "${every}"
  done
  version=''
  if [[ -n "${shows}" ]]; then version=$(json_member "${shows}" <"${WORK}/body") || version=''; fi
  say "HTTP ${told}${version:+, ${shows} ${version}}"
}

wrong_answer() { # URL WANTED TOLD
  local entry='FW-APP-012' fix='Read the agent'"'"'s application log, then run this script again.'
  if [[ "$2" == 401 ]]; then
    entry='FW-APP-013'
    fix='The agent lets anyone in: pause the service at once with aws apprunner pause-service, and look at the agent'"'"'s config.'
  fi
  die "${entry}" "${TITLE}: $1 should answer HTTP $2." "The last answer was: HTTP $3." "${fix}"
}

# --- The formae CLI's config on this machine ----------------------------------------------------
find_cli() { # CLI_VERSION: of the formae CLI on the PATH; empty without one
  CLI_VERSION=''
  if [[ "${FORMAE_WIZARD_CLI:-}" == off ]] || ! command -v formae >/dev/null; then return 0; fi
  CLI_VERSION=$(formae --version 2>/dev/null | sed -n 's/^formae version: *//p' | head -n 1) || CLI_VERSION=''
}

cli_at_least() { # MAJOR MINOR; a CLI that is not there counts as a new one
  local form='^([0-9]+)\.([0-9]+)\.'
  if ! [[ "${CLI_VERSION}" =~ ${form} ]]; then return 0; fi
  ((BASH_REMATCH[1] > $1 || (BASH_REMATCH[1] == $1 && BASH_REMATCH[2] >= $2)))
}

profiles_in() { # FOLDER: the names of its profiles
  local file name
  for file in "$1"/profiles/*.pkl; do
    name=${file##*/}
    name=${name%.pkl}
    if [[ -f "${file}" && ! -L "${file}" && "${name}" =~ ^[A-Za-z0-9_-]+$ ]]; then printf '%s\n' "${name}"; fi
  done
}

config_folder() { # the folder the CLI reads: FORMAE_CONFIG_DIR, a used ~/.config/formae, XDG's
  local legacy="${HOME}/.config/formae" chosen=${FORMAE_CONFIG_DIR:-} used
  if ! cli_at_least 0 87; then printf '%s' "${legacy}"; return; fi
  # shellcheck disable=SC2088 # a tilde that nobody expanded yet
  case "${chosen}" in
    '') ;;
    '~') printf '%s' "${HOME}"; return ;;
    '~/'*) printf '%s' "${HOME}/${chosen#\~/}"; return ;;
    *) printf '%s' "${chosen}"; return ;;
  esac
  used=$(profiles_in "${legacy}")
  if [[ -n "${XDG_CONFIG_HOME:-}" && -z "${used}" && ! -e "${legacy}/formae.conf.pkl" && ! -L "${legacy}/formae.conf.pkl" ]]; then
    printf '%s' "${XDG_CONFIG_HOME}/formae"
  else
    printf '%s' "${legacy}"
  fi
}

# shellcheck disable=SC2034 # a step that writes the config uses them
split_address() { # URL: AGENT_URL without a port, and AGENT_PORT
  local form='^(https://[^:/]+):([0-9]+)$'
  AGENT_URL=$1 AGENT_PORT=443
  if [[ "$1" =~ ${form} ]]; then
    AGENT_URL=${BASH_REMATCH[1]}
    AGENT_PORT=${BASH_REMATCH[2]}
  fi
}

says_the_same() { # FILE WANTED: every line of the connection is there, whatever else is
  [[ -e "$1" ]] && awk '
    { sub(/^[ \t]+/, ""); sub(/[ \t\r]+$/, "") }
    FNR == NR { if ($0 ~ /^(url|port|username|password) = /) { wanted[$0] = 1 } next }
    $0 in wanted { delete wanted[$0] }
    END { for (line in wanted) exit 1 }' "$2" "$1"
}

place() { # FILE WANTED: atomically, for the owner only
  local file=$1 folder new
  folder=$(dirname "${file}")
  mkdir -p "${folder}"
  new=$(mktemp "${folder}/.formae.XXXXXX")
  cat "$2" >"${new}"
  mv -f "${new}" "${file}"
}

point_client() { # NAME ACTIVATE WANTED: the connection where the CLI reads it; what is there stays
  local name=$1 activate=$2 wanted=$3 folder bare active='' used='' others beside
  find_cli
  folder=$(config_folder)
  bare="${folder}/formae.conf.pkl"
  CONFIG_FILE=${bare} CONFIG_PROFILE=''
  if cli_at_least 0 87; then
    others=$(profiles_in "${folder}")
    if [[ -e "${folder}/active" ]]; then
      active=$(tr -d '[:space:]' <"${folder}/active")
      used=${active}
    elif [[ -L "${bare}" ]]; then
      used=$(readlink "${bare}")
      used=$(basename "${used}" .pkl)
    elif [[ -e "${folder}/profiles/default.pkl" || -L "${folder}/profiles/default.pkl" ]]; then
      used=default
    fi
    if [[ -e "${folder}/active" || -n "${used}" || (-n "${others}" && ! -e "${bare}") ]]; then
      CONFIG_PROFILE=${name}
      if [[ -n "${used}" ]] && says_the_same "${folder}/profiles/${used}.pkl" "${wanted}"; then CONFIG_PROFILE=${used}; fi
      CONFIG_FILE="${folder}/profiles/${CONFIG_PROFILE}.pkl"
    fi
  fi
  if says_the_same "${CONFIG_FILE}" "${wanted}"; then
    say "${CONFIG_FILE} is as wanted"
    PROOF='proof'
  elif [[ ! -e "${CONFIG_FILE}" && ! -L "${CONFIG_FILE}" ]]; then
    place "${CONFIG_FILE}" "${wanted}"
    say "${CONFIG_FILE} written"
  else
    put_beside "${wanted}"
    return
  fi
  if [[ -z "${CONFIG_PROFILE}" || "${CONFIG_PROFILE}" == "${used}" ]]; then return 0; fi
  if [[ "${activate}" != true ]]; then
    say "use it with: formae profile use ${CONFIG_PROFILE}"
  elif [[ -n "${CLI_VERSION}" ]]; then
    formae profile use "${CONFIG_PROFILE}" >/dev/null 2>"${WORK}/errors" || die FW-CLI-010 "The profile ${CONFIG_PROFILE} could not be made the active one." "$(<"${WORK}/errors")"
    say "profile ${CONFIG_PROFILE} is now active${used:+ (before: ${used})}"
  else
    printf '%s\n' "${CONFIG_PROFILE}" >"${WORK}/active"
    place "${folder}/active" "${WORK}/active"
    say "profile ${CONFIG_PROFILE} is now active${used:+ (before: ${used})}"
  fi
}

put_beside() { # WANTED: the file holds something of yours, which this script does not rewrite
  local beside="${CONFIG_FILE%.pkl}.wanted.pkl" stamp
  say "${CONFIG_FILE} holds other things, and is left as it is"
  if ! cmp -s "$1" "${beside}"; then
    if [[ -e "${beside}" ]]; then
      stamp=$(date +%Y%m%d-%H%M%S)
      mv "${beside}" "${beside}.bak-${stamp}"
    fi
    place "${beside}" "$1"
  else
    PROOF='proof'
  fi
  CONFIG_FILE=${beside} CONFIG_PROFILE=''
  say "the connection is in ${beside}; use it with: formae status agent --config '${beside}'"
}

ask_through_client() { # strictly|if-possible: formae asks the agent, with the config just written
  local words='status agent' version trouble
  find_cli
  if [[ -z "${CLI_VERSION}" ]]; then say 'formae is not installed here; skipped'; return 0; fi
  if [[ -n "${CLI_VERSION}" ]] && cli_at_least 0 89; then words='agent status'; fi
  local chosen=(--config "${CONFIG_FILE}")
  if [[ -n "${CONFIG_PROFILE}" ]]; then chosen=(--profile "${CONFIG_PROFILE}"); fi
  # shellcheck disable=SC2086 # two words
  if formae ${words} --output-consumer machine --output-schema json "${chosen[@]}" >"${WORK}/answer" 2>"${WORK}/errors" </dev/null; then
    version=$(json_member Version <"${WORK}/answer") || version='some version'
    say "it runs formae ${version}"
  elif [[ "$1" == strictly ]]; then
    die FW-CLI-009 'formae does not reach the agent.' "$(<"${WORK}/errors")"
  else
    trouble=$(<"${WORK}/errors")
    say "formae ${CLI_VERSION} did not get an answer: ${trouble}"
  fi
}
