"""No password is shown or written anywhere but in its places."""

import base64
import copy
import dataclasses
import io
import json
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from tests.corpus import CORPUS
from tests.support.account import secret
from tests.support.command import Command
from tests.support.made import answers, plan
from tests.support.standin import REGION
from wizard.base.errors import AwsError, WizardError
from wizard.base.secret import Secret, hide, known
from wizard.engine.flow import Flow
from wizard.local.formae.config import ClientConfig
from wizard.local.keychain import ALPHABET, LENGTH, Passwords
from wizard.plan.placeholders import text_of
from wizard.ui.common.console import tell

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
        name="x", activate=True, version="", url="https://x", username="u", password=Secret(CANARY)
    )
    holders = (config, Passwords({"api": Secret(CANARY)}), Flow({"api": Secret(CANARY)}))
    for holder in holders:
        assert CANARY not in repr(holder)
        assert CANARY not in str(holder)


def test_generated_passwords_are_long_different_and_remembered() -> None:
    passwords = Passwords()
    assert len(passwords.clear("a").reveal()) == LENGTH
    assert passwords.clear("a") == passwords.clear("a") != passwords.clear("b")
    assert passwords.hashed("a") == passwords.hashed("a")
    assert passwords.clear("a").reveal().isalnum()


@pytest.mark.parametrize("name", CORPUS)
def test_no_plan_or_document_holds_a_secret(name: str) -> None:
    made = plan(CORPUS[name])
    texts = [repr(made), *(text_of(document, made) for document in made.documents)]
    for text in texts:
        assert "$2b$1" not in text.replace("$2b$12$••••••••", "")
    chosen = dataclasses.replace(answers(CORPUS[name]), given={})  # its reasons are sentences
    assert "password" not in repr(chosen).lower().replace("passwords", "")


def test_errors_hold_only_what_aws_said() -> None:
    assert str(AwsError("s", "O", "Code", "message")) == "Code: message"
    assert str(WizardError("What.", "", "Fix.")) == "What. Fix."


@dataclasses.dataclass
class Holder:
    secret: Secret


def test_a_secret_is_given_away_by_nothing_but_reveal() -> None:
    secret = Secret(CANARY)
    holder = Holder(secret)
    told = [repr(secret), str(secret), f"{secret:>9}", f"{secret} {secret!r}", repr(holder)]
    told += [str(dataclasses.asdict(holder)), repr(copy.deepcopy(holder)), repr([secret])]
    told += [json.dumps({"x": secret}, default=str), repr(vars(Passwords({"api": Secret(CANARY)})))]
    told += traceback.format_exception(ValueError(secret))
    assert CANARY not in "".join(told)
    for write in (json.dumps, pickle.dumps):
        with pytest.raises(TypeError):
            write(secret)
    assert secret.reveal() == CANARY
    assert secret == Secret(CANARY) != Secret("another-one")


HARD = 'pä"ss\\w/ö+rd & more'


@pytest.mark.parametrize("password", [CANARY, HARD])
def test_what_is_known_is_hidden_in_every_form(password: str) -> None:
    forms = [password, json.dumps(password), quote(password, safe=""), quote_plus(password)]
    forms.append(base64.b64encode(password.encode()).decode())
    text = " | ".join(forms)
    assert hide(text) == text
    known(password)
    assert not [form for form in forms if form.strip('"=') in hide(text)]
    stream = io.StringIO()
    tell(WizardError(f"AWS says {forms[1]}", forms[0], forms[4]), stream)
    assert not [form for form in forms if form.strip('"=') in stream.getvalue()]


def test_what_is_still_being_typed_is_not_printed_and_hides_no_words() -> None:
    secret = Secret.typed("formae-wizard")
    assert "formae" not in f"{secret} {secret!r}"
    assert hide("formae-wizard apply") == "formae-wizard apply"
    assert secret.taken() is secret
    assert hide("formae-wizard apply") == "•••••••• apply"


def test_short_texts_are_no_secrets() -> None:
    known("yes")
    assert hide("yes") == "yes"


def test_a_generated_password_is_in_no_sink(standin: "StandIn", command: Command) -> None:
    """Whoever repeats it: here AWS does, in a refusal and in a line of its log."""
    seen: list[str] = []
    create = Passwords.clear

    def spied(self: Passwords, name: str) -> Secret:
        made = create(self, name)
        seen.append(made.reveal())
        standin.fail("rds", "CreateDBCluster", "InvalidParameterValue", f"no {seen[-1]} !", times=1)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Passwords, "clear", spied)
        end = command("apply", "--yes", "--json", "--region", REGION)
    assert end.code == 1
    assert "no •••••••• !" in end.err
    assert seen
    texts = [end.out, end.err, *(path.read_text() for path in Path.home().rglob("*.log"))]
    assert not [word for word in seen for text in texts if word in text]


@pytest.mark.parametrize("name", ["api", "db"])
def test_generated_passwords_keep_within_the_services_rules(name: str) -> None:
    """190 bits; RDS: 8 to 41 printable, none of / @ " and space; bcrypt: 72 bytes at most."""
    made = {Passwords().clear(name).reveal() for _ in range(200)}
    assert len(made) == 200
    for each in made:
        assert 8 <= len(each) <= 41
        assert len(each.encode()) <= 72
        assert not set(each) & set("/@\" '\\$`")
    assert len({letter for each in made for letter in each}) == len(ALPHABET)
