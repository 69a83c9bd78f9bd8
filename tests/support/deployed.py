"""Deployed accounts, made once in a test process and put back wherever a test needs one."""

import contextlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wizard.standin.kept import Kept
    from wizard.standin.server import StandIn

OURS = ("AWS_", "FORMAE_", "XDG_", "DOCKER_")
"""Beginnings of the names of variables that a run reads."""


@dataclass(frozen=True)
class Place:
    """An account with the home folder that belongs to it."""

    account: "Kept"
    home: bytes
    """A tar archive."""


@dataclass
class Accounts:
    """All that were made; `standin` is set by the test that has an account."""

    places: dict[str, Place] = field(default_factory=dict)
    standin: "StandIn | None" = None

    @contextlib.contextmanager
    def having(self, *answers: Mapping[str, str]) -> Iterator[bool]:
        """Within it runs with these answers are due, unless True is given: then they are done.

        Whatever the test has prepared is heeded: its run is then its own, and not kept.
        """
        standin, key = self.standin, repr([sorted(each.items()) for each in answers])
        if standin is None or not _plain(standin):
            yield False
        elif (place := self.places.get(key)) and _put_back(standin, place):
            yield True
        else:
            yield False
            with contextlib.suppress(ValueError):
                self.places[key] = Place(standin.keep(), pack(_home()))


def _plain(standin: "StandIn") -> bool:
    """Whether account, home and environment are such as every test has them at first."""
    from tests.support.account import changing
    from wizard.standin.dataapi.catalogue import CatalogueOnly
    from wizard.standin.durations import BRIEF
    from wizard.standin.front import Behaviour

    world = standin.world
    usual = {*standin.environment(), "AWS_EC2_METADATA_DISABLED", "FORMAE_WIZARD_RELEASES"}
    return (
        world.clock.jumps is not None
        and world.durations == BRIEF
        and isinstance(world.databases, CatalogueOnly)
        and not (world.registry or world.limits or world.managed or world.failing_deletions)
        and standin.behaviour == Behaviour()
        and not any(map(changing, standin.calls))
        and not list(_home().iterdir())
        and not [name for name in os.environ if name.startswith(OURS) and name not in usual]
    )


def _put_back(standin: "StandIn", place: Place) -> bool:
    try:
        standin.put_back(place.account)
    except OSError:
        return False
    unpack(place.home, _home())
    return True


def pack(folder: Path) -> bytes:
    """All that a folder holds, for `unpack`."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        archive.add(folder, arcname=".")
    return written.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Put into a folder what `pack` took."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        # What `filter="fully_trusted"` says, which Python's tarfile knows from 3.11.4 on.
        archive.extraction_filter = lambda member, _folder: member
        archive.extractall(folder)


def _home() -> Path:
    return Path(os.environ["HOME"])


ACCOUNTS = Accounts()
"""Those of this process."""


@pytest.fixture(scope="session")
def accounts() -> Accounts:
    """Those of this process."""
    return ACCOUNTS
