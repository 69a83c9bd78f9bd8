"""The review's tabs; the summary: checks, costs, and the answers with their sources."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from screens.frame import Reading
from screens.review.checks_view import ChecksView
from screens.review.documents import Documents
from screens.review.plan_view import PlanView
from screens.review.script_view import ScriptView
from screens.words import MUTED
from wizard.answers.model import Answers, Source
from wizard.answers.questions import QUESTIONS, Group, Question
from wizard.costs import estimate
from wizard.costs import summary as costs
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import bill_of
from wizard.ui.common.session import Session


def _heading(text: str) -> Static:
    return Static(Content(text), classes="heading")


def summary(prepared: Prepared, session: Session) -> Iterator[Widget]:
    """What was checked, what it costs, then every answer with its source."""
    prices = session.unit_prices
    yield _heading("Checks")
    yield ChecksView(prepared.preflight.checks)
    yield _heading("What it would cost" if session.demo else "What it costs")
    yield Static(Content(costs(estimate(prepared.answers, prices, session.account_plan))))
    change = bill_of(prepared, prices)
    if change and not session.demo:
        yield Static(Content(change.words))
    edited = [each.title for each in prepared.plan.documents if each.edited]
    if edited:
        yield _heading("Edited documents")
        yield Static(Content(f"✎ {', '.join(edited)}"))
    answers = prepared.answers
    values = answers.values
    for group in Group:
        yield _heading(group.value)
        for each in QUESTIONS.of(group):
            if each.put(values):
                yield _answer(each, answers)


def _answer(each: Question, answers: Answers) -> Widget:
    given = answers.given.get(each.key)
    source = given.words if given else ""
    if given and given.source is Source.DEFAULT and given.reason:
        source = f"default: {given.reason}"
    value = Content.assemble(
        (each.words(answers.values[each.key]), "bold"),
        (f"  ({source})" if source else "", MUTED),
    )
    ask = Static(Content(each.ask), classes="asked")
    return HorizontalGroup(ask, Static(value, classes="given"))


def checking(account: str, region: str) -> Content:
    """What stands there until AWS has answered."""
    return Content.assemble(
        ("◐ Checking …\n\n", "bold $text-accent"),
        f"Account {account} in {region}. Nothing is changed.\n",
    )


def tabs_of(session: Session, prepared: Prepared) -> TabbedContent:
    """Everything to be read before the start."""
    tabs = TabbedContent()
    told = Reading(*summary(prepared, session))
    tabs.compose_add_child(TabPane("1 Summary", told, id="summary"))
    tabs.compose_add_child(TabPane("2 Plan", PlanView(prepared, demo=session.demo), id="plan"))
    number = len(prepared.plan.documents)
    tabs.compose_add_child(TabPane(f"3 Documents ({number})", Documents(prepared), id="documents"))
    script = ScriptView(prepared, demo=session.demo)
    tabs.compose_add_child(TabPane("4 Script", script, id="script"))
    return tabs
