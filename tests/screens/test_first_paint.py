"""The first picture comes without boto3, and what nobody foresaw leaves no secrets behind."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from screens.app import AHEAD, WizardApp
from wizard.answers.questions import Detected
from wizard.base.secret import Secret
from wizard.engine.flow import Flow

FIRST_PAINT = """
import wizard.cli.main
import asyncio, sys
from screens.app import WizardApp
from wizard.answers.model import Source
from wizard.engine.flow import Flow
from wizard.answers.questions import Detected

LATER = ("boto3", "botocore", "docker", "jmespath", "urllib.request", "configparser",
         "hashlib", "wizard.plan", "wizard.base.events", "wizard.catalogue",
         "wizard.costs", "wizard.journal", "wizard.documents", "wizard.hosts.host",
         "wizard.engine.account", "wizard.engine.drift", "wizard.engine.status",
         "wizard.engine.refresh", "wizard.engine.diff", "wizard.engine.matching",
         "wizard.engine.apply", "wizard.engine.preflight", "wizard.local.formae.client",
         "wizard.export", "screens.review.screen", "screens.answers.group")
seen = []

class Watched(WizardApp):
    def _display(self, screen, renderable):
        if not seen and screen.query("#next"):
            seen.append([n for n in LATER if n in sys.modules])
        super()._display(screen, renderable)

async def main():
    app = Watched(Flow(), {}, lambda profile: Detected())
    async with app.run_test() as pilot:
        await pilot.pause()

asyncio.run(main())
print(seen)
"""


def test_neither_aws_nor_the_plan_is_loaded_before_the_first_paint() -> None:
    end = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True
    )
    assert end.stdout.splitlines()[-1] == "[[]]"


async def test_a_mistake_of_ours_ends_without_printing_what_was_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = WizardApp(Flow({"api": Secret("do-not-print-this")}), {}, lambda _: Detected())

    def mistake() -> None:
        assert app.session.password
        secret = app.session.password.reveal()
        raise RuntimeError(len(secret))

    async def use() -> None:
        async with app.run_test() as pilot:
            app.call_later(mistake)
            await pilot.pause(0.2)

    with pytest.raises(RuntimeError):
        await use()
    assert isinstance(app.mistake, RuntimeError)
    out, err = capsys.readouterr()
    assert "do-not-print-this" not in out + err


async def test_a_start_loads_the_next_screens_and_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    app = WizardApp(Flow(), {}, lambda _: Detected())
    async with app.run_test() as pilot:
        await pilot.pause(0.3)
        while any(each.name == "background" for each in threading.enumerate()):
            await pilot.pause(0.05)
    assert set(tmp_path.iterdir()) == before
    assert set(AHEAD) <= sys.modules.keys()


async def test_the_rows_of_the_first_picture_stay_where_they_are() -> None:
    seen: list[list[str]] = []

    def lines(app: App[Any]) -> list[str]:
        return [strip.text for strip in app.screen._compositor.render_strips()]

    class Watched(WizardApp):
        def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
            super()._display(screen, renderable)
            if screen.query("#next") and self.session.signed_in is None:
                seen.append(lines(self))

    app = Watched(Flow(), {}, lambda _: Detected())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        first, *_, last = seen
    assert any("App Runner" in line for line in first)
    assert [line for line in first if "Costs" not in line] == [
        line for line in last if "Costs" not in line
    ]
