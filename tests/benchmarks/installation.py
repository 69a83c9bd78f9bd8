"""Time and size of an installation from nothing, beside `pip install awscli`, and what weighs most.

Into a new environment with nothing of pip's own kept from before, so the network counts; the size
is that of what pip put there, with the bytecode it makes, and without pip itself.
"""

import shutil
import sys
import venv
from collections.abc import Iterator
from functools import partial
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tests.benchmarks.measured import Missing, Row, Setup, bare, seconds, turns

ROOT = Path(__file__).parents[2]
OURS = {"pip install .": str(ROOT), "pip install '.[demo]'": f"{ROOT}[demo]"}
THEIRS = "awscli"
ROUNDS = 3
"""At most: what is installed does not vary."""
HEAVIEST = 8
TOOLS = {"pip", "setuptools"}


def installed(what: str, place: Path) -> float:
    """Seconds that pip takes for it in a new environment there. Missing without a network."""
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True)
    pip = [str(place / "bin" / "pip"), "install", "--quiet", "--no-cache-dir"]
    try:
        return seconds([*pip, "--disable-pip-version-check", what], bare(str(place)))
    except RuntimeError as error:
        raise Missing(f"{what} could not be installed: {str(error)[-300:]}") from None


def weights(place: Path) -> dict[str, float]:
    """Megabytes on disk of every distribution in an environment, the heaviest first."""
    library = place / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    found = {each.name: _weight(each) for each in distributions(path=[str(library)])}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _weight(found: Distribution) -> float:
    files = {Path(str(found.locate_file(file))) for file in found.files or ()}
    sizes = (-(-file.stat().st_size // 4096) * 4096 for file in files if file.is_file())
    return sum(sizes) / 1e6


def measure(setup: Setup) -> Iterator[Row]:
    """All three in turns; then what the last ones weigh."""
    places = {name: setup.folder / str(at) for at, name in enumerate((*OURS, THEIRS))}
    took = turns(
        min(setup.rounds, ROUNDS),
        {
            name: partial(installed, what, places[name])
            for name, what in {**OURS, THEIRS: THEIRS}.items()
        },
        warm_up=False,
    )
    heavy = {name: weights(place) for name, place in places.items()}
    sizes = {
        name: [sum(size for each, size in found.items() if each not in TOOLS)]
        for name, found in heavy.items()
    }
    against = f"pip install {THEIRS}"
    for name in OURS:
        yield Row(what=name, unit="s", ours=took[name], against=against, theirs=took[THEIRS])
        most = [f"{each} {size:.0f}" for each, size in heavy[name].items() if each not in TOOLS]
        yield Row(
            what=name,
            unit="MB",
            ours=sizes[name],
            against=against,
            theirs=sizes[THEIRS],
            notes=[", ".join(most[:HEAVIEST])],
        )
