"""Takes the README's pictures: `python -m tests.pictures`. A test fails when they are stale.

Each is a scene of the screens' tests, drawn by Textual itself: the real screens on an account and a
run that are written down, so that two takes are alike.
"""

import asyncio
import html
import os
import re
import tempfile
from pathlib import Path

from tests.screens.scenes import SCENES
from tests.screens.stage import picture, staged

FOLDER = Path(__file__).parent.parent / "assets" / "pictures"
SIZE = (110, 34)
NAMES = ("first", "review", "progress")
"""The scenes of which there is a picture."""
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
"""A terminal that is the same everywhere."""
WORLD = {"FORMAE_WIZARD_PACE": "1e9", "FORMAE_WIZARD_CLI": "off", "FORMAE_WIZARD_THEME": "dark"}
"""A run's clock stands still, and no formae CLI of this machine is looked for."""


async def take(name: str) -> str:
    """One picture, as SVG."""
    (scene,) = (each for each in SCENES if each.name == name)
    async with staged(scene.play(), scene.answers, SIZE) as person:
        await scene.walk(person)
        return await picture(person)


def words(svg: str) -> list[str]:
    """What can be read in a picture, from above to below; colours and places do not count."""
    texts = re.findall(r"<text [^>]*>(.*?)</text>", svg, re.DOTALL)
    return html.unescape(" ".join(texts)).split()


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_", "XDG_"))]:
            del os.environ[name]
        os.environ.pop("NO_COLOR", None)
        os.environ.update(TERMINAL | WORLD, HOME=home)
        for name in NAMES:
            (FOLDER / f"{name}.svg").write_text(asyncio.run(take(name)), "utf-8")


if __name__ == "__main__":
    main()
