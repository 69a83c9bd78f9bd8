"""The command: verbs, flags, exit codes. Loads Textual, boto3, the stand-in only on use."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Sequence

from wizard import __version__
from wizard.answers import Source
from wizard.crash import problem as crash
from wizard.errors import ExitCode, WizardError
from wizard.flags import add_flags, draft_of

EPILOG = """\
Every question can also be answered in the environment, as FORMAE_WIZARD_<KEY>; a flag wins over
it. Exit codes: 0 the agent answers, 1 failed, 2 wrong use, 3 not ready (nothing was created),
130 interrupted. No telemetry; nothing is sent anywhere but to AWS, the registries and the agent.
"""
DOCTOR_EPILOG = """\
Every question can also be answered in the environment, as FORMAE_WIZARD_<KEY>; a flag wins over
it. Exit codes: 0 nothing stands in the way (warnings do not), 1 failed, 2 wrong use, 3 something
stands in the way, 130 interrupted.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    wizard = argparse.ArgumentParser(
        prog="formae-wizard",
        description="Set up a formae agent in your AWS account, on App Runner. Without a verb the "
        "full-screen wizard opens.",
        epilog=EPILOG,
    )
    wizard.add_argument("--version", action="version", version=f"formae-wizard {__version__}")
    _common(wizard)
    verbs = wizard.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    apply = verbs.add_parser(
        "apply",
        help="set up without the screens",
        description="Set everything up without the screens: progress on stderr, the result on "
        "stdout. Run again, it finds what is there and changes only what differs.",
        epilog=EPILOG,
    )
    apply.add_argument(
        "--yes", action="store_true", help="Do not ask for confirmation before the first change."
    )
    _common(apply)
    doctor = verbs.add_parser(
        "doctor",
        help="look whether everything is ready; changes nothing",
        description="Look at everything a run with these answers will need: who is signed in and "
        "what they may do, App Runner, Docker, the formae CLI, the network, names, quotas, the "
        "clock, proxy and certificates. Changes nothing.",
        epilog=DOCTOR_EPILOG,
    )
    doctor.add_argument(
        "--json", action="store_true", help='Print one JSON document: {"version":1,"checks":[…]}.'
    )
    _common(doctor)
    return wizard


def _common(parser_: argparse.ArgumentParser) -> None:
    parser_.add_argument(
        "--demo",
        action="store_true",
        default=argparse.SUPPRESS,
        help="Work on an AWS stand-in that this program starts: no account, no Docker, no network.",
    )
    parser_.add_argument(
        "--api-password-file",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="Read the API password from this file (- is standard input) instead of having one "
        "generated. FORMAE_WIZARD_API_PASSWORD does the same.",
    )
    add_flags(parser_)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code. No traceback reaches the person."""
    arguments = parser().parse_args(argv)
    try:
        with _world(arguments):
            return int(_run(arguments))
    except WizardError as problem:
        return _told(problem)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.FAILED)
    except Exception as error:
        return _told(crash(error))


def _told(problem: WizardError) -> int:
    from wizard.console import tell

    tell(problem, sys.stderr)
    return int(problem.code)


def _run(arguments: argparse.Namespace) -> ExitCode:
    draft = draft_of(arguments)
    if arguments.verb == "doctor":
        from wizard.doctor import doctor

        return doctor(draft, as_json=arguments.json)
    passwords = _passwords(arguments)
    demo = _demo(arguments)
    if arguments.verb == "apply" or (demo and not _terminal()):
        from wizard.headless import apply

        return apply(draft, passwords, yes=demo or arguments.yes)
    return _full_screen(draft, passwords, demo=demo)


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _full_screen(
    draft: dict[Source, dict[str, str]], passwords: dict[str, str], *, demo: bool
) -> ExitCode:
    if not _terminal():
        raise WizardError(
            "The full-screen wizard needs a terminal.",
            "Standard input or output is not one.",
            "Use `formae-wizard apply --yes` instead; every question has a flag (--help).",
            ExitCode.USAGE,
        )
    gc.disable()  # what is loaded stays; looking for garbage in it takes a tenth of the start
    from screens.app import WizardApp
    from wizard.detect import detect
    from wizard.flow import Flow

    gc.freeze()
    gc.enable()
    flow = Flow(passwords)
    ended = WizardApp(flow, draft, detect, demo=demo).run()
    if ended is None:
        print("Nothing was created. Start again with: formae-wizard")
        return ExitCode.OK
    from wizard.headless import transcript

    return transcript(flow, ended.prepared, ended.outcome, sys.stdout)


def _demo(arguments: argparse.Namespace) -> bool:
    return bool(getattr(arguments, "demo", False))


@contextlib.contextmanager
def _world(arguments: argparse.Namespace) -> Iterator[None]:
    """The real one, or for the demo one of its own, in which the real one is out of reach."""
    if not _demo(arguments):
        yield
        return
    from wizard.demo import demo

    with demo():
        yield


def _passwords(arguments: argparse.Namespace) -> dict[str, str]:
    from wizard import checks

    file = getattr(arguments, "api_password_file", None)
    given = _read(file) if file else os.environ.get("FORMAE_WIZARD_API_PASSWORD")
    if not given:
        return {}
    problem = checks.api_password(given)
    if problem:
        raise WizardError(problem, "", "Leave it out to have one generated.", ExitCode.USAGE)
    return {"api": given}


def _read(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.readline().rstrip("\r\n")
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - also takes /dev/fd/N
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WizardError(
            f"The password file {file} cannot be read.",
            getattr(error, "strerror", None) or "It is not text.",
            "Give a readable file with the password in its first line.",
            ExitCode.USAGE,
        ) from None
