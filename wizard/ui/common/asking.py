"""How a question of the catalogue is put, whatever asks it."""

from __future__ import annotations

from wizard.answers.model import Source
from wizard.answers.questions import Choice, Kind, Question
from wizard.ui.common.session import Session

YES_OR_NO = (Choice("yes", "yes"), Choice("no", "no"))


def default_words(question: Question, session: Session) -> str:
    """The default and its reason, beside what is in force; empty where there is none."""
    given = session.collected.given[question.key]
    text, reason = session.default(question.key)
    if not reason:
        return ""
    shown = f"{text}: {reason}" if text and question.kind is Kind.TEXT else reason
    if given.source is Source.DEFAULT:
        return f"Default {shown}" if shown != reason else f"Default: {shown}"
    if given.source is Source.TYPED:
        return f"Your choice. The default would be {text or 'empty'}: {reason}"
    return f"From: {given.words}. The default would be {text or 'empty'}: {reason}"


def legal_choices(question: Question, session: Session) -> list[Choice]:
    """What can be chosen with the other answers as they are."""
    if question.kind is Kind.YES_NO:
        return list(YES_OR_NO)
    values = session.collected.values
    return [
        each
        for each in question.choices
        if question.closed
        or question.check(question.parse(each.value), values, session.account) is None
    ]
