"""Takes the README's pictures: `python -m tests.pictures`. A test fails when they are stale.

They are of the demo: its stand-in, the real flow, the real screens, one person's way from the first
page to the run. The stand-in's time is held at one moment of the run: the database instance never
becomes available, so that everything else comes to rest and two takes say the same.
"""

import asyncio
import os
import tempfile
from pathlib import Path

from screens.answers.summary import SummaryScreen
from screens.run.progress import ProgressScreen
from tests.screens.journey import journey
from tests.screens.stage import picture, settled
from wizard.answers.model import Source
from wizard.answers.resolving import from_environment
from wizard.base.events import StepState
from wizard.cli.demo import REGION
from wizard.engine.flow import PACE_VARIABLE
from wizard.standin.durations import DEMO_SCALE, Durations
from wizard.standin.server import StandIn
from wizard.ui.common.progress import MOVING, Progress
from wizard.ui.common.queries import PRICES

FOLDER = Path(__file__).parent.parent / "assets" / "pictures"
SIZE = (110, 34)
NAMES = ("first", "review", "progress")
HELD = Durations(instance_create=1e9)
"""How long the stand-in takes: as the demo's, but for the instance, which takes forever."""
WORLD = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "AWS_REGION": REGION,
    "FORMAE_WIZARD_CLI": "off",
    "FORMAE_WIZARD_THEME": "dark",
    PACE_VARIABLE: str(DEMO_SCALE),
}
"""A terminal that is the same everywhere, and no formae CLI of this machine."""


CERTIFICATES = ("AWS_CA_BUNDLE", "SSL_CERT_FILE")
"""The stand-in's, for the agent it starts. No run here comes that far, and the review would show
a folder of the moment."""
FOREIGN = ("AWS_", "FORMAE_", "XDG_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "NO_COLOR")


async def take() -> tuple[dict[str, str], str]:
    """All pictures as SVG, by name; and the run's whole log, of which one shows the end.

    The environment has to lead to a stand-in with the durations HELD.
    """
    made: dict[str, str] = {}
    draft = {Source.ENVIRONMENT: from_environment(os.environ)}
    async with journey(draft, size=SIZE, demo=True) as person:
        await person.at(SummaryScreen)
        await person.signed_in()
        await person.until(lambda: person.session.seen(PRICES))
        await settled(person)
        made["first"] = await picture(person)
        await person.review()
        made["review"] = await picture(person)
        await person.press("ctrl+s", "s")
        run = await person.at(ProgressScreen)
        await person.until(lambda: at_rest(run._progress), "the moment of the picture")
        run._tree.scroll_home(animate=False)  # it may have followed other steps before
        made["progress"] = await picture(person)
        return made, run._pane.view.lines.text()


def at_rest(progress: Progress) -> bool:
    """Whether only the instance moves, and all that is open waits for it."""
    rows = progress.rows.values()
    waiting = [row for row in rows if row.state is StepState.WAITING]
    return (
        progress.rows["instance"].state is StepState.WAITING_ON_AWS
        and progress.count(MOVING) == 1
        and all(progress.waits_on(row) for row in waiting)
    )


def main() -> None:
    """Take them all."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    standin = StandIn(scale=DEMO_SCALE, durations=HELD, docker=True)
    with tempfile.TemporaryDirectory() as home, standin:
        os.environ.update(standin.environment() | WORLD, HOME=home)
        for name in CERTIFICATES:
            del os.environ[name]
        made, _ = asyncio.run(take())
    for name, svg in made.items():
        (FOLDER / f"{name}.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
