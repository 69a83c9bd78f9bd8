"""Opens the wizard on a play, in a terminal of a given size, and takes its picture."""

import contextlib
from collections.abc import AsyncIterator, Mapping

from textual.widgets import Input

from screens.app import WizardApp
from tests.screens.journey import Journey
from tests.screens.play import REGION, Play
from tests.screens.slim import slim
from wizard.answers.model import Source
from wizard.answers.questions import Detected, Group
from wizard.answers.resolving import Texts
from wizard.ui.common.queries import DEPLOYED
from wizard.ui.common.session import Draft

STILL = 0.03
"""Seconds between two looks at whether anything still moves."""


@contextlib.asynccontextmanager
async def staged(
    play: Play,
    answers: Mapping[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
    earlier: Mapping[str, str] | None = None,
) -> AsyncIterator[Journey]:
    """The wizard, opened on a play, with AWS having said what it has to say."""
    draft: Draft = {Source.ENVIRONMENT: {"region": REGION}, Source.TYPED: dict(answers or {})}
    if earlier:
        draft[Source.FILE] = Texts(earlier, {}, reason="your answers of 2026-05-04")
    app = WizardApp(play, draft, lambda _profile: Detected(formae_version="0.88.1"))
    vars(app.session).update(ask=play.answer)
    async with app.run_test(size=size) as pilot:
        person = Journey(app, pilot)
        if not play.silent:
            await person.until(lambda: app.session.signed_in is not None)
        if app.session.account and not app.session.collected.problem("name"):
            await person.until(lambda: app.session.seen(DEPLOYED), "the look at what is deployed")
        yield person


async def go(person: Journey, group: Group) -> None:
    """To the screen of a group, whatever comes first."""
    person.app.go(group.value)
    await settled(person)


async def settled(person: Journey) -> None:
    """Wait until nothing moves any more."""
    before, still = "", 0
    for _ in range(100):
        await person.pilot.pause(STILL)
        now = person.shown
        still = still + 1 if now == before else 0
        if still == 3:  # a busy machine may pause once
            return
        before = now


async def picture(person: Journey) -> str:
    """The screen as SVG, with a cursor that does not blink, and without what changes by itself."""
    for each in person.app.screen.query(Input):
        each.cursor_blink = False
    await settled(person)
    return slim(person.app.export_screenshot(title="formae-wizard", simplify=True))
