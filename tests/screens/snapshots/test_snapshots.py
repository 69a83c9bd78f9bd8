"""Every screen in its states looks as it did: three sizes, and one of them in light colors.

After a change that is meant: `pytest tests/screens/snapshots --snapshot-update`, then look at the
pictures in `git diff` (a browser shows them). On a difference pytest writes snapshot_report.html.
"""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from tests.screens.scenes import SCENES, Scene
from tests.screens.taking import LOOKS, SIZES, album
from tests.support.tiers import marks

MADE_WITH = "8.2"
"""The Textual the pictures were taken with; another one draws its own widgets in its own way."""
MOST = 3_000_000
"""Bytes of all pictures together, so that a clone stays small."""
FOLDER = Path(__file__).parent / "__snapshots__"

drawn_alike = pytest.mark.skipif(
    not version("textual").startswith(f"{MADE_WITH}."),
    reason=f"the pictures were taken with Textual {MADE_WITH}",
)


class Taken(App[str]):
    """Hands a picture that was taken already to the plugin, which compares and reports it."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self._svg = svg

    def run(self, *_: Any, **__: Any) -> str:
        return self._svg


SIXTH = 6
WHOLE = {scene.name for place, scene in enumerate(SCENES) if not marks(place, SIXTH)}
"""Scenes that the first tier looks at, in every theme; the sample of CI has as many others."""


def _case(place: int, name: str, *look: Any, whole: bool) -> Any:
    """A case on the worker that takes the scene's other pictures."""
    scene = SCENES[place]
    group = [pytest.mark.xdist_group(scene.name), *marks(place, SIXTH)]
    return pytest.param(scene, *look, id=name, marks=group)


CASES = [
    _case(place, f"{scene.name}-{size[0]}x{size[1]}-{look}", size, look, whole=look != LOOKS[0])
    for place, scene in enumerate(SCENES)
    for look in LOOKS
    for size in (SIZES if look == LOOKS[0] else SIZES[:1])
]


@drawn_alike
@pytest.mark.parametrize(("scene", "size", "look"), CASES)
async def test_it_looks_as_it_did(
    scene: Scene, size: tuple[int, int], look: str, snap_compare: Callable[..., bool]
) -> None:
    whole = look != LOOKS[0] or scene.name in WHOLE
    pictures = (await album(scene, whole=whole)).pictures
    assert snap_compare(Taken(pictures[size, look]), terminal_size=size)


@pytest.mark.parametrize(
    ("scene", "whole"),
    [
        _case(place, f"{scene.name}{'' if whole else '-' + LOOKS[0]}", whole, whole=whole)
        for place, scene in enumerate(SCENES)
        for whole in {scene.name in WHOLE, True}
    ],
)
async def test_all_text_can_be_read_in_every_theme(scene: Scene, whole: bool) -> None:
    assert not (await album(scene, whole=whole)).pale


def test_the_pictures_stay_small() -> None:
    assert sum(each.stat().st_size for each in FOLDER.rglob("*.svg")) < MOST


def test_every_picture_belongs_to_a_scene() -> None:
    names = {f"test_it_looks_as_it_did[{each.id}]" for each in CASES}
    assert {each.stem for each in FOLDER.rglob("*.svg")} == names
