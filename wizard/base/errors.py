"""What the program says when something is wrong, and the exit codes it ends with."""

from dataclasses import dataclass, field
from enum import IntEnum


class ExitCode(IntEnum):
    """How the program ended; part of its interface, so numbers never change meaning."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_READY = 3
    CHANGES = 4
    MOVED = 5
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143

    @property
    def words(self) -> str:
        """What the exit code means, for the help and for the last of the JSON lines."""
        return _WORDS[self]


_WORDS = {
    ExitCode.OK: "success: done, or nothing to do",
    ExitCode.FAILED: "failure: the cause and the fix are on standard error",
    ExitCode.USAGE: "usage error: an invalid flag, answer or file",
    ExitCode.NOT_READY: "not ready: something must be fixed first, nothing was changed",
    ExitCode.CHANGES: "there are changes to apply (plan)",
    ExitCode.MOVED: "the account has changed since the plan was saved (apply)",
    ExitCode.HUNG_UP: "SIGHUP: the terminal was closed",
    ExitCode.INTERRUPTED: "interrupted by Ctrl-C, or not confirmed",
    ExitCode.TERMINATED: "terminated by SIGTERM",
}


def exit_table() -> str:
    """Every exit code with its meaning, a line each: the one table of the help."""
    return "".join(f"  {code:<4d} {code.words}\n" for code in ExitCode)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a refusal of AWS's comes from: what AWS's support asks for."""

    service: str
    operation: str
    code: str
    request_id: str = ""

    @property
    def words(self) -> str:
        """The refused call as a part of one line."""
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self.code} of {self.service} {self.operation}{request}"


@dataclass
class WizardError(Exception):
    """A problem told to a person: what happened, why, and what would be right.

    `why` and `fix` may be empty where `what` says it all. Texts are full sentences and never hold
    a secret. `code` is the exit code the program ends with when nobody handles the error.
    """

    what: str
    why: str = ""
    fix: str = ""
    code: ExitCode = ExitCode.FAILED
    entry: str = field(default="", kw_only=True)
    """The code of its entry in the catalogue of errors; empty where what was typed is wrong."""
    origin: Origin | None = field(default=None, kw_only=True, compare=False)
    """AWS's own words for it, where AWS refused."""

    @property
    def more(self) -> str:
        """Where there is more about the problem, and AWS's own code and request; may be empty."""
        parts = [f"formae-wizard explain {self.entry}"] if self.entry else []
        parts += [f"AWS: {self.origin.words}"] if self.origin else []
        return " · ".join(parts)

    @property
    def cause(self) -> tuple[object, ...]:
        """What is the same where several steps stop for one reason."""
        return (self.entry, self.why or self.what, self.fix)

    def __str__(self) -> str:
        """One line, for logs and for Python's own machinery."""
        return " ".join(part for part in (self.what, self.why, self.fix) if part)


@dataclass
class NoAnswer(WizardError):
    """AWS did not answer: the way there is broken, or it takes too long."""

    asked: bool = True
    """Whether it may have heard the question, and done what it was asked."""

    @property
    def cause(self) -> tuple[object, ...]:
        """The way there; which address was asked makes no difference."""
        return (self.entry, self.what, self.fix)


@dataclass
class SignedOut(WizardError):
    """The sign-in has ended: nothing was done, and somebody has to sign in again."""


@dataclass
class AwsError(Exception):
    """AWS refused a call. `code` and `message` are AWS's own; neither holds a secret of ours."""

    service: str
    operation: str
    code: str
    message: str
    request_id: str = ""
    status: int = 400
    """Of HTTP."""
    remedy: str = ""
    """What helps with this sign-in, as a sentence; empty where the sign-in is not the trouble."""

    @property
    def origin(self) -> Origin:
        """What AWS's support asks for."""
        return Origin(self.service, self.operation, self.code, self.request_id)

    @property
    def not_there(self) -> bool:
        """Whether AWS says that the thing does not exist, whatever the service calls it."""
        return "NotFound" in self.code or "NoSuchEntity" in self.code

    def __str__(self) -> str:
        """Code and message, the form that a plan's patterns match."""
        return f"{self.code}: {self.message}"


class Interrupted(Exception):
    """The person stopped the run; whatever was under way goes on inside AWS."""
