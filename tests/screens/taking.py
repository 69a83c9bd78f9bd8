"""A scene in all its looks, taken in one go: it is the start and the way there that take time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.command import CommandPalette

from screens.themes import THEMES
from tests.screens.colours import contrast, pair, texts
from tests.screens.journey import Journey
from tests.screens.palettes import LEGIBLE, PALETTES
from tests.screens.scenes import Scene
from tests.screens.stage import picture, settled, staged

SIZES = ((80, 24), (120, 40), (60, 20))
"""In the last, nothing has to be beautiful and everything usable. Other looks have the first."""
LOOKS = ("dark", "light")
TERMINAL = "terminal"
"""The theme whose colours are the terminal's own; measured in the palettes terminals come with."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of any size."""
Look = tuple[tuple[int, int], str]


@dataclass
class Album:
    """What a scene looks like."""

    pictures: dict[Look, str] = field(default_factory=dict)
    pale: set[tuple[str, str, str]] = field(default_factory=set)
    """Texts that can hardly be read: theme, text, contrast."""


ALBUMS: dict[tuple[str, bool], Album] = {}


async def album(scene: Scene, *, whole: bool) -> Album:
    """The scene's album, made on first use; between pictures the terminal and theme change.

    Unless it is `whole` it is in the first look only.
    """
    if (scene.name, whole) not in ALBUMS:
        ALBUMS[scene.name, whole] = await _make(scene, list(THEMES) if whole else [LOOKS[0]])
    return ALBUMS[scene.name, whole]


async def _make(scene: Scene, themes: Sequence[str]) -> Album:
    made = Album()
    async with staged(scene.play(), scene.answers, earlier=scene.earlier) as person:
        await scene.walk(person)
        for name in themes:
            person.app.theme = THEMES[name].name
            await person.pilot.pause()
            if isinstance(person.app.screen, CommandPalette):
                # Open already, it would keep its colours: Textual leaves its own screens out.
                person.app.stylesheet.update(person.app.screen, animate=False)
            for size in SIZES if name == LOOKS[0] else SIZES[:1]:
                await person.pilot.resize_terminal(*size)
                if name in LOOKS:
                    made.pictures[size, name] = await picture(person)
                else:
                    await settled(person)
                made.pale |= pale(person, name)
    return made


def pale(person: Journey, theme: str) -> set[tuple[str, str, str]]:
    """The screen's texts that can hardly be read."""
    if theme == TERMINAL:
        return _pale_in_a_terminal(person)
    found = set()
    for segment in texts(person):
        drawn = pair(segment)
        ratio = contrast(*drawn) if drawn else 0.0
        if ratio < LEAST_CONTRAST:
            found.add((theme, segment.text.strip(), f"{ratio:.2f}"))
    return found


def _pale_in_a_terminal(person: Journey) -> set[tuple[str, str, str]]:
    return {
        (palette.name, segment.text.strip(), f"{ratio:.2f}")
        for segment in texts(person)
        for palette in PALETTES
        if (ratio := contrast(*palette.pair(segment))) < LEGIBLE
    }
