"""The API password in the keychain: kept, used, renewed and removed; and a run goes on without."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import keyring.backend
import pytest

from tests.keychain import backends
from tests.keychain.backends import InAFile
from tests.support.account import secret
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION
from tests.support.tiers import unsampled_tier
from wizard.base.secret import Secret
from wizard.local import keychain
from wizard.local.keychain import Place

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PLACE = Place(ACCOUNT, REGION, "formae")
ENTRY = f"formae-wizard {ACCOUNT}/{REGION}/formae"
WHERE = f"in this machine's keychain: formae-wizard, {PLACE.user}"
DESTROY = ("destroy", "--yes", "--name", "formae", "--region", REGION, "--purge-secrets")
Use = Callable[[str], None]


@pytest.fixture
def use(home: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes keyring use the backend of that name, as the environment tells it to."""

    def chosen(backend: str) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
        found = keyring.core.load_env()
        assert found is not None
        monkeypatch.setattr("keyring.core._keyring_backend", found)  # until this test ends

    return chosen


def ours(name: str) -> str:
    return f"tests.keychain.backends.{name}"


def test_kept_renewed_and_removed(standin: "StandIn", command: Command, use: Use) -> None:
    use(ours("InAFile"))
    end = command.apply(keychain="yes")
    assert end.code == 0, end.err
    assert WHERE in end.out
    first = json.loads(secret("formae-api-creds"))["password"]
    assert InAFile.entries() == {ENTRY: first}
    assert first not in end.out + end.err
    end = command("rotate", "--api-password", "--yes", "--region", REGION)
    assert end.code == 0, end.err
    second = json.loads(secret("formae-api-creds"))["password"]
    assert InAFile.entries() == {ENTRY: second} != {ENTRY: first}
    end = command(*DESTROY)
    assert end.code == 0, end.err
    assert InAFile.entries() == {}
    assert f"{PLACE.user} is removed." in end.out
    assert not keychain.marked(PLACE)


def test_what_it_has_is_used_where_aws_has_none(
    standin: "StandIn", command: Command, use: Use
) -> None:
    use(ours("InAFile"))
    keyring.set_password("formae-wizard", PLACE.user, "of the other day")
    command.deployed(keychain="yes")
    assert json.loads(secret("formae-api-creds"))["password"] == "of the other day"
    keyring.set_password("formae-wizard", PLACE.user, "an old one")
    assert command.apply(keychain="yes").code == 0
    assert json.loads(secret("formae-api-creds"))["password"] == "of the other day", "AWS counts"
    assert InAFile.entries() == {ENTRY: "of the other day"}


@unsampled_tier
def test_one_of_ones_own_is_not_to_be_given_twice(
    standin: "StandIn", command: Command, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(ours("InAFile"))
    standin.fail("secretsmanager", "CreateSecret", "AccessDeniedException", "not today", times=9)
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", "one of my own")
    assert command.apply(keychain="yes").code == 1
    standin.behaviour.faults.clear()
    monkeypatch.delenv("FORMAE_WIZARD_API_PASSWORD")
    assert command.apply(keychain="yes").code == 0
    assert json.loads(secret("formae-api-creds"))["password"] == "one of my own"


def test_nobodys_keychain_is_opened_unasked(standin: "StandIn", home: Path, use: Use) -> None:
    use(ours("InAFile"))
    code = (
        "import sys\nfrom wizard.cli import main\n"
        f"assert main(['apply', '--yes', '--region', {REGION!r}]) == 0\n"
        "print('keyring' in sys.modules)\n"
    )
    end = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert end.returncode == 0, end.stderr
    assert end.stdout.splitlines()[-1] == "False"
    assert InAFile.entries() == {}


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("keyring.backends.fail.Keyring", "there is none on this machine"),
        ("keyring.backends.null.Keyring", "it does not store the password"),
        (ours("Locked"), "it is locked"),
        (ours("Broken"), "it does not work here"),
        (ours("Silent"), "it did not answer within"),
    ],
)
def test_without_one_that_works_it_says_so(
    use: Use, monkeypatch: pytest.MonkeyPatch, backend: str, words: str
) -> None:
    monkeypatch.setattr(keychain, "LIMIT", 0.3 if backend.endswith("Silent") else 30)
    use(backend)
    told = keychain.keep(PLACE, Secret("s3cret-of-mine"))
    assert words in told
    assert "The password is in the secret in AWS" in told
    assert "s3cret" not in told
    assert not keychain.marked(PLACE)
    assert keychain.look(PLACE) is None


def test_a_run_goes_on_without_one(standin: "StandIn", command: Command, use: Use) -> None:
    use(ours("Locked"))
    end = command.apply(keychain="yes")
    assert end.code == 0, end.err
    assert "it is locked" in end.out


def test_one_that_opens_no_more_is_told_when_it_should_forget(use: Use) -> None:
    use(ours("InAFile"))
    assert WHERE in keychain.keep(PLACE, Secret("x"))
    use(ours("Locked"))
    assert "remove it by hand" in keychain.forget(PLACE)
    assert keychain.marked(PLACE)
    use(ours("InAFile"))
    assert "is removed." in keychain.forget(PLACE)


def test_outside_the_tests_a_hash_costs_more() -> None:
    code = "from wizard.local.keychain import Passwords; print(Passwords({}).hashed('api'))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert made.stdout.startswith("$2b$10$")


def test_the_keychains_of_these_tests_are_no_other_tests() -> None:
    found = keyring.backend.get_all_keyring()
    ours = [each for each in found if type(each).__module__ == backends.__name__]
    assert ours
    assert max(each.priority for each in ours) < 0
