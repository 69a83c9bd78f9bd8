"""No password is shown or written anywhere but in its places."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS
from tests.support.account import secret
from tests.support.command import Command
from tests.support.made import answers, plan
from wizard.errors import AwsError, WizardError
from wizard.flow import Flow
from wizard.passwords import LENGTH, Passwords
from wizard.readings.preview import text_of
from wizard.tools import ClientConfig

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "canary-Pa55word-7f3e"


def files_with(text: str, *folders: Path) -> Iterator[Path]:
    """Files below these folders that hold a text."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and text.encode() in path.read_bytes():
                yield path


def test_a_run_shows_no_password(
    standin: "StandIn",
    command: Command,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    end = command.apply()
    assert end.code == 0, end.err
    database = json.loads(secret("formae-db-creds"))["password"]
    for word in (CANARY, database):
        assert word not in end.out + end.err
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert list(files_with(CANARY, home)) == [config]
    assert list(files_with(database, home, tmp_path)) == []
    sent = [str(call) for call in standin.calls if CANARY in json.dumps(call.params, default=str)]
    assert sent == ["secretsmanager:CreateSecret"], "the config gets the hash only"


def test_a_failing_run_shows_no_password(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    standin.fail("secretsmanager", "CreateSecret", "InvalidParameterException", "no more", times=9)
    end = command.apply()
    assert end.code == 1
    assert CANARY not in end.out + end.err


def test_nothing_that_holds_a_password_prints_it() -> None:
    config = ClientConfig(
        name="x", activate=True, version="", url="https://x", username="u", password=CANARY
    )
    holders = (config, Passwords({"api": CANARY}), Flow({"api": CANARY}))
    for holder in holders:
        assert CANARY not in repr(holder)
        assert CANARY not in str(holder)


def test_generated_passwords_are_long_different_and_remembered() -> None:
    passwords = Passwords()
    assert len(passwords.clear("a")) == LENGTH
    assert passwords.clear("a") == passwords.clear("a") != passwords.clear("b")
    assert passwords.hashed("a") == passwords.hashed("a")
    assert passwords.clear("a").isalnum()


@pytest.mark.parametrize("name", CORPUS)
def test_no_plan_or_document_holds_a_secret(name: str) -> None:
    made = plan(CORPUS[name])
    texts = [repr(made), *(text_of(document, made) for document in made.documents)]
    for text in texts:
        assert "$2b$1" not in text.replace("$2b$12$••••••••", "")
    assert "password" not in repr(answers(CORPUS[name])).lower().replace("passwords", "")


def test_errors_hold_only_what_aws_said() -> None:
    assert str(AwsError("s", "O", "Code", "message")) == "Code: message"
    assert str(WizardError("What.", "", "Fix.")) == "What. Fix."
