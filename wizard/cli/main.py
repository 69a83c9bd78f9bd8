"""The command: verbs, flags, exit codes. Loads Textual, boto3, the stand-in only on use.

How the help is laid out: paragraphs are filled, indented blocks stand as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from wizard import __version__
from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import offer
from wizard.base.secret import keep_in_memory
from wizard.cli.commands import COMMANDS, guide
from wizard.cli.options import EPILOG, add_common, draft_of, passwords
from wizard.cli.request import Request, unread
from wizard.local.crash import problem as crash
from wizard.local.process import abandon, open_streams, terminable

WIDEST = 100


class Manual(argparse.HelpFormatter):
    """A page like a manual's: a short usage line, filled paragraphs, examples left alone."""

    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, WIDEST) - 2
        super().__init__(prog, max_help_position=26, width=width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        parts = textwrap.dedent(text).strip("\n").split("\n\n")
        return "\n\n".join(self._part(part, width, indent) for part in parts)

    def _part(self, part: str, width: int, indent: str) -> str:
        if any(line.startswith(" ") for line in part.splitlines()):
            return textwrap.indent(part, indent)
        return super()._fill_text(part, width, indent)


MORE = "`formae-wizard VERB --help` describes each verb."
EXAMPLES = """\
examples:
  formae-wizard                                 the guided setup, in full screen
  formae-wizard --plain                         the same, one line at a time
  formae-wizard --demo                          the same with a simulated AWS
  formae-wizard doctor --region eu-west-1       is everything ready?
  formae-wizard plan --region eu-west-1         what would change?
  formae-wizard apply --yes --region eu-west-1  set up without questions
  formae-wizard export --output deploy.sh       the same as a bash script
  formae-wizard destroy --region eu-west-1      remove it again

"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    wizard = argparse.ArgumentParser(
        prog="formae-wizard",
        usage="%(prog)s [OPTION …] [VERB [OPTION …]]",
        description=f"Set up a formae agent in your AWS account, on {offer().label}. Without a "
        "verb, the guided setup starts, in full screen or line by line (--plain).",
        epilog=EXAMPLES + EPILOG,
        formatter_class=Manual,
    )
    wizard.add_argument("--version", action="version", version=f"formae-wizard {__version__}")
    guide.add(wizard)
    verbs = wizard.add_subparsers(
        dest="verb", metavar="VERB", title="verbs", prog="formae-wizard", description=MORE
    )
    for verb in COMMANDS:
        own = verbs.add_parser(
            verb.name,
            usage="%(prog)s [OPTION …]",
            help=verb.help,
            description=verb.description,
            epilog=verb.epilog,
            formatter_class=Manual,
        )
        verb.add(own)
        if verb.answers:
            add_common(own)
    add_common(wizard)
    return wizard


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code. No traceback reaches the person."""
    open_streams()
    keep_in_memory()
    line = parser()
    if "_ARGCOMPLETE" in os.environ:
        _complete(line)
    arguments = line.parse_args(argv)
    try:
        with terminable(), _world(arguments):
            code = int(_run(arguments))
            sys.stdout.flush()  # what cannot be written is told here, not by Python at its end
            return code
    except WizardError as problem:
        return _told(problem)
    except KeyboardInterrupt as end:
        code = getattr(end, "code", ExitCode.INTERRUPTED)
        print("Interrupted." if code is ExitCode.INTERRUPTED else "Terminated.", file=sys.stderr)
        return int(code)
    except BrokenPipeError:
        abandon(sys.stdout)
        return int(ExitCode.FAILED)
    except Exception as error:
        return _told(crash(error))


def _complete(line: argparse.ArgumentParser) -> None:
    from wizard.cli.completion import complete

    complete(line)


def _told(problem: WizardError) -> int:
    from wizard.ui.common.console import tell

    tell(problem, sys.stderr)
    return int(problem.code)


def _run(arguments: argparse.Namespace) -> ExitCode:
    with unread(arguments):
        request = Request(arguments, draft_of(arguments), passwords(arguments), _demo(arguments))
    verb = next((each for each in COMMANDS if each.name == arguments.verb), None)
    if verb:
        return verb.run(request)
    return guide.guide(request)


def _demo(arguments: argparse.Namespace) -> bool:
    return bool(getattr(arguments, "demo", False))


@contextlib.contextmanager
def _world(arguments: argparse.Namespace) -> Iterator[None]:
    """The real one, or for the demo one of its own, in which the real one is out of reach."""
    if not _demo(arguments):
        yield
        return
    from wizard.cli.demo import demo

    with demo():
        yield
