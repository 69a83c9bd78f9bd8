"""What stands around the sections: the header, the helpers, and the order in which all is done."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from wizard import __version__
from wizard.answers.model import Answers
from wizard.answers.names import TAG_KEY, TAG_VALUE
from wizard.plan.model import CopyImage, Plan, Step
from wizard.readings.script.looks import given_members, is_secret
from wizard.readings.script.shell import comment, continued, function, word
from wizard.readings.script.steps import brought, surveyed, unneeded
from wizard.readings.script.variables import RESULTS, Variables
from wizard.values import EarlierTags, parts

RULE = "# " + "=" * 98
_HEADER = f"""\
#
# Run it:      bash deploy.sh   (bash 3.2 or later, aws 1.45 or 2.14, docker, curl)
# Look first:  every step looks before it makes. Running it again goes on from where it
#              ended, and in the end changes nothing. Stop it with Ctrl-C at any time.
# Not done:    nothing is deleted or changed that does not carry the tag
#              {TAG_KEY}={TAG_VALUE}; nothing is sent anywhere but to AWS, the registries
#              and the agent; nobody is asked anything.
# Exit codes:  0 the agent answers, 1 failed, 2 wrong use, 3 not ready (nothing was
#              created), 130 interrupted, 143 ended by SIGTERM."""
_PASSWORDS = """\
# Password:    the API's is generated, unless you give it: in the first line of a file
#              named by API_PASSWORD_FILE (also /dev/fd/3, or - for standard input), or
#              typed, with --ask-password. Secrets are only ever in private files, never
#              on a command line; `bash -x` shows none."""
_ORDER = """\
#
# The steps come first, then the helpers they use. The last lines say in which order all
# is done.
#
# SC2310 (a function in a condition runs without `set -e`) is off, because that is how
# these are meant: each checks what it calls itself, and ends with `die` or `refused`.
# shellcheck disable=SC2310
set -euo pipefail
"""


def header(plan: Plan) -> list[str]:
    """What the script is, how to run it, and what it will not do. No date: the same plan gives
    the same bytes.
    """
    return [
        "#!/usr/bin/env bash",
        *comment(f"A formae agent called {plan.name}, on AWS App Runner in {plan.region}."),
        "#",
        *comment(f"Written by formae-wizard {__version__}; it makes the very calls that"),
        "# `formae-wizard apply` makes.",
        _HEADER,
        *([_PASSWORDS] if _passwords(plan) else []),
        _ORDER,
    ]


@cache
def _prelude() -> str:
    return (files("assets") / "script" / "prelude.sh").read_text(encoding="utf-8")


def helpers() -> list[str]:
    """The prelude without what the header says already."""
    lines = _prelude().splitlines()
    begin = lines.index("set -euo pipefail") + 1
    return [RULE, "# Helpers, the same in every script", RULE, *lines[begin:], ""]


def main(plan: Plan, answers: Answers, *, beside: bool) -> list[str]:
    """Options, the whole run, and its last words; `beside` documents lie next to the script."""
    here = ['HERE=$(dirname "${BASH_SOURCE[0]}")', 'HERE=$(cd "${HERE}" && pwd)']
    return [
        *(RULE, "# What is done, in which order", RULE),
        *(here if beside else []),
        *_options(_passwords(plan)),
        "",
        *function("finished", _end(plan)),
        "",
        *function("main", [*_beginning(plan, answers), *_order(plan)]),
        "",
        'main "$@"',
    ]


def _passwords(plan: Plan) -> list[str]:
    """The names of the passwords that the person may give."""
    return sorted({each.name for step in plan.steps for each in given_members(step).values()})


def _beginning(plan: Plan, answers: Answers) -> list[str]:
    region = word(plan.region)
    lines = ['options "$@"', "begin", f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}"]
    if answers.profile:
        lines.append(f"AWS=(aws --profile {word(answers.profile)})")
    images = [step.make.source for step in plan.steps if isinstance(step.make, CopyImage)]
    lines += [f"IMAGE={word(str(source))}" for source in images]
    for name in _passwords(plan):
        file = f"{name.upper()}_PASSWORD_FILE"
        lines += [
            'if [[ -n "${ASK_PASSWORD}" ]]; then',
            f"  ask_password {word(name)}",
            f'elif [[ -n "${{{file}:-}}" ]]; then',
            f'  given_password {word(name)} "${{{file}}}"',
            "fi",
        ]
    return [*lines, "check_tools", ""]


def _order(plan: Plan) -> list[str]:
    return [
        "# First see whether something stands in the way; nothing is made or changed here.",
        *filter(None, map(surveyed, plan.steps)),
        *_earlier(plan),
        "",
        "# Then one step after the other, in the walkthrough's order.",
        *(line for step in plan.steps for line in (brought(step), *unneeded(step))),
        "finished",
    ]


def _earlier(plan: Plan) -> list[str]:
    """The line that finds out which tags an earlier run put there, to take them off."""
    found = [part for step in plan.steps for part in parts(step) if isinstance(part, EarlierTags)]
    return [continued(["earlier_tags", "service", *map(word, found[0].kept)])] if found else []


def _options(passwords: list[str]) -> list[str]:
    usage = "Usage: bash deploy.sh" + (" [--ask-password]" if passwords else "")
    more = word(f"{usage}; its first lines say more.")
    cases = [f"-h | --help) printf '%s\\n' {more}; exit 0 ;;"]
    cases += ["--ask-password) ASK_PASSWORD='yes' ;;"] if passwords else []
    cases.append(f"*) printf '%s\\n' \"Unknown: ${{word}}\" {word(usage)} >&2; exit 2 ;;")
    body = ["local word", 'for word in "$@"; do', '  case "${word}" in']
    body += [*(f"    {case}" for case in cases), "  esac", "done"]
    return [*(["ASK_PASSWORD=''"] if passwords else []), *function("options", body)]


def _end(plan: Plan) -> list[str]:
    """What the person takes away, on standard output."""
    url, arn = (Variables(plan).ref(ref) for ref in RESULTS)
    lines = [
        "PHASE='done'",
        f"printf 'The formae agent answers: https://%s\\n' \"${{{url}}}\"",
        f"printf 'Service: %s\\n' \"${{{arn}}}\"",
        "printf 'Changed: %s\\n' \"${MADE:-nothing, everything was as wanted}\"",
    ]
    return [*lines, *(_where(step, plan) for step in plan.steps if given_members(step))]


def _where(step: Step, plan: Plan) -> str:
    """How to read the password that nobody has seen yet."""
    name = next(each.call.params["SecretId"] for each in step.see if not is_secret(each))
    command = f"aws secretsmanager get-secret-value --region {plan.region} --secret-id {name}"
    return continued([r"printf '%s\n'", word(f"Its user and password: {command}")])
