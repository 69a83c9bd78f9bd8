say() { printf '%02d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "${*//[[:cntrl:]]/ }" >&2; }
stop() { printf 'Error: %s\n' "$*" >&2; if [[ $PASS == look ]]; then exit 3; else exit 1; fi; }
differs() { stop "this exists, but the wizard did not create it, or it differs from this script. See the difference
  with formae-wizard plan, and fix it with formae-wizard apply. Found with: ${*//[[:cntrl:]]/ }"; }
look() { # NAMES COMMAND…: NAMES become the first fields that AWS shows; every further one must be True
  local name value row first
  LOOKED=("$@"); for name in $1; do printf -v "$name" %s ''; done
  for value in "${@:2}"; do [[ -n $value ]] || return 0; done # part of something that does not exist yet
  row=$("${@:2}" 2>"$WORK/error") || grep -Eq 'NotFound|NoSuchEntity|describe task def' "$WORK/error" || stop "$(cat "$WORK/error")"
  row=${row:-None}$'\t' first=${row%%$'\t'*}
  for name in $1; do
    value=${row%%$'\t'*} row=${row#*$'\t'}
    [[ $value != *[!A-Za-z0-9:/._+=@!-]* ]] || stop "AWS returned an unexpected name or address: $value"
    printf -v "$name" %s "${value#None}"
  done
  if [[ $first == None ]]; then [[ $PASS == look ]]; return; fi # if this fails, the code after || creates it
  [[ $PASS == made || -z ${row//True$'\t'/} ]] || differs "${@:2}"
}
make() { # COMMAND…: creates what look did not find, and looks again; retries an error in NOT_YET
  local PASS=made; say "${*:2:2}"
  wait_for 3 '.*' - "${NOT_YET:-^$}" "$@" || stop "$(cat "$WORK/error")"
  for _ in {1..60}; do ! look "${LOOKED[@]}" || return 0; sleep 2; done
  stop "this was created, but AWS does not show it: ${LOOKED[*]:1}"
}
check() { look '' "$@" || true; } # COMMAND…: if the resource exists, every field must be True
tags() { # PATH NAME KEY=VALUE…: JMESPath that is true if the tags at PATH are the wizard's for a resource of this name
  printf -v wanted "'%s', " app=formae-agent "Name=$2" "${@:3}"
  printf "length(not_null($1, \`[]\`)[?contains([%s], join('=', [not_null(Key, key), not_null(Value, value)]))]) == \`%d\`" "${wanted%, }" "$#"
}
escaped() { sed 's/`/\\`/g' "$1"; } # FILE: its JSON, escaped for backticks in JMESPath
pages() { # COMMAND…: the first row that is not None; the last field of a row is the token of the next page
  local row token=''
  while row=$("$@" ${token:+--next-token "$token"}) || return; do
    token=${row##*$'\t'}
    [[ $row == None* && $token != None ]] || break
  done
  printf %s "${row%$'\t'*}"
}
same() (set +x; [[ $(cat "$1") == "$("${@:2}")" ]] || differs "${@:2}") # FILE COMMAND…: it must print the content of FILE
holds() { # FILE COMMAND…: AWS must show every setting in the JSON file, except tags and the cluster
  local not='"[Tt]ags": \[([^]"]|"([^"\\]|\\.)*")*\]|"cluster": "[^"]*"' setting='("\w+": )?("([^"\\]|\\.)*"|[0-9.]+|true|false)'
  "${@:2}" --output json >"$WORK/seen" 2>"$WORK/error" || stop "$(cat "$WORK/error")"
  comm -23 <(tr '\n' ' ' <"$1" | sed -E "s/$not//g" | grep -oE "$setting" | sort -u) <(grep -oE "$setting" "$WORK/seen" | sort -u) >"$WORK/error"
  [[ ! -s $WORK/error ]] || differs "${@:2}"
}
wait_for() { # MINUTES WANTED ENDS NOT-YET COMMAND…: repeat until the answer is WANTED; an error with NOT-YET does not stop it
  local until=$((SECONDS + $1 * 60)) wanted="^($2)\$" ends="^($3)\$" not_yet=$4 answer=''; shift 4
  while [[ $PASS != look ]]; do
    answer=$("$@" 2>"$WORK/error") || answer="refused: $(cat "$WORK/error")"
    [[ $answer == refused:* || ! $answer =~ $wanted ]] || return 0
    say "$answer"
    if [[ $answer =~ $ends || ($answer == refused:* && ! $answer =~ $not_yet) ]] || ((SECONDS > until)); then return 1; fi
    sleep 10
  done
}
aged() { # SECONDS WHY: wait until it is so old: created at MADE, or before this script started
  local age=$((SECONDS - MADE))
  [[ $PASS == look ]] || ((age >= $1)) || { say "$(($1 - age)) s more: $2"; sleep $(($1 - age)); }
}
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi <"$1" | cut -c 1-64; }
random() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9 | cut -c 1-32 | tr -d '\n'; }
member() { # KEY SECRET-ARN: prints a field of a JSON secret, if it exists, as written between its quotes
  [[ -z $2 ]] || aws secretsmanager get-secret-value --secret-id "$2" --query SecretString |
    sed -nE "s/.*\"$1\": *\"(([^\"\\\\]|\\\\[\"\\\\])+)\".*/\\1/p" | tr -d '\n' | grep . | tr -d '\n' ||
    stop "The secret $2 has no readable $1."
}
as_master() ( # STATEMENT: runs it as the cluster's master user, with an IAM token that no command line shows
  set +x; PGPASSWORD=$(aws rds generate-db-auth-token --hostname "$PGHOST" --port "$PGPORT" --username "$PGUSER"); export PGPASSWORD
  printf '%s;\n' "$1" | psql -XAtqw -v ON_ERROR_STOP=1
)
verifier() { # standard input: a password; prints what PostgreSQL keeps of it, so that the password itself is not sent
  python3 -c 'import base64, hashlib, hmac, os, sys
salt, b64 = os.urandom(16), lambda each: base64.b64encode(each).decode()
salted = hashlib.pbkdf2_hmac("sha256", sys.stdin.buffer.read(), salt, 4096)
client, server = (hmac.digest(salted, each, "sha256") for each in (b"Client Key", b"Server Key"))
print(f"SCRAM-SHA-256\x244096:{b64(salt)}\x24{b64(hashlib.sha256(client).digest())}:{b64(server)}")'
}
fill() ( # NAME…: standard input with each ${NAME} replaced by that file in $WORK, or by that variable
  set +x; text=$(cat)
  for name in "$@"; do value=$(cat "$WORK/$name" 2>/dev/null) || value=${!name}; text=${text//"\${$name}"/"$value"}; done
  printf '%s\n' "$text"
)
fill_holes() ( # HOLE=VALUE or HOLE…: standard input with each ${HOLE} replaced by that value, or by that file in $WORK
  set +x; text=$(cat)
  for word in "$@"; do
    name=${word%%=*} value=${word#*=}
    if [[ $word != *=* ]]; then value=$(cat "$WORK/$name"); fi
    text=${text//"\${$name}"/"$value"}
  done
  printf '%s\n' "$text"
)
answers() { # STATUS URL [USER]: the agent must answer like this within five minutes
  printf 'url = "%s"\nsilent\nmax-time = 15\noutput = /dev/null\nwrite-out = "%%{http_code}"\n' "$2" >"$WORK/curl"
  [[ -z ${3:-} ]] || { printf 'user = "%s:' "$3"; cat "$WORK/password"; echo '"'; } >>"$WORK/curl"
  wait_for 5 "$1" - . curl -q --config "$WORK/curl" ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"}
  say "$2 answers $1"
}
still() { # COMMAND…: every field must be True, as when the script was written
  local row
  row=$("$@" 2>"$WORK/error") || row=$(cat "$WORK/error")
  row=$row$'\t'
  [[ -z ${row//True$'\t'/} ]] || stop "this has changed. Write the script again. Found with: ${*//[[:cntrl:]]/ }"
}
change() { # COMMAND…: runs it; retries an error in NOT_YET
  say "${*:2:2}"
  wait_for 15 '.*' - "${NOT_YET:-^$}" "$@" || stop "$(cat "$WORK/error")"
}
gone() { # COMMAND…: wait until look finds nothing, for up to an hour
  local PASS=made until=$((SECONDS + 3600))
  while look FOUND "$@"; do
    ((SECONDS < until)) || stop "this was not removed: ${*//[[:cntrl:]]/ }"
    sleep 10
  done
}
