"""A list to choose from: numbered lines that a word narrows down, and that one may also ignore."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers.questions.lists import Offer
from wizard.ui.plain.talk import Talk

MOST = 30
"""Lines said at once; with more, a word narrows them down."""


def told(talk: Talk, offers: Sequence[Offer], word: str = "") -> None:
    """Say the lines, or those with a word in them; each keeps its number."""
    lines = [
        (number, each)
        for number, each in enumerate(offers, 1)
        if word.lower() in f"{each.value} {each.label}".lower()
    ]
    for number, each in lines[:MOST]:
        unfit = f". Cannot be used: {each.unfit}" if each.unfit else ""
        talk.say(f"  {number}. {each.label}{unfit}", "   ")
    if len(lines) > MOST:
        talk.say(f"  And {len(lines) - MOST:,} more. A part of a name narrows them down.")


def taken(talk: Talk, offers: Sequence[Offer], text: str, *, closed: bool) -> str | None:
    """The answer that a typed text means; None where the list was said narrowed down instead.

    A text that is on no line is the answer itself, unless only the lines are `closed` in.
    """
    chosen = _numbered(offers, text) or _named(offers, text)
    if chosen and chosen.unfit:
        talk.say(f"{chosen.label} cannot be used: {chosen.unfit}.")
        return None
    if chosen:
        return chosen.value
    if text.isdecimal() and offers:
        talk.say(f"There is no line {text}; the list goes from 1 to {len(offers)}.")
        return None
    if any(text.lower() in f"{each.value} {each.label}".lower() for each in offers):
        told(talk, offers, text)
        return None
    if closed:
        talk.say(f"“{text}” is on no line of the list. Type one of the numbers.")
        return None
    return text


def _numbered(offers: Sequence[Offer], text: str) -> Offer | None:
    number = int(text) if text.isdecimal() else 0
    return offers[number - 1] if 0 < number <= len(offers) else None


def _named(offers: Sequence[Offer], text: str) -> Offer | None:
    wanted = text.lower()
    return next((each for each in offers if wanted in _names(each)), None)


def _names(offer: Offer) -> set[str]:
    label = offer.label.lower()
    return {offer.value.lower(), label, label.partition(",")[0]}
