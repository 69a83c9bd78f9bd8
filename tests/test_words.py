"""The texts people see use the words of `wizard/ARCHITECTURE.md`, and none that it replaces."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    *ROOT.glob("screens/**/*.py"),
    *(
        path
        for path in ROOT.glob("wizard/**/*.py")
        if path.relative_to(ROOT / "wizard").parts[0] != "standin"  # it speaks as AWS does
    ),
]
TEXTS = ("README.md", "CHANGELOG.md", "screens/DESIGN.md")
PAGES = [
    *(ROOT / name for name in TEXTS),
    *ROOT.glob("assets/docs/*.md"),
    *ROOT.glob("wizard/**/*.sh"),
]
KEPT = {
    "at work",  # values that JSON, saved plans and journals have kept since before
    "is not there",
    "is nothing, or goes with what it is in",
    "known once what it refers to is made",
    "removed and made again",
    "taken away",
    "will be put back",
    "a tag you do not name any more",
    "the record of what was chosen",
    "what the agent itself may do",
    "who may take on the role",
}
"""Texts that are compared or read by programs, and never change."""
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
SENTENCE = re.compile(r"[A-Za-z\u2019\u201d] [A-Za-z\u201c]")
"""What tells a text from a key, a pattern or a name of AWS's."""


def _banned() -> re.Pattern[str]:
    """The right column of the table of words."""
    table = (ROOT / "wizard/ARCHITECTURE.md").read_text("utf-8").partition("## Words that")[2]
    words = [word for _, wrong in ROW.findall(table)[2:] for word in _words(wrong)]
    either = (f"[{word[0].upper()}{word[0]}]{re.escape(word[1:])}" for word in words)
    return re.compile(rf"\b({'|'.join(either)})\b")


def _words(cell: str) -> list[str]:
    """Words of a cell; what is in brackets says of what, and is left to the reader."""
    return [] if "(" in cell else [each.strip() for each in cell.split(",")]


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of a module with their lines: no docstrings, and of f-strings what is written out."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if id(node) in said | parts:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}"
                    for part in node.values
                ),
            )


def test_every_text_uses_the_words_of_the_table() -> None:
    banned, seen = _banned(), 0
    wrong = []
    for path in SOURCES:
        for line, text in _texts(path):
            if not SENTENCE.search(text) or text in KEPT:
                continue
            seen += 1
            found = banned.search(text)
            if found:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: “{found[0]}” in {text[:90]!r}")
    assert not wrong, "\n".join(wrong)
    assert seen > 2000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_page_uses_the_words_of_the_table(page: Path) -> None:
    found = _banned().search(page.read_text("utf-8"))
    assert found is None, found


def test_a_word_of_the_right_column_is_found() -> None:
    banned = _banned()
    for text in (
        "Nobody can be asked.",
        "It goes on.",
        "what stands in the way",
        "Tell a stranger",
    ):
        assert banned.search(text), text
    assert not banned.search("The wizard creates what does not exist.")
