"""What people and their files say: read, or told why not, and never an exception."""

import contextlib
import json
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.corpus import ACCOUNT, CORPUS, FILES
from tests.fuzz.examples import LONG, NASTY, bounded, files, json_values, mangled, texts
from tests.support.made import OWN_POLICY, answers, plan
from wizard.answers import checks
from wizard.answers.file.loading import loads
from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS, Detected
from wizard.answers.record import chosen, record
from wizard.answers.resolving import LONGEST, collect
from wizard.base.errors import WizardError
from wizard.documents.edits import check_edit
from wizard.engine import plan_file
from wizard.journal import past
from wizard.local import profiles
from wizard.local.files import Unreadable, read_text

WHOLE = FILES["defaults"].read_text("utf-8")
KEYS = [question.key for question in QUESTIONS]


@bounded
@given(st.one_of(texts, mangled(WHOLE)))
def test_an_answers_file(text: str) -> None:
    loaded = loads(text, "answers.toml")
    for told in loaded.problems():
        assert len(told) < LONG
    collect({Source.FILE: loaded.texts}, Detected())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question(question: object) -> None:
    key = question.key  # type: ignore[attr-defined]
    for text in NASTY:
        found = collect({Source.FLAG: {"region": "eu-west-1", key: text}}, Detected(), ACCOUNT)
        for problem in found.problems:
            assert len(problem.told) < LONGEST * 2, ascii(text[:12])


@bounded
@given(st.dictionaries(st.sampled_from(KEYS), texts, max_size=6))
def test_answers_that_contradict_each_other(said: dict[str, str]) -> None:
    collect({Source.FLAG: said}, Detected(), ACCOUNT)


@bounded
@given(st.dictionaries(texts.map(lambda key: f"formae-wizard:{key}"), texts, max_size=4))
def test_tags_that_somebody_changed(tags: dict[str, str]) -> None:
    ours = {f"formae-wizard:{key}": value for key, value in tags.items()}
    read = chosen({**record(answers(CORPUS["defaults"])), **ours, **tags})
    collect({Source.DEPLOYED: read}, Detected(), ACCOUNT)


@bounded
@given(files, files, st.binary(max_size=60) | json_values.map(lambda it: json.dumps(it).encode()))
def test_aws_files(config: bytes, credentials: bytes, cached: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config").write_bytes(b"[profile a]\nsso_session=s\n" + config)
        (folder / "credentials").write_bytes(credentials)
        cache = folder / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        (cache / "a0f1490a20d0211c997b44bc357e1972deab8ae3.json").write_bytes(cached)
        environment = {
            "HOME": name,
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        }
        with patch.dict("os.environ", environment):
            for each in profiles.profiles():
                assert profiles.profile(each.name)
                profiles.region(each.name)
            profiles.token("sso", "a0f1490a20d0211c997b44bc357e1972deab8ae3")


@bounded
@given(texts | json_values.map(json.dumps) | mangled(OWN_POLICY))
@example('{"a":' * LONG)
@example("[" * LONG)
def test_a_policy(text: str) -> None:
    told = checks.policy_text(text)
    assert told is None or told


@bounded
@given(st.sampled_from(sorted(CORPUS)), texts | mangled(OWN_POLICY))
def test_an_edited_document(name: str, text: str) -> None:
    for document in plan(CORPUS["defaults"]).documents:
        check_edit(document, text)
        check_edit(document, text + "\n" + name)


@bounded
@given(texts, texts)
def test_arns(one: str, other: str) -> None:
    for arn in (one, f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:{one}", f"arn:{one}:{other}"):
        checks.cluster_arn(arn, "eu-west-1", ACCOUNT)
        checks.secret_arn(arn, "eu-west-1", ACCOUNT)
        checks.policy_arns((arn, other), ACCOUNT)


@bounded
@given(st.one_of(files, json_values.map(lambda it: json.dumps(it).encode())))
def test_a_saved_plan(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "plan.json")
        file.write_bytes(data)
        with pytest.raises(WizardError):
            plan_file.load(file)


@bounded
@given(st.dictionaries(st.sampled_from(["answers", "edits", "rows", "made"]), json_values))
def test_a_saved_plan_that_somebody_sealed_anew(members: dict[str, object]) -> None:
    whole = {"what": plan_file.WHAT, "version": plan_file.VERSION, **members}
    text = json.dumps({**whole, "seal": plan_file._seal(whole)})
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "plan.json")
        file.write_text(text)
        with pytest.raises(WizardError):
            plan_file.load(file)


@bounded
@given(st.lists(files | json_values.map(lambda it: json.dumps(it).encode()), max_size=5))
def test_a_journal(lines: list[bytes]) -> None:
    first = b'{"kind":"run","version":1,"verb":"apply","name":"x","region":"r","account":"1"}'
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "20260101T000000Z-x.jsonl")
        for data in (b"\n".join(lines), b"\n".join([first, *lines])):
            file.write_bytes(data)
            past.read(file)


@bounded
@given(files)
def test_any_file(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "file")
        file.write_bytes(data)
        with contextlib.suppress(Unreadable):
            assert read_text(file) is not None
