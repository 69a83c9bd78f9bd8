"""A scene in all its looks, taken in one go: it is the start and the way there that take time."""

from dataclasses import dataclass, field

from textual.command import CommandPalette

from screens.themes import THEMES
from tests.screens.colours import contrast, pair, texts
from tests.screens.journey import Journey
from tests.screens.palettes import LEGIBLE, PALETTES
from tests.screens.scenes import Scene
from tests.screens.stage import picture, settled, staged

SIZES = ((80, 24), (120, 40))
SMALL = (60, 20)
"""Nothing has to be beautiful in it, and everything has to be usable; taken in the first look."""
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


ALBUMS: dict[str, Album] = {}


async def album(scene: Scene) -> Album:
    """The scene's album, made on first use; between pictures the terminal and theme change."""
    if scene.name not in ALBUMS:
        ALBUMS[scene.name] = await _make(scene)
    return ALBUMS[scene.name]


async def _make(scene: Scene) -> Album:
    made = Album()
    async with staged(scene.play(), scene.answers, earlier=scene.earlier) as person:
        await scene.walk(person)
        sizes = list(SIZES)
        for name in THEMES:
            person.app.theme = THEMES[name].name
            await person.pilot.pause()
            if isinstance(person.app.screen, CommandPalette):
                # Open already, it would keep its colours: Textual leaves its own screens out.
                person.app.stylesheet.update(person.app.screen, animate=False)
            small = [SMALL] * (name == LOOKS[0])
            for size in [*sizes, *small] if name in LOOKS else sizes[:1]:
                await person.pilot.resize_terminal(*size)
                if name in LOOKS:
                    made.pictures[size, name] = await picture(person)
                else:
                    await settled(person)
                made.pale |= pale(person, name)
            sizes.reverse()  # another theme takes longer than another size
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
