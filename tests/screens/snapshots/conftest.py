"""A terminal that is the same on every machine, in which time stands still."""

import pytest

STANDSTILL = "1e9"
"""Real seconds in a second of a run: its clock never moves on by itself."""


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, pace: None) -> None:
    """No colours, theme or size of the machine's own terminal; no clock."""
    for name in ("NO_COLOR", "COLORFGBG", "FORMAE_WIZARD_THEME", "COLUMNS", "LINES", "TZ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("FORMAE_WIZARD_CLI", "off")
    monkeypatch.setenv("FORMAE_WIZARD_PACE", STANDSTILL)
