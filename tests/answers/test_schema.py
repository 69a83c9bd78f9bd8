"""The schema for editors: fresh, true of every file of the corpus, and the verb that prints it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import FILES, FOLDER
from tests.support.command import Command
from tests.support.lines import problems
from wizard.answers.file import saved
from wizard.answers.file.loading import loads
from wizard.answers.file.saving import schema, schema_text
from wizard.answers.questions import QUESTIONS

ASSET = Path(__file__).parents[2] / "assets" / "answers.schema.json"


def test_the_shipped_schema_is_fresh() -> None:
    assert ASSET.read_text("utf-8") == schema_text(), (
        "write it anew: python -m wizard answers --schema > assets/answers.schema.json"
    )


def test_it_knows_every_question_in_its_own_words() -> None:
    known: dict[str, Any] = schema()["properties"]
    assert known.keys() == {"version", *(each.key for each in QUESTIONS)}
    for asked in QUESTIONS:
        assert known[asked.key]["title"] == asked.ask
        assert known[asked.key]["description"] == asked.why
        if "default" in known[asked.key]:
            assert problems(known[asked.key]["default"], known[asked.key]) == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_corpus_is_valid(name: str) -> None:
    said = tomllib.loads(FILES[name].read_text("utf-8"))
    assert problems(said, schema()) == []
    again = tomllib.loads(saved(loads(FILES[name].read_text("utf-8"), name).texts))
    assert problems(again, schema()) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("regoin = 1", "$: regoin is not known"),
        ("region = 1", "$.region"),
        ("protect = 1", "$.protect"),
        ('scope = "all"', "$.scope"),
        ('scope = "services"\nservices = ["IAM"]', "$.services"),
        ("tags = { a = [] }", "$.tags"),
        ("memory = true", "$.memory"),
    ],
)
def test_it_refuses_what_the_wizard_refuses(line: str, told: str) -> None:
    text = f"version = 1\n{line}\n"
    assert any(each.startswith(told) for each in problems(tomllib.loads(text), schema()))
    assert loads(text, "a.toml").problems()
    assert problems({}, schema()) == ["$: version is missing"]


def test_the_verb_prints_a_file_that_means_nothing_but_defaults(command: Command) -> None:
    end = command("answers")
    assert end.code == 0
    assert end.err == ""
    loaded = loads(end.out, "out.toml")
    assert loaded.problems() == []
    assert loaded.texts == {}
    assert json.loads(command("answers", "--schema").out) == schema()


def test_the_verb_fills_in_what_was_given(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_NAME", "prod")
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    old = tmp_path / "old.toml"
    old.write_text('version = 1\ncpu = 2\nname = "old"\n')
    out = tmp_path / "new.toml"
    words = ("answers", "--answers", str(old), "--protect", "no", "--output", str(out))
    end = command(*words)
    assert end.code == 0
    assert end.out == ""
    assert f"Written: {out}" in end.err
    assert loads(out.read_text(), "new.toml").texts == {
        "cpu": "2 vCPU",
        "name": "prod",
        "protect": "no",
    }
    assert '# region = "eu-west-2"' in out.read_text(), "what AWS's tools are told is a default"
    assert command("answers", "--name", "A").code == 2


def test_the_verb_checks_files(command: Command, tmp_path: Path) -> None:
    end = command("answers", "--check", *map(str, FILES.values()))
    assert end.code == 0, end.err
    assert end.out.count("no errors") == len(FILES)
    refused = sorted(FOLDER.glob("refused/*.toml"))
    end = command("answers", "--check", *map(str, refused), str(FILES["large"]))
    assert end.code == 2
    expected = sum(
        len(path.with_suffix(".expected").read_text("utf-8").splitlines()) for path in refused
    )
    assert end.err.count("✗ ") == expected
    assert end.out.count("no errors") == 1
    gone = command("answers", "--check", str(tmp_path / "gone.toml"))
    assert gone.code == 2
    assert "No such file" in gone.err
    assert command("answers", "--check", "x", "--schema").code == 2
