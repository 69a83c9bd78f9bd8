"""The lock files: everything pinned by its hashes, within pyproject's bounds, for every Python."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from itertools import product
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.lock import DEVELOPERS, ROOT, USERS, Pin, pins

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
PLACES = list(product(PYTHONS, SYSTEMS))
EXTRAS = {USERS: ("demo", "login"), DEVELOPERS: ("demo", "login", "dev")}
FILES = pytest.mark.parametrize("path", EXTRAS, ids=lambda path: path.name)


def environment(python: str, system: str) -> dict[str, str]:
    told = {key: str(value) for key, value in default_environment().items()}
    version = {"python_version": python, "python_full_version": f"{python}.1"}
    return {**told, **SYSTEMS[system], **version, "extra": ""}


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]  # type: ignore[no-any-return]


def asked(extras: tuple[str, ...]) -> Iterator[Requirement]:
    """What pyproject asks for."""
    own = [each for extra in extras for each in project()["optional-dependencies"][extra]]
    for text in [*project()["dependencies"], *own]:
        requirement = Requirement(text)
        if requirement.name != project()["name"]:
            yield requirement


def applies(requirement: Requirement, where: dict[str, str], extras: set[str]) -> bool:
    marker = requirement.marker
    return not marker or any(marker.evaluate({**where, "extra": each}) for each in ("", *extras))


def unmet(requirement: Requirement, found: dict[str, Pin]) -> bool:
    pin = found.get(canonicalize_name(requirement.name))
    return pin is None or not requirement.specifier.contains(pin.version, prereleases=True)


@FILES
@pytest.mark.parametrize(("python", "system"), PLACES)
def test_what_pyproject_asks_for_is_there_and_what_that_needs(
    path: Any, python: str, system: str
) -> None:
    """What a package needs is known of those that are installed here in the pinned version."""
    where = environment(python, system)
    chosen = [pin for pin in pins(path) if pin.wanted(where)]
    found = {pin.name: pin for pin in chosen}
    assert len(found) == len(chosen), "two versions of one package"
    wanted = [(each, "pyproject.toml") for each in asked(EXTRAS[path])]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        requirement, by = wanted.pop()
        assert not unmet(requirement, found), f"{by} needs {requirement}"
        pin, extras = found[canonicalize_name(requirement.name)], frozenset(requirement.extras)
        if (pin.name, extras) in seen or not installed(pin):
            continue
        seen.add((pin.name, extras))
        needs = map(Requirement, metadata.requires(pin.name) or ())
        wanted += [(each, pin.name) for each in needs if applies(each, where, set(extras))]
    if (python, system) == ("3.11", "linux"):
        assert len({name for name, _ in seen}) > len(found) // 2, "most of them are looked into"


def installed(pin: Pin) -> bool:
    try:
        return Version(metadata.version(pin.name)) == pin.version
    except metadata.PackageNotFoundError:
        return False


@FILES
def test_every_package_is_known_by_hashes_alone(path: Any) -> None:
    assert all(pin.hashes for pin in pins(path))
    text = path.read_text("utf-8")
    assert not re.search(r"://|\bindex|(?<!require)--(?!hash)|\.org\b|@ ", text), (
        "no place, no option"
    )
    assert "python -m tests.lock" in text.splitlines()[1]


def test_the_users_versions_are_those_that_are_tested() -> None:
    tested = {(pin.name, pin.version) for pin in pins(DEVELOPERS)}
    assert {(pin.name, pin.version) for pin in pins(USERS)} <= tested
