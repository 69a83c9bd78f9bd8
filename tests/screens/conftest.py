"""Journeys run as fast as the stand-in's time."""

import pytest

from tests.support.standin import SCALE
from wizard.flow import PACE_VARIABLE


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes of AWS in about a second; no colours of the machine's terminal."""
    monkeypatch.setenv(PACE_VARIABLE, str(SCALE))
    monkeypatch.delenv("COLORFGBG", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
