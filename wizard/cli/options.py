"""Flags: those that every verb takes, one for each question, and those that several verbs take."""

from __future__ import annotations

import argparse
import os
import sys

from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS, Detected, Group, Question, QuestionKind
from wizard.answers.resolving import PREFIX, Texts, from_environment, with_file
from wizard.base.errors import ExitCode, WizardError, exit_table
from wizard.base.secret import Secret


def add_flags(parser: argparse.ArgumentParser) -> None:
    """One flag for every question, grouped as the screens are."""
    for group in Group:
        section = parser.add_argument_group(group.value)
        for question in (each for each in QUESTIONS if each.group is group):
            section.add_argument(
                question.flag,
                dest=question.key,
                metavar=_metavar(question),
                help=_help(question),
            )


def _metavar(question: Question) -> str:
    if question.kind is QuestionKind.YES_NO:
        return "yes|no"
    if question.kind is QuestionKind.CHOICE and question.closed:
        return "|".join(choice.value for choice in question.choices)
    return question.metavar or question.key.upper()


def _help(question: Question) -> str:
    text = f"{question.ask}. {question.why}"
    if question.kind is QuestionKind.MANY and question.choices:
        text += " One or more of: " + ", ".join(choice.value for choice in question.choices) + "."
    default, reason = question.default({}, Detected())
    if default:
        text += f" Default: {default} ({reason})."
    return text.replace("%", "%%")


def draft_of(arguments: argparse.Namespace) -> dict[Source, dict[str, str]]:
    """What the command line, the environment and the answers file say, as text, by question.

    Raises WizardError for an answers file that cannot be used.
    """
    said = {
        question: getattr(arguments, question.key)
        for question in QUESTIONS
        if getattr(arguments, question.key, None) is not None
    }
    flags = {question.key: text for question, text in said.items()}
    draft: dict[Source, dict[str, str]] = {
        Source.FLAG: Texts(flags, {question.key: question.flag for question in said}),
        Source.ENVIRONMENT: from_environment(os.environ),
    }
    file = _file(arguments)
    return with_file(draft, file) if file is not None else draft


def _file(arguments: argparse.Namespace) -> Texts | None:
    """The answers file that was named, read; None where none was."""
    name = getattr(arguments, "answers", None) or os.environ.get(PREFIX + "ANSWERS")
    if not name:
        return None
    from wizard.answers.file import load

    if name == "-" and getattr(arguments, "api_password_file", None) == "-":
        raise WizardError(
            "--answers and --api-password-file cannot both read standard input.",
            "Standard input can be read only once.",
            "Pass one of them as a file.",
            ExitCode.USAGE,
        )
    loaded = load(name)
    if loaded.complaints:
        raise WizardError(
            "\n".join(loaded.problems()),
            fix="`formae-wizard answers` prints a file with every question explained; "
            "`formae-wizard answers --check FILE` checks one.",
            code=ExitCode.USAGE,
        )
    for note in loaded.notes:
        sys.stderr.write(f"{note}\n")
    return loaded.answers()


EPILOG = f"""\
Every question can also be answered in the environment, as FORMAE_WIZARD_<KEY>, and in a file
(--answers); a flag overrides the environment, which overrides the file. No telemetry; the
wizard only connects to AWS, the registries and the agent.

exit codes:
{exit_table()}"""


CLOSED = "closed"
"""The demo of an account that a host is closed to."""
FREE = "free"
"""The demo of an account on the Free plan."""


def add_common(parser: argparse.ArgumentParser) -> None:
    """The flags of every verb."""
    parser.add_argument(
        "--demo",
        action="store_true",
        default=argparse.SUPPRESS,
        help="Use a simulated AWS that this program starts: no account, no Docker, no network.",
    )
    parser.add_argument(
        "--demo-closed",
        dest="demo",
        action="store_const",
        const=CLOSED,
        default=argparse.SUPPRESS,
        help="As --demo, with a new account, to which the default host is closed.",
    )
    parser.add_argument(
        "--demo-free",
        dest="demo",
        action="store_const",
        const=FREE,
        default=argparse.SUPPRESS,
        help="As --demo-closed, with an account on AWS's Free plan.",
    )
    parser.add_argument(
        "--answers",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="Read answers from this TOML file (- is standard input); `formae-wizard answers` "
        "prints one to fill in. Same as FORMAE_WIZARD_ANSWERS.",
    )
    parser.add_argument(
        "--api-password-file",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="Read the API password from this file (- is standard input; hidden when typed in a "
        "terminal) instead of generating one. Same as FORMAE_WIZARD_API_PASSWORD.",
    )
    add_flags(parser)


def passwords(arguments: argparse.Namespace) -> dict[str, Secret]:
    """The passwords given by file or environment. Raises WizardError for one that will not do."""
    from wizard.answers import checks

    file = getattr(arguments, "api_password_file", None)
    given = _read(file) if file else os.environ.get("FORMAE_WIZARD_API_PASSWORD")
    if not given:
        return {}
    problem = checks.api_password(given)
    if problem:
        raise WizardError(problem, "", "Leave it out to generate one.", ExitCode.USAGE)
    return {"api": Secret(given)}


def _read(file: str) -> str:
    try:
        if file == "-" and sys.stdin.isatty():
            import getpass

            return getpass.getpass("API password (not shown): ")
        if file == "-":
            return sys.stdin.readline().rstrip("\r\n")
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - also takes /dev/fd/N
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WizardError(
            f"The password file {file} cannot be read.",
            getattr(error, "strerror", None) or "It is not text.",
            "Use a readable file with the password on its first line.",
            ExitCode.USAGE,
        ) from None


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the flag `--json`."""
    parser.add_argument(
        "--json",
        dest="as_lines",
        action="store_true",
        help="Write one JSON object per line to standard output; see assets/events.schema.json.",
    )


def add_edits(parser: argparse.ArgumentParser) -> None:
    """Add the flag `--edits`."""
    parser.add_argument(
        "--edits",
        metavar="FOLDER",
        help="Use your edited documents in this folder, by their file names, instead of the "
        "generated ones.",
    )


def add_accept(parser: argparse.ArgumentParser) -> None:
    """Add the flag `--accept`."""
    parser.add_argument(
        "--accept",
        metavar="FIELD",
        action="append",
        default=[],
        help="Keep a change made in AWS since setup: an answer or a field, by the name that `plan` "
        "and `status` show; can be repeated. `all` keeps every change.",
    )


def add_resume(parser: argparse.ArgumentParser) -> None:
    """Add the flag `--resume`."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Resume the last run on this machine that was interrupted, stopped or failed, with "
        "its answers and edited documents; --name and --region select one of several. Flags "
        "override its answers.",
    )


def add_take_over(parser: argparse.ArgumentParser) -> None:
    """Add the flag `--take-over`."""
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="Replace a run that is active on the deployment from another machine; that run stops "
        "when it notices, within two minutes. Use it only if you know that the run has died. "
        "A dead run on this machine does not need it.",
    )
