"""The full-screen wizard as a person uses it: keys go in, what stands on the screen comes out."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from copy import copy
from typing import Any, TypeVar

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Label, Static

from screens.answers.fields.field import Field
from screens.app import WizardApp
from screens.review.screen import ReviewScreen
from tests.support.standin import REGION
from wizard.answers.detect import detect
from wizard.answers.model import Source
from wizard.engine.flow import Flow
from wizard.engine.job import End
from wizard.ui.common.session import Session

LIMIT = 120.0
"""Seconds that a busy machine may take for one thing."""
AnyScreen = TypeVar("AnyScreen", bound="Screen[Any]")


class Journey:
    """One person at the wizard."""

    def __init__(self, app: WizardApp, pilot: Pilot[End | None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def session(self) -> Session:
        """What the screens know."""
        return self.app.session

    @property
    def shown(self) -> str:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    @property
    def said(self) -> str:
        """All the screen's texts, also those that one would have to scroll to."""
        texts = [str(each.visual) for each in self.app.screen.query(Static) if _seen(each)]
        return "\n".join(texts)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Write into what has the focus."""
        await self.press(*text)

    async def paste(self, text: str) -> None:
        """Paste into what has the focus."""
        focused = self.app.screen.focused
        assert focused is not None
        focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object], what: str = "it") -> None:
        """Wait until something holds."""
        end = time.monotonic() + LIMIT
        while not holds():
            assert time.monotonic() < end, f"{what} did not come about:\n{self.shown}"
            await self.pilot.pause(0.04)
        await self.pilot.pause()

    async def at(self, screen: type[AnyScreen]) -> AnyScreen:
        """Wait for a screen."""
        met: list[AnyScreen] = []

        def there() -> bool:
            if isinstance(self.app.screen, screen):
                met.append(self.app.screen)
            return bool(met)

        await self.until(there, screen.__name__)
        return met[0]

    async def focus(self, key: str) -> Field:
        """Put the cursor into a question's field."""
        field = self.app.screen.query_one(f"#field-{key}", Field)
        field.focus_editor()
        await self.pilot.pause()
        return field

    def problem(self, key: str) -> str:
        """What stands under a field as its problem."""
        label = self.app.screen.query_one(f"#field-{key} .problem", Label)
        return str(label.visual) if label.display else ""

    async def signed_in(self) -> None:
        """Wait until AWS has told who this is."""
        await self.until(lambda: self.session.account, "the sign-in")

    async def review(self) -> ReviewScreen:
        """Straight to the review, and wait for its checks."""
        await self.press("ctrl+r")
        screen = await self.at(ReviewScreen)
        await self.until(lambda: not screen.checking, "the check")
        return screen


def _seen(widget: Widget) -> bool:
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))


@contextlib.asynccontextmanager
async def journey(
    draft: Mapping[Source, dict[str, str]] | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    demo: bool = False,
) -> AsyncIterator[Journey]:
    """The wizard, opened in a terminal of that size."""
    given = {source: copy(texts) for source, texts in (draft or {}).items()}
    given.setdefault(Source.ENVIRONMENT, {"region": REGION})
    app = WizardApp(Flow(demo=demo), given, detect)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Journey(app, pilot)
