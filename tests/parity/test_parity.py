"""The exported script and `apply` leave the same account behind, by the same changing calls, and
over each other's result they change nothing.
"""

import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS
from tests.parity.worlds import (
    HOSTILE,
    PASSWORD,
    REAL_AWS,
    World,
    account,
    of_corpus,
    region_of,
    uneven,
    unlike,
)
from tests.support import made
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import NewAccount
from tests.support.tiers import second_tier, unsampled
from wizard.engine.account.asking import pairs

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

OTHERWISE = (
    *("--scope", "services", "--services", "S3,SQS"),
    *("--protect", "no", "--client-config", "no", "--hide-itself", "no"),
)
"""What the hostile entry has the other way."""
FILE, FOLDER = "deploy.sh", "out/"
"""One script, or one with its documents beside it."""
KILLED_AT = 9
"""After so many changes the hostile script is killed once, and run again."""
OTHERS = [(name, (), FILE) for name in CORPUS if name != HOSTILE] + [(HOSTILE, (), FOLDER)]
SAMPLE = "read-only"
PLAYED = [
    (HOSTILE, (), FILE),
    pytest.param("existing", OTHERWISE, FOLDER, marks=unsampled),
    *(
        pytest.param(*case, marks=second_tier if case[0] == SAMPLE else unsampled)
        for case in OTHERS
    ),
]


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


@pytest.mark.parametrize(("name", "more", "output"), PLAYED)
def test_the_same_calls_and_the_same_account(
    name: str,
    more: tuple[str, ...],
    output: str,
    new_account: NewAccount,
    command: Command,
    tmp_path: Path,
    home: Path,
    quick_aws: QuickAws,
) -> None:
    region = region_of(name)
    standin = new_account()
    password = PASSWORD if name == HOSTILE else ""
    live = World([*of_corpus(name), *more], standin, command, tmp_path, password)
    live.live()
    wanted, left = live.changes(), account(region)
    assert len(wanted) > 10
    again = live.script(aws=quick_aws.folder)
    assert again.returncode == 0, again.stderr
    assert live.changes() == []
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.unlink(missing_ok=True)
    standin = new_account()
    scripted = World([*of_corpus(name), *more], standin, command, tmp_path, password)
    # The unmodified `aws` for the defaults, to prove the other one equal.
    aws = REAL_AWS if name == "defaults" else quick_aws.folder
    file = scripted.export(output=output)
    if name == HOSTILE and output == FILE:
        assert scripted.run(file, aws, KILLED_AT).returncode == -signal.SIGKILL
        (rest,) = tmp_path.glob("tmp.*")  # what nobody can clear away is private
        assert rest.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(rest)
    done = scripted.run(file, aws)
    assert done.returncode == 0, done.stderr
    assert uneven(scripted.changes(), wanted) == []
    assert unlike(account(region), left) == {}
    assert tagged_otherwise(name, standin) == []
    assert not list(home.parent.rglob("evil"))
    assert not Path("evil").exists()
    if config.exists():
        assert config.stat().st_mode & 0o777 == 0o600
    scripted.live()
    assert scripted.changes() == []


def tagged_otherwise(name: str, standin: "StandIn") -> list[str]:
    """What was made without the very tags of the answers, letter by letter."""
    wanted = set(made.answers(CORPUS[name]).tags)
    creations = [call for call in standin.calls if call.operation.startswith("Create")]
    tags = [
        (str(call), set((found if isinstance(found, dict) else pairs(found)).items()))
        for call in creations
        if (found := call.params.get("Tags") or call.params.get("tags"))
    ]
    assert len(tags) > 5
    return [call for call, has in tags if not wanted <= has]
