"""The README shows the program as it is."""

import re
from pathlib import Path

import pytest

from tests.pictures import FOLDER, NAMES, TERMINAL, WORLD, take, words

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
async def test_the_picture_is_not_stale(
    name: str, monkeypatch: pytest.MonkeyPatch, pace: None
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for variable, text in (TERMINAL | WORLD).items():
        monkeypatch.setenv(variable, text)
    there = words((FOLDER / f"{name}.svg").read_text("utf-8"))
    assert there == words(await take(name)), "python -m tests.pictures takes them anew"


def test_every_picture_is_shown_and_every_shown_one_is_taken() -> None:
    shown = set(re.findall(r"assets/pictures/(\w+)\.svg", README))
    assert shown == set(NAMES) == {each.stem for each in FOLDER.glob("*.svg")}
