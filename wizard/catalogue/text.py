"""The catalogue as a person reads it: one entry in full, or all of them, a line each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.catalogue import AREAS, ENTRIES, Entry, entry, filled, near

WIDTH = 92
VERSION = 1
"""Of the JSON document; a member's meaning never changes within one."""


def demanded(code: str) -> Entry:
    """The entry of a code, in whatever letters. Raises WizardError that names near ones."""
    try:
        return entry(code.strip().upper())
    except KeyError:
        alike = near(code)
    told = [f"{each} ({entry(each).title})" for each in alike]
    raise WizardError(
        f"Unknown error code “{clean(code)[:60]}”.",
        f"Similar codes: {'; '.join(told)}." if told else "",
        "`formae-wizard explain` lists all codes.",
        ExitCode.USAGE,
    )


def explained(code: str) -> Iterator[str]:
    """An entry in full, line by line."""
    found = demanded(code)
    yield f"{found.code}  {found.title}"
    yield from _part("What it means", [filled(found.why)] if found.why else [])
    yield from _part("Usual causes", found.causes)
    yield from _part("What to do", [filled(found.fix)])
    yield from _part("What the wizard does on its own", [found.alone] if found.alone else [])
    yield from _part("Recognized by", list(_signs(found)))


def _part(heading: str, texts: Sequence[str]) -> Iterator[str]:
    if not texts:
        return
    yield ""
    yield heading
    for text in texts:
        mark = "· " if len(texts) > 1 else ""
        lead = f"  {mark}"
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_on_hyphens=False,
            break_long_words=False,
        )


def _signs(found: Entry) -> Iterator[str]:
    for sign in found.signs:
        who = sign.service or "any AWS service"
        to = f" to {sign.operation}" if sign.operation else ""
        codes = f" the code {', '.join(sign.codes)}" if sign.codes else ""
        words = f" words like {sign.words}" if sign.words else ""
        yield f"{who}{to}:{' and'.join(filter(None, (codes, words)))}"
    if not found.signs:
        yield "The wizard itself."


def listed() -> Iterator[str]:
    """All of them, by area."""
    for area, heading in AREAS.items():
        yield heading
        here = sorted(each.code for each in ENTRIES if each.area == area)
        yield from (f"  {code}  {entry(code).title}" for code in here)
        yield ""
    yield "`formae-wizard explain CODE` explains one."


def document(code: str | None) -> dict[str, Any]:
    """What --json prints: one entry, or all."""
    found = [demanded(code)] if code else sorted(ENTRIES, key=lambda each: each.code)
    return {"version": VERSION, "errors": [_member(each) for each in found]}


def _member(each: Entry) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": each.title,
        "why": filled(each.why),
        "fix": filled(each.fix),
        "causes": list(each.causes),
        "alone": each.alone,
        "aws": list(each.aws_codes),
    }
