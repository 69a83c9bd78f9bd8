"""A terminal without habits of its own."""

import pytest


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colours of the machine's terminal, and nothing that moves by itself: the app's own way."""
    monkeypatch.delenv("COLORFGBG", raising=False)
    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
