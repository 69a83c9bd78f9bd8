"""The command: verbs, flags, exit codes. Loads Textual, boto3, the stand-in only on use.

How the help is laid out: paragraphs are filled, indented blocks stand as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import takewhile
from types import MappingProxyType
from typing import Any, NoReturn

from wizard import __version__
from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import labels
from wizard.base.secret import keep_in_memory
from wizard.cli.commands import COMMANDS, guide
from wizard.cli.options import CLOSED, EPILOG, FREE, add_common, draft_of, passwords
from wizard.cli.request import Request, unread
from wizard.local.files import demand_own_home
from wizard.local.mfa import asked_by, on_terminal
from wizard.local.process import open_streams, terminable, unwritten
from wizard.local.process import problem as crash

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


CHOICES = re.compile(r"invalid choice: '([^']*)' \(choose from (.*)\)")


class CommandLine(argparse.ArgumentParser):
    """A parser that names what a mistyped flag or verb may have meant, beside the verb's usage."""

    verbs: Mapping[str, argparse.ArgumentParser] = MappingProxyType({})

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The arguments; what nobody knows is an error of the verb that it was given to."""
        known = [flag for action in self._actions for flag in action.option_strings]
        for word in takewhile(lambda each: each not in self.verbs, args or sys.argv[1:]):
            name = word.partition("=")[0]
            if name.startswith("--") and not any(flag.startswith(name) for flag in known):
                self.error(f"unrecognized arguments: {word}")  # or its value counts as the verb
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            line = self.verbs.get(str(getattr(found, "verb", None)), self)
            line.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and what is nearest to it; exit code 2."""
        wrong = CHOICES.search(message)
        if wrong:
            words, known = [wrong[1]], re.findall(r"[\w-]+", wrong[2])
        else:
            words = re.findall(r"(?<!\S)--[\w-]+", message)
            known = [flag for action in self._actions for flag in action.option_strings]
        near = dict.fromkeys(each for word in words for each in get_close_matches(word, known, 1))
        hint = f" Did you mean {' and '.join(near)}?" if near else ""
        super().error(message + (f".{hint}" if hint else ""))


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


def parser(words: Sequence[str] | None = None) -> CommandLine:
    """The parser of the whole command line, with every verb; with the flags of those in `words`.

    Without `words` every verb has its flags: to make them takes longer than anything else here.
    """
    wizard = CommandLine(
        prog="formae-wizard",
        usage="%(prog)s [OPTION …] [VERB [OPTION …]]",
        description=f"Set up a formae agent in your AWS account, on {labels()}. Without a "
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
        if words is None or verb.name in words:
            verb.add(own)
            if verb.answers:
                add_common(own)
    add_common(wizard)
    wizard.verbs = verbs.choices
    return wizard


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code. No traceback reaches the person."""
    open_streams()
    keep_in_memory()
    code = _ended(argv)
    why = unwritten()  # what cannot be written is told here, not by Python at its end
    if not why:
        return code
    done = "Done, but standard" if code == ExitCode.OK else "Standard"
    lost = WizardError(
        f"{done} output could not be written: {why}.",
        fix="Write it where there is room, or read the log of the run.",
        code=ExitCode.FAILED if code in {ExitCode.OK, ExitCode.CHANGES} else ExitCode(code),
        entry="FW-FILE-003",
    )
    return _told(lost, demo=False)


def _ended(argv: Sequence[str] | None) -> int:
    arguments = argparse.Namespace()
    try:
        if "_ARGCOMPLETE" in os.environ:
            _complete(parser())
        line = parser(sys.argv[1:] if argv is None else argv)
        arguments = line.parse_args(argv)
        with terminable(), _world(arguments), asked_by(on_terminal):
            return int(_run(arguments))
    except SystemExit as end:  # of the help, the version, and a command line that is wrong
        return int(end.code or 0)
    except WizardError as problem:
        return _told(problem, demo=_demo(arguments))
    except KeyboardInterrupt as end:
        code = getattr(end, "code", ExitCode.INTERRUPTED)
        print("Interrupted." if code is ExitCode.INTERRUPTED else "Terminated.", file=sys.stderr)
        return int(code)
    except Exception as error:
        return _told(crash(error), demo=_demo(arguments))


def _complete(line: argparse.ArgumentParser) -> None:
    from wizard.cli.commands.completion import complete

    complete(line)


def _told(problem: WizardError, *, demo: bool) -> int:
    from wizard.ui.common.console import tell
    from wizard.ui.common.demo import within

    tell(within(problem) if demo else problem, sys.stderr)
    return int(problem.code)


def _run(arguments: argparse.Namespace) -> ExitCode:
    verb = next((each for each in COMMANDS if each.name == arguments.verb), None)
    with unread(arguments):
        if not _demo(arguments) and (verb is None or verb.answers):
            demand_own_home()
        request = Request(arguments, draft_of(arguments), passwords(arguments), _demo(arguments))
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

    with demo(account=arguments.demo if arguments.demo in {CLOSED, FREE} else ""):
        yield
