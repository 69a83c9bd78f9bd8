"""What a verb is. A verb's module loads what it works with only when it is run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

from wizard.answers.model import Source
from wizard.failures.errors import ExitCode
from wizard.secret import Secret


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    arguments: argparse.Namespace
    draft: dict[Source, dict[str, str]]
    """What flags, environment and files answer, as text."""
    passwords: dict[str, Secret] = field(repr=False)
    """Passwords the person gave, by name ("api")."""
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb: how it is described, its own flags, and what it does.

    `run` raises WizardError for what it tells the person instead of doing it.
    """

    name: str
    help: str
    description: str
    epilog: str
    add: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Request], ExitCode]
    answers: bool = True
    """Whether it takes the flags of the questions."""
