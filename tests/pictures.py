"""Takes the README's pictures from the demo: `python -m tests.pictures`.

The wizard runs on the stand-in at a terminal of 120 by 40; each picture is the screen as Textual
itself draws it.
"""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from screens.app import WizardApp
from screens.progress import ProgressScreen
from screens.review import ReviewScreen
from wizard.answers import Source
from wizard.detect import detect
from wizard.flow import PACE_VARIABLE, Flow
from wizard.standin.server import StandIn

FOLDER = Path(__file__).parent.parent / "assets" / "pictures"
SIZE = (110, 36)
REGION = "eu-west-1"
SCALE = 0.02
MID_RUN = 5.0
"""Seconds into the run at that scale: the database is being created, much else is done."""


async def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


async def take() -> None:
    """Walk through the wizard and keep what it looks like."""
    app = WizardApp(Flow(), {Source.FLAG: {"region": REGION}}, detect, demo=True)
    async with app.run_test(size=SIZE) as pilot:

        async def keep(name: str) -> None:
            await pilot.pause()
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="formae-wizard"))

        await until(lambda: app.session.signed_in is not None)
        await pilot.press("ctrl+r")
        await until(lambda: isinstance(app.screen, ReviewScreen) and not app.screen.checking)
        await keep("review")
        await _run(app, pilot.press, keep)


async def _run(
    app: WizardApp,
    press: Callable[..., Awaitable[None]],
    keep: Callable[[str], Awaitable[None]],
) -> None:
    await press("ctrl+s")
    await asyncio.sleep(0.3)
    await press("s")
    await until(lambda: isinstance(app.screen, ProgressScreen))
    await asyncio.sleep(MID_RUN)
    await keep("progress")
    await until(lambda: app.ended is not None and not isinstance(app.screen, ProgressScreen), 60)


def main() -> None:
    """Take them all."""
    with StandIn(scale=SCALE, docker=True) as standin, tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_"))]:
            del os.environ[name]
        settings = {PACE_VARIABLE: str(SCALE), "FORMAE_WIZARD_CLI": "off", "HOME": home}
        os.environ.update(standin.environment(), **settings, TERM="xterm-256color")
        asyncio.run(take())


if __name__ == "__main__":
    main()
