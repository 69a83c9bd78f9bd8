"""Answers put into a file that somebody wrote: only their values change, nothing else of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from wizard.answers.file.shapes import toml_of
from wizard.answers.file.statements import KEY, items, statements
from wizard.answers.questions import question
from wizard.base.errors import ExitCode, WizardError
from wizard.local.files import write_private
from wizard.local.textfile import Unreadable, read_text


def keep(path: Path, texts: Mapping[str, str]) -> list[str]:
    """Put these answers, as text by key, in place of those the file gives; the keys that changed.

    What the file does not answer stays unanswered. Raises WizardError.
    """
    try:
        before = read_text(path)
        after, changed = amended(before, texts)
    except (Unreadable, ValueError) as why:
        raise _not_kept(path, str(why)) from None
    if items(after)[1]:
        raise _not_kept(path, "It is written in a way that cannot be changed line by line.")
    if changed:
        write_private(path, after, keep_old=False)
    return changed


def amended(text: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with these values, comments kept, and the keys whose values are others now."""
    lines, changed = text.split("\n"), []
    for line, statement in reversed(_top(text)):
        key = KEY.match(statement)
        if key is None or key[1] not in texts:
            continue
        value = toml_of(question(key[1]), texts[key[1]])
        comment = _comment(statement)
        said = statement.removesuffix(comment)
        if tomllib.loads(said) == tomllib.loads(f"{key[1]} = {value}"):
            continue
        end = "\r" if statement.endswith("\r") else ""
        new = f"{key[1]} = {value}{'  ' if comment else ''}{comment.rstrip()}{end}"
        lines[line - 1 : line + statement.count("\n")] = [new]
        changed.append(key[1])
    return "\n".join(lines), changed[::-1]


def _top(text: str) -> list[tuple[int, str]]:
    """The statements above the first table."""
    found = []
    for line, statement in statements(text):
        if statement.lstrip().startswith("["):
            break
        found.append((line + len(statement) - len(statement.lstrip("\n")), statement.lstrip("\n")))
    return found


def _comment(statement: str) -> str:
    """The comment behind the value; empty where there is none."""
    for at, letter in enumerate(statement):
        if letter == "#":
            try:
                tomllib.loads(statement[:at])
            except tomllib.TOMLDecodeError:
                continue
            return statement[at:]
    return ""


def _not_kept(path: Path, why: str) -> WizardError:
    return WizardError(
        f"What you accepted is not in {path} yet.",
        why,
        "Change it there yourself, or the next run with this file puts it back.",
        ExitCode.FAILED,
    )
