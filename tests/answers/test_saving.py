"""What is saved is read back the same, whatever people answer; and no secret is ever saved."""

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.plan.test_plan import drafts
from tests.support.made import answers
from tests.support.tiers import tried
from wizard.answers.file import saved, write
from wizard.answers.file.loading import loads
from wizard.answers.file.shapes import secret_key, secret_text, text_of, toml_of, toml_string
from wizard.answers.questions import QUESTIONS, Detected, Question, question

CANARY = "AKIAIOSFODNN7EXAMPLE"
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LIKELY = st.one_of(
    ANYTHING,
    st.sampled_from(["yes", "0", "1.5 ACU", "16.10", "a=b, c = d", "S3,SQS", "1e99", "inf", " x "]),
    st.text("=,\n\"'\\#[]{} .$`(é\0", max_size=12),
)


def meaning(asked: Question, text: str) -> Any:
    """The value; the text itself where it means nothing."""
    try:
        return asked.parse(text)
    except ValueError:
        return text


@given(st.dictionaries(st.sampled_from([each.key for each in QUESTIONS]), LIKELY))
@tried(250)
def test_any_texts_come_back_with_their_meaning(texts: dict[str, str]) -> None:
    written = saved(texts)
    again = loads(written, "saved.toml")
    assert again.complaints == ()
    assert again.texts.keys() == texts.keys() or "left out" in written
    for key, text in again.texts.items():
        if not question(key).names_file:
            assert meaning(question(key), text) == meaning(question(key), texts[key])
    assert saved(again.texts) == saved(loads(saved(again.texts), "again.toml").texts)
    assert written.isascii() or written.encode()
    assert all(line.isprintable() for line in written.splitlines())


@given(drafts())
@tried(100)
def test_any_answers_come_back_the_same(draft: dict[str, str]) -> None:
    try:
        first = answers(draft)
    except ValueError:
        assume(False)
    assert answers(loads(saved(draft), "saved.toml").texts) == first


@given(ANYTHING)
@tried(300)
def test_a_string_is_read_back_exactly_on_one_line(text: str) -> None:
    import tomllib

    written = toml_string(text)
    assert written.isprintable()
    assert tomllib.loads(f"x = {written}") == {"x": text}


HOSTILE_VALUES = st.recursive(
    st.one_of(ANYTHING, st.integers(), st.booleans(), st.decimals()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ANYTHING, inner)),
    max_leaves=6,
)


@given(st.sampled_from(tuple(QUESTIONS)), HOSTILE_VALUES)
@tried(300)
def test_a_value_of_any_type_is_a_text_or_a_sentence(asked: Question, value: Any) -> None:
    try:
        text = text_of(asked, value)
    except ValueError as error:
        told = str(error)
    else:
        told = f"{meaning(asked, text)}."
    assert told.endswith(".")


def test_defaults_are_comments_with_their_reason() -> None:
    text = saved({"region": "eu-west-1"})
    active = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert active == ["version = 1", 'region = "eu-west-1"']
    for asked in QUESTIONS:
        assert asked.ask in text
        assert f"{asked.key} = " in text
    assert (
        "# Default: more than enough for the 100 or so resources the Data API can carry.\n" in text
    )
    assert '# cpu = "1 vCPU"\n' in text
    detected = Detected(region="eu-west-2", region_reason="your\nprofile\x1b[2J = 1")
    told = saved({}, detected)
    assert loads(told, "x").texts == {}
    assert "\x1b" not in told


def test_every_default_taken_in_is_the_same_answer() -> None:
    text = saved({"region": "eu-west-1"})
    everything = "\n".join(
        line.removeprefix("# ") if any(line.startswith(f"# {q.key} = ") for q in QUESTIONS) else ""
        for line in text.splitlines()
    )
    loaded = loads(f'version = 1\nregion = "eu-west-1"\n{everything}', "all.toml")
    assert loaded.problems() == []
    assert loaded.texts.keys() == {each.key for each in QUESTIONS}
    assert answers(loaded.texts) == answers({"region": "eu-west-1"})


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("profile", CANARY),
        ("image_source", "https://me:hunter22@example.com/x"),
        ("tags", f"key={CANARY}"),
        ("tags", "password=hunter22"),
        ("name", "half \udc80"),
    ],
)
def test_what_no_file_may_hold_is_left_out_and_that_is_said(key: str, text: str) -> None:
    written = saved({key: text, "region": "eu-west-1"})
    assert "# This answer was left out. " in written
    assert CANARY not in written
    assert "hunter22" not in written
    assert loads(written, "x").texts == {"region": "eu-west-1"}


@pytest.mark.parametrize(
    "line",
    [
        'api_password = "hunter22"',
        'apiPassword = "hunter22"',
        'db-password = "hunter22"',
        'aws_secret_access_key = "hunter22"',
        f'profile = "{CANARY}"',
        f'tags = {{ owner = "{CANARY}" }}',
        f'policy_arns = ["{CANARY}"]',
        'image_source = "https://me:hunter22@example.com/x"',
        '[tags]\npassword = "hunter22"',
        f'nonsense = "{CANARY}"',
        f'{CANARY} = "x"',
    ],
)
def test_a_secret_in_a_file_is_refused_and_never_repeated(line: str) -> None:
    problems = "\n".join(loads(f"version = 1\n{line}\n", "a.toml").problems())
    assert "looks like a secret" in problems or "This question does not exist" in problems
    assert "hunter22" not in problems
    if not line.startswith(CANARY):
        assert "--api-password-file" in problems
        assert CANARY not in problems


def test_no_question_is_named_like_a_secret_and_no_default_looks_like_one() -> None:
    for asked in QUESTIONS:
        assert not secret_key(asked.key)
        assert not secret_text(asked.default({}, Detected())[0])


def test_it_is_written_for_its_owner_and_what_is_not_ours_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "answers.toml"
    assert write(path, saved({})) is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert write(path, saved({"name": "b"})) is None, "an answers file of ours is written over"
    path.write_text("mine = true\n")
    kept = write(path, saved({}))
    assert kept is not None
    assert kept.read_text() == "mine = true\n"


def test_ten_thousand_characters(tmp_path: Path) -> None:
    long = "x" * 10_000
    loaded = loads(f'version = 1\nname = "{long}"\n{long} = 1\ntags = ["{long}"]\n', "a.toml")
    told = loaded.problems()
    assert len(told) == 3
    assert all(len(line) < 2000 for line in told)
    assert toml_of(question("name"), long) == f'"{long}"'


def test_a_file_is_named_as_seen_from_the_answers(tmp_path: Path) -> None:
    text = 'version = 1\nscope = "file"\npolicy_file = "own.json"\n'
    loaded = loads(text, "a.toml", folder=tmp_path / "x")
    assert loaded.texts["policy_file"] == str(tmp_path / "x" / "own.json")
    home = loads(text.replace("own.json", "~/own.json"), "a.toml", folder=tmp_path)
    assert home.texts["policy_file"] == "~/own.json"
