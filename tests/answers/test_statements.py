"""TOML cut into statements: it says what `tomllib` says, with lines, and hides no mistake."""

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tiers import tried
from wizard.answers.file.shapes import toml_string
from wizard.answers.file.statements import items, statements

KEYS = st.sampled_from(["region", "name", "tags", "a", '"q.k"', "'l'", "tags.team", "tags.b"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def multi(text: str) -> str:
    """A text over several lines, between three quotes."""
    return '"""\n' + toml_string(text)[1:-1].replace("\\n", "\n") + '"""'


SCALARS = st.one_of(
    TEXTS.map(toml_string),
    TEXTS.map(multi),
    st.sampled_from(["'it # [is'", "'''\nname = 1\n[x]\n'''", '"""a""""', "true", "2026-11-24"]),
    st.integers(-9, 99).map(str),
    st.sampled_from(["16.10", "1e3", "inf", "nan", "1_0.5"]),
)
ARRAYS = st.lists(SCALARS, max_size=3).map(
    lambda parts: "[\n" + "".join(f"  {part},  # one ]\n" for part in parts) + "]"
)
INLINE = st.lists(SCALARS.filter(lambda text: "\n" not in text), max_size=2).map(
    lambda parts: "{" + ", ".join(f"k{n} = {part}" for n, part in enumerate(parts)) + "}"
)
LINES = st.one_of(
    st.tuples(KEYS, st.one_of(SCALARS, ARRAYS, INLINE)).map(" = ".join),
    st.sampled_from(["", "# a comment [", "[tags]", "[a.b]", "[[x]]", "  ", "[tags] # so"]),
    st.sampled_from(["region = admin", "region", "= 1", 'a = "', "a = [", "x = '''", "]", "\0"]),
)
FILES = st.lists(LINES, max_size=12).map("\n".join)


def plain(value: Any) -> Any:
    """Without what compares unequal to itself."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


@given(FILES, st.sampled_from(["\n", "\r\n"]))
@tried(400)
def test_it_says_what_tomllib_says_and_refuses_what_it_refuses(text: str, end: str) -> None:
    text = text.replace("\n", end)
    found, complaints = items(text)
    try:
        wanted = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        assert complaints
        return
    if "[[" not in text:  # lists of tables; no question has any
        assert complaints == []
        assert plain({key: item.value for key, item in found.items()}) == plain(wanted)
    for item in found.values():
        assert 1 <= item.line <= text.count("\n") + 1


@given(st.text(max_size=300))
@tried(300)
def test_no_text_breaks_it(text: str) -> None:
    _, complaints = items(text)
    for each in complaints:
        assert 1 <= each.line <= text.count("\n") + 2
        assert each.message.endswith(".")


def test_every_key_has_its_line() -> None:
    text = (
        'a = 1\n\n# x\nb = [\n  "1", # [\n  "2"\n]\nc = """\nd = 1\n"""\ntags.x = "1"\n[e]\nf = 2\n'
    )
    found, complaints = items(text)
    assert complaints == []
    assert {key: item.line for key, item in found.items()} == {
        "a": 1,
        "b": 4,
        "c": 8,
        "tags": 11,
        "e": 12,
    }
    assert found["tags"].lines == {"x": 11}
    assert found["e"].lines == {"f": 13}
    assert [line for line, _ in statements(text)] == [1, 4, 8, 11, 12, 13]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('a = "\nb = 1\nc = x\n', [1, 3]),
        ('a = [\n  "x"\nb = 1\nc = ?\n', [1, 4]),
        ('a = """\nb = 1\n', [1]),
        ("a = 1\na = 2\na = 3\n", [2, 3]),
        ("[t]\nx = 1\n[t]\ny = 2\n", [3]),
        ("tags = {a = 1}\ntags.a = 2\n", [2]),
        ("a.b = 1\na.b.c = 2\n", [2]),
        ("x = " + "[" * 5000 + "\n", [1]),
        ("x = " + "9" * 5000 + "\ny = 1 2\n", [1, 2]),
        ("a = {b = 1,\nc = 2}\n", [1, 2]),
        ("\0\n", [1]),
    ],
)
def test_each_mistake_is_told_with_its_line(text: str, lines: list[int]) -> None:
    _, complaints = items(text)
    assert [each.line for each in complaints] == lines, complaints


def test_a_hostile_file_takes_no_time() -> None:
    for text in (
        '"""' * 40_000,
        "'''\"" * 30_000,
        "[" * 120_000,
        "[\n" * 60_000,
        "a=[\n" * 40_000,
        '"\\' * 60_000,
        "a.b" * 40_000,
    ):
        _, complaints = items(text)
        assert complaints
