"""The whole script, and a folder with its documents beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard import __version__
from wizard.answers.model import Answers
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.offer import offer
from wizard.base.values import NewPasswordHash, Ref, Text, parts, refs
from wizard.export.bash.commands import Commands
from wizard.export.bash.quoting import Names, comment, helpers, piece, word
from wizard.export.bash.steps import step_lines
from wizard.plan.model import CopyImage, Plan, PrepareDatabase, Section, TakeAway

SCRIPT_NAME = "deploy.sh"
"""What the script is called among the files of a folder."""
GIVEN = " API_PASSWORD_FILE may name a file with the API password."
TWICE = (
    "Everything runs twice: the first pass only checks, so that nothing is changed if there is a "
    "problem."
)
_ONCE = (Section.ACCOUNT, Section.VERIFY, Section.CLIENT)
"""Sections that make nothing in AWS, and are gone through once."""


def script(plan: Plan, answers: Answers) -> str:
    """Return the plan as one bash file with its documents inside; a plan always gives one text.

    Raises ValueError for a plan that says what bash and `aws` cannot.
    """
    return _written(answers, Commands(plan, Names(plan)))


def bundle(plan: Plan, answers: Answers) -> Mapping[str, str]:
    """Return the script as `deploy.sh` and the documents it reads beside it, by file name."""
    commands = Commands(plan, Names(plan), beside=True)
    text = _written(answers, commands)
    return {SCRIPT_NAME: text, **commands.files}


def _written(answers: Answers, commands: Commands) -> str:
    plan = commands.plan
    _demand_order(plan)
    body = [
        *_section(Section.ACCOUNT, commands, begin(plan, password=_password(plan))),
        f'say "account $ACCOUNT_ID, region {plan.region}"',
        *comment(TWICE),
        "for PASS in look make; do",
        *(line for each in Section if each not in _ONCE for line in _section(each, commands)),
        "done",
        *_section(Section.VERIFY, commands),
        *_section(Section.CLIENT, commands),
        answer(plan, commands),
    ]
    return whole(plan, answers, _told(plan, answers), body, beside=commands.beside)


def whole(
    plan: Plan, answers: Answers, told: Iterable[str], body: list[str], *, beside: bool = False
) -> str:
    """Put what the script says of itself, the set-up and the helpers it uses before its `body`.

    `beside` documents are read from the folder that the script lies in.
    """
    head = [
        "#!/usr/bin/env bash",
        *(line for text in told for line in comment(text)),
        "# shellcheck disable=SC2153 # look gives the variables their values",
        *piece("setup", region=word(plan.region)),
        *(piece("profile", profile=word(answers.profile)) if answers.profile else []),
        *piece("folder"),
        *(
            ['HERE=$(unset CDPATH; cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)']
            if beside
            else []
        ),
    ]
    return "\n".join([*head, rule("Helpers"), *helpers(body), *body]) + "\n"


def _demand_order(plan: Plan) -> None:
    """Raise ValueError where a step comes before what it needs: a script has one order."""
    done: set[str] = set()
    for step in plan.steps:
        if isinstance(step.make, TakeAway):
            continue
        late = ({ref.step for ref in refs(step)} - {step.id} | step.after) - done
        if late:
            raise ValueError(f"{step.id} comes before what it needs: {', '.join(sorted(late))}.")
        done.add(step.id)


def rule(title: str) -> str:
    """Return the comment line that begins a section."""
    return f"# ---- {title} ".ljust(78, "-")


def _section(section: Section, commands: Commands, begin: Iterable[str] = ()) -> list[str]:
    """Write a section of the walkthrough, with the lines `begin` before its steps."""
    steps = [step for step in commands.plan.steps if step.section is section]
    lines = [*begin, *(line for step in steps for line in step_lines(step, commands))]
    return [rule(section.value), *lines] if lines else []


def _told(plan: Plan, answers: Answers) -> tuple[str, ...]:
    """Say what the script is and what it does not do. No date: a plan has one script."""
    return (
        f"A formae agent called {plan.name} on AWS {offer(answers.host).label} in {plan.region}: "
        "formae's walkthrough as a script.",
        f"Written by formae-wizard {__version__}; run it with: bash {SCRIPT_NAME}",
        "Run it again to resume after a stop. It keeps existing resources that have the tag "
        f"{TAG_KEY}={TAG_VALUE} and match; if anything differs, it stops first. "
        "Passwords are only in private files." + (GIVEN if _password(plan) else ""),
    )


def answer(plan: Plan, commands: Commands) -> str:
    """Write the line that ends a script: where the agent answers."""
    url = commands.text(Text((offer(plan.host).scheme, Ref("service", "url"))))
    return f'echo "The formae agent answers: {url}"'


def _password(plan: Plan) -> bool:
    """Whether the API's password is made, or given, when the script runs."""
    return any(isinstance(part, NewPasswordHash) for part in parts(plan))


EXPRESS = "aws rds create-db-cluster --with-express-configuration"
"""The newest command that a database in express configuration needs."""


def begin(plan: Plan, *, password: bool) -> list[str]:
    """Look at the tools and the given password before AWS is asked."""
    image = any(isinstance(each.make, CopyImage) for each in plan.steps)
    wire = any(isinstance(each.make, PrepareDatabase) for each in plan.steps)
    known = offer(plan.host).commands
    return [
        *piece("tools", tools=f"aws curl{' psql python3' if wire else ''}"),
        *(piece("known", newest=known, host=offer(plan.host).label) if known else []),
        *(piece("known", newest=EXPRESS, host="express configuration") if wire else []),
        *(piece("engine") if image else []),
        *(piece("password") if password else []),
    ]
