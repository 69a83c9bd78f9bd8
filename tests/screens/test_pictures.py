"""The README and its pages show the program as it is.

Text by text, not byte by byte: how long a run took and which thread was first differ from take to
take. `tests/screens/alike.py` says what is put away for that, and why.
"""

import re
from pathlib import Path

import pytest

from tests.pictures import CERTIFICATES, FOLDER, HELD, NAMES, WORLD, take
from tests.screens.alike import alike, parted
from tests.support.standin import NewAccount
from tests.support.tiers import unsampled_tier

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "assets" / "docs").glob("*.md"))]
STALE = "python -m tests.pictures takes them anew"


@unsampled_tier
async def test_no_picture_is_stale(
    new_account: NewAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(durations=HELD)
    for name in ("NO_COLOR", *CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
    for name, text in WORLD.items():
        monkeypatch.setenv(name, text)
    made, log = await take()
    assert set(made) == set(NAMES)
    for name, svg in made.items():
        there, lines = parted((FOLDER / f"{name}.svg").read_text("utf-8"))
        taken, more = parted(svg)
        assert there == taken, f"{name}.svg: {STALE}"
        assert len(lines) == len(more)
        strange = [line for line in lines if line not in alike(log)]
        assert not strange, f"{name}.svg: {STALE}"


def test_a_stale_picture_is_told() -> None:
    svg = (FOLDER / "progress.svg").read_text("utf-8")
    said, lines = parted(svg)
    assert any("14 of 22 done" in row for row in said)
    assert len(lines) > 5
    assert parted(svg.replace("Aurora", "Oracle"))[0] != said
    assert parted(re.sub(r"\d\d:\d\d", "12:34", svg)) == (said, lines)


def test_every_picture_is_shown_and_every_shown_one_is_taken() -> None:
    shown = set(
        re.findall(r"pictures/(\w+)\.svg", "".join(each.read_text("utf-8") for each in PAGES))
    )
    assert shown == set(NAMES) == {each.stem for each in FOLDER.glob("*.svg")}


def test_no_picture_was_taken_of_a_mistake_in_the_program() -> None:
    scenes = Path(__file__).parent.joinpath("snapshots", "__snapshots__").rglob("*.svg")
    for picture in (*FOLDER.glob("*.svg"), *scenes):
        assert not re.search(r"/formae-wizard-\w+\.txt", picture.read_text("utf-8")), picture
