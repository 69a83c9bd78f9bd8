"""Pkl string literals, against the real pkl."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pkl import evaluate
from wizard.base.text import literal_value, pkl_string

HOSTILE = [
    "",
    'a"b',
    "back\\slash\\",
    "\\(1+1)",
    "\\\\(1+1)",
    "\\u{41}",
    "line\nline\r\nline\ttab",
    '"""',
    '#"x"#',
    "// /* } {",
    "${IFS} $x `y`",
    "ünïcödé ✓ \U0001d518 \U0010ffff",
    "\x00\x07\x1b[31m\x7f\x85",
    "\u2028\u2029\ufeff",
    "'single'",
]


def theme(literal: str) -> object:
    return evaluate(f'amends "formae:/Config.pkl"\ncli {{ theme = {literal} }}')["cli"]["theme"]


@pytest.mark.parametrize("text", HOSTILE)
def test_pkl_reads_back_what_was_meant(text: str) -> None:
    assert theme(pkl_string(text)) == text


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_pkl_reads_back_any_text(text: str) -> None:
    assert theme(pkl_string(text)) == text


@given(st.text(st.characters()))
def test_we_read_back_any_text(text: str) -> None:
    literal = pkl_string(text)
    assert literal_value(literal) == text
    assert literal.encode()
    assert literal.isprintable() or not text.isprintable()
    assert "\n" not in literal


def test_half_a_character_is_written_as_a_number() -> None:
    assert pkl_string("a\ud800b") == '"a\\u{d800}b"'
    assert isinstance(theme(pkl_string("a\ud800b")), str)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"a"', "a"),
        (r'"\n\r\t\\\"\u{e9}"', '\n\r\t\\"é'),
        (r'#"a\n"b"#', r'a\n"b'),
        ('""', ""),
        ('##""##', ""),
    ],
)
def test_literals_of_other_people_are_read(literal: str, value: str) -> None:
    assert literal_value(literal) == value
    assert theme(literal) == value


@pytest.mark.parametrize(
    "literal", [r'"a\(b)"', r'#"a\#(b)"#', '"""\n  a\n  """', r'"\q"', r'"\u{110000}"']
)
def test_literals_that_only_pkl_can_read_are_not_guessed(literal: str) -> None:
    assert literal_value(literal) is None
