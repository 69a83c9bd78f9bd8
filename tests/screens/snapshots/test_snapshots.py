"""Every screen in its states looks as it did: two sizes, dark and light.

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
from tests.screens.taking import LOOKS, SIZES, SMALL, album

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


def _case(scene: Scene, name: str, *look: Any) -> Any:
    """A case on the worker that takes the scene's other pictures."""
    return pytest.param(scene, *look, id=name, marks=pytest.mark.xdist_group(scene.name))


CASES = [
    _case(scene, f"{scene.name}-{size[0]}x{size[1]}-{look}", size, look)
    for scene in SCENES
    for look in LOOKS
    for size in (*SIZES, *[SMALL] * (look == LOOKS[0]))
]


@drawn_alike
@pytest.mark.parametrize(("scene", "size", "look"), CASES)
async def test_it_looks_as_it_did(
    scene: Scene, size: tuple[int, int], look: str, snap_compare: Callable[..., bool]
) -> None:
    pictures = (await album(scene)).pictures
    assert snap_compare(Taken(pictures[size, look]), terminal_size=size)


@pytest.mark.parametrize("scene", [_case(scene, scene.name) for scene in SCENES])
async def test_all_text_can_be_read_in_every_theme(scene: Scene) -> None:
    assert not (await album(scene)).pale


def test_the_pictures_stay_small() -> None:
    assert sum(each.stat().st_size for each in FOLDER.rglob("*.svg")) < MOST


def test_every_picture_belongs_to_a_scene() -> None:
    names = {f"test_it_looks_as_it_did[{each.id}]" for each in CASES}
    assert {each.stem for each in FOLDER.rglob("*.svg")} == names
