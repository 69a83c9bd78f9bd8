"""The command as a person calls it, in this process: exit code, standard output, standard error."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.support.canaries import shown
from tests.support.deployed import Accounts
from tests.support.lines import Line, lines
from tests.support.standin import REGION
from wizard.cli import main


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
    """`formae-wizard`, on the clock of the test's account."""

    def __init__(self, capsys: pytest.CaptureFixture[str], accounts: Accounts) -> None:
        self._capsys = capsys
        self._accounts = accounts

    def __call__(self, *words: str) -> End:
        """Run it with these words."""
        self._capsys.readouterr()
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

    def deployed(self, *earlier: Mapping[str, str], **flags: str) -> None:
        """Account and home as they are after `apply` with these answers, and any `earlier` before.

        It is done once in a test process, and then put back: for tests that only need to have
        something there. What `apply` says and does on its way is for those that call it.
        """
        wanted = [*earlier, flags]
        with self._accounts.having(*wanted) as made:
            for each in [] if made else wanted:
                end = self.apply(**each)
                assert end.code == 0, end.err


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], accounts: Accounts) -> Command:
    """The command, in the environment that the test's account has."""
    return Command(capsys, accounts)
