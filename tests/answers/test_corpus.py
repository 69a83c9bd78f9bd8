"""The corpus: files people could have written, those that are refused, and what is said of them."""

from pathlib import Path

import pytest

from tests.corpus import CORPUS, FILES, FOLDER
from tests.support.made import answers
from wizard.answers.file import given, load, saved
from wizard.answers.file.loading import loads

REFUSED = sorted(FOLDER.glob("refused/*.toml"))


@pytest.mark.parametrize("name", CORPUS)
def test_every_file_is_read_without_a_word(name: str) -> None:
    loaded = load(str(FILES[name]))
    assert loaded.problems() == []
    assert loaded.notes == ()
    assert answers(loaded.texts).region == loaded.texts["region"]


@pytest.mark.parametrize("name", CORPUS)
def test_saved_and_read_again_it_means_the_same(name: str) -> None:
    first = answers(CORPUS[name])
    text = saved(CORPUS[name])
    again = loads(text, "saved.toml")
    assert again.problems() == []
    assert again.texts.keys() == CORPUS[name].keys(), "only what was answered is an active line"
    assert answers(again.texts) == first
    assert saved(again.texts) == text, "saved twice it is the same text"
    assert loads(saved(given(first)), "given.toml").texts.keys() == CORPUS[name].keys()


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_what_is_refused_is_told_at_once_with_its_lines(path: Path) -> None:
    told = load(str(path)).problems()
    expected = path.with_suffix(".expected").read_text("utf-8").splitlines()
    assert len(told) == len(expected), "\n".join(told)
    for line, start in zip(told, expected, strict=True):
        place = f"{path}:{start}" if start[0].isdigit() else f"{path}: {start}"
        assert line.startswith(place), line
    assert "correct horse" not in "\n".join(told)


def test_the_corpus_has_what_matters() -> None:
    assert {"policy-file", "mirror", "hostile", "existing"} <= CORPUS.keys()
    hostile = "".join(CORPUS["hostile"].values())
    assert all(mark in hostile for mark in ('"', "'", "$(", "`", "\\(", "é", "#", "日本"))
    policy = Path(CORPUS["hostile"]["policy_file"]).read_text("utf-8")
    assert all(mark in policy for mark in ("EOF", "$(", "`", "\\\\(", "${HOME}", "'"))
    assert len(REFUSED) >= 2
