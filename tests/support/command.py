"""The command as a person calls it, in this process: exit code, standard output, standard error."""

import os
from dataclasses import dataclass

import pytest

from tests.support.canaries import shown
from tests.support.lines import Line, lines
from tests.support.standin import REGION, SCALE
from wizard.cli import main
from wizard.flow import PACE_VARIABLE


@dataclass(frozen=True)
class End:
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Line]:
        """The JSON lines on standard output, each valid; AssertionError for anything else."""
        return lines(self.out)


class Command:
    """`formae-wizard`, waiting as fast as the stand-in's time runs."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> End:
        """Run it with these words."""
        self._capsys.readouterr()
        os.environ[PACE_VARIABLE] = str(SCALE)
        try:
            code = main(list(words))
        except SystemExit as end:  # argparse's own refusals
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        assert not shown(out + err), "a password is told"
        return End(code, out, err)

    def apply(self, **flags: str) -> End:
        """`formae-wizard apply --yes` with these answers."""
        words = [
            word
            for key, value in {"region": REGION, **flags}.items()
            for word in ("--" + key.replace("_", "-"), value)
        ]
        return self("apply", "--yes", *words)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command; its pace is undone after the test."""
    monkeypatch.setenv(PACE_VARIABLE, str(SCALE))
    return Command(capsys)
