"""Formae's version numbers, in their order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.local.formae.cli import CONNECTION, Version, at_least

RISING = [
    "0.9",
    "0.83.3",
    "0.85.0-dev",
    "0.85.0-dev.2",
    "0.85.0-dev.11",
    "0.85.0",
    "0.88.1",
    "0.89.0-dev.5",
    "0.89.0-dev.7",
    "0.89.0-rc.1",
    "0.89.0",
    "v0.89.1",
    "0.100.0",
    "1",
]


def parsed(text: str) -> Version:
    version = Version.parse(text)
    assert version is not None
    return version


@pytest.mark.parametrize(("lower", "higher"), pairwise(RISING))
def test_versions_are_ordered(lower: str, higher: str) -> None:
    assert parsed(lower) < parsed(higher)
    assert not parsed(higher) <= parsed(lower)


@pytest.mark.parametrize(("one", "other"), [("0.89", "0.89.0"), ("v1.0.0", "1"), ("1+a", "1+b")])
def test_other_spellings_are_the_same_version(one: str, other: str) -> None:
    assert parsed(one) == parsed(other)
    assert hash(parsed(one)) == hash(parsed(other))


def test_a_version_is_shown_as_it_was_written() -> None:
    assert str(parsed(" v0.89.0-dev.7\n")) == "0.89.0-dev.7"


@pytest.mark.parametrize(
    "text", ["", "latest", "dev", "1.2.3.4", "1..2", "-1", "\u0663.1", "1.2.3-", "0.88.1 x"]
)
def test_nonsense_is_no_version(text: str) -> None:
    assert Version.parse(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    version = Version.parse(text)
    assert version is None or version == version.parse(str(version))


def test_an_unknown_version_has_nothing_new() -> None:
    assert not at_least(None, CONNECTION)
    assert not at_least(parsed("0.89.0-dev.5"), CONNECTION)
    assert at_least(parsed("0.89.0-dev.6"), CONNECTION)
