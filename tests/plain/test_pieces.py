"""The parts of the plain lines that need no terminal: folding, paging, choosing, sentences."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.made import plan
from wizard.answers.parsing import pasted, pasted_several
from wizard.answers.questions.lists import Offer
from wizard.base.errors import WizardError
from wizard.base.events import StepMoved, StepState
from wizard.base.text import folded
from wizard.ui.common.console import say
from wizard.ui.common.progress import StepRow
from wizard.ui.plain.questions import taken
from wizard.ui.plain.running import ago, sentence
from wizard.ui.plain.talk import Talk, Terminal, dumb, fitting, pager

OFFERS = (Offer("arn:a", "orders, available"), Offer("arn:b", "empty", "it has no instance"))


class Said:
    """In a conversation's place: keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str = "", indent: str = "") -> None:
        self.lines.append(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), st.integers(20, 200))
def test_folding_breaks_no_word(word: str, width: int) -> None:
    text = f"The ARN is {word} and that is all there is to say about it."
    lines = folded(text, width, "  ")
    assert " ".join(text.split()) == " ".join(" ".join(lines).split())
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)


@given(st.lists(st.text(max_size=300)), st.integers(20, 200), st.integers(1, 100))
def test_a_page_always_goes_on_and_fits(lines: list[str], columns: int, height: int) -> None:
    number = fitting(lines, columns, height)
    assert bool(number) == bool(lines)
    rows = sum(max(1, -(-len(line) // columns)) for line in lines[:number])
    assert number == 1 or rows <= max(5, height - 2)


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ("", []),
        (" \n\n ", []),
        ("\narn:a\r\n", ["arn:a"]),
        ("'arn:a',\n\"arn:b\"\n“arn:c”\n`arn:d`", ["arn:a", "arn:b", "arn:c", "arn:d"]),
        ("it's a 'name'", ["it's a 'name'"]),
    ],
)
def test_a_pasted_text_is_cleaned(raw: str, values: list[str]) -> None:
    assert pasted(raw) == values


def test_several_values_come_apart_at_lines_commas_and_blanks() -> None:
    raw = '["S3",\n "EC2 and VPC", \'RDS\' KMS\tS3]'
    assert pasted_several(raw, {"ec2 and vpc"}.__contains__) == ["S3", "EC2 and VPC", "RDS", "KMS"]


def test_a_line_on_a_terminal_is_folded_unless_it_is_a_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "40")
    words = "The agent's config may be read by whoever may pull the image from the registry."
    command = f"Go on from here: formae-wizard apply --yes {'--name x ' * 6}"
    terminal, file = Tty(), io.StringIO()
    for stream in (terminal, file):
        say(words, stream)
        say(command, stream)
    assert file.getvalue() == f"{words}\n{command}\n"
    *lines, last = terminal.getvalue().splitlines()
    assert last == command
    assert " ".join(lines) == words
    assert all(len(each) < 40 for each in lines)


def test_only_a_pager_that_is_set_and_found_is_used() -> None:
    assert pager({"TERM": "xterm", "PAGER": "cat -n"}) == ["cat", "-n"]
    for environment in (
        {"TERM": "dumb", "PAGER": "cat"},
        {"TERM": "xterm"},
        {"TERM": "xterm", "PAGER": "no-such-pager-here"},
        {"TERM": "xterm", "PAGER": "cat 'unfinished"},
    ):
        assert pager(environment) == []


@pytest.mark.parametrize(("term", "is_dumb"), [("dumb", True), ("", True), ("xterm", False)])
def test_which_terminal_is_dumb(term: str, is_dumb: bool) -> None:
    assert dumb({"TERM": term}) is is_dumb
    assert dumb({})


@pytest.mark.parametrize(
    ("text", "closed", "answer", "said"),
    [
        ("1", False, "arn:a", ""),
        ("ORDERS", False, "arn:a", ""),
        ("arn:a", False, "arn:a", ""),
        ("2", False, None, "empty cannot be used: it has no instance."),
        ("7", False, None, "Line 7 does not exist"),
        ("ord", False, None, "  1. orders, available"),
        ("arn:other", False, "arn:other", ""),
        ("arn:other", True, None, "is not in the list"),
    ],
)
def test_what_a_typed_text_means(text: str, closed: bool, answer: str | None, said: str) -> None:
    talk = Said()
    assert taken(_talk(talk), OFFERS, text, closed=closed) == answer
    assert said in "\n".join(talk.lines)
    assert bool(said) == bool(talk.lines)


def _talk(said: Said) -> Talk:
    talk: Talk = object.__new__(Talk)
    talk.say = said.say  # type: ignore[method-assign]
    return talk


@pytest.mark.parametrize(
    ("typed", "sure", "said"),
    [
        ("yes", True, ""),
        ("", False, ""),
        ("no", False, ""),
        ("y", False, "Taken as no: it takes the whole word yes."),
        ("ja", False, "Taken as no: it takes the whole word yes."),
    ],
)
def test_what_is_almost_a_yes_is_told_to_be_none(typed: str, sure: bool, said: str) -> None:
    lines = Said()
    talk = _talk(lines)
    talk.terminal = object.__new__(Terminal)
    talk.terminal.line = lambda prompt: typed  # type: ignore[method-assign]
    assert talk.sure("Start?") is sure
    assert "\n".join(lines.lines) == said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (60, "1 minute"), (125.9, "2 minutes 5 seconds")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_every_state_is_a_sentence_with_the_title_first() -> None:
    row = StepRow(plan({}).step("instance"))
    problem = WizardError("AWS refused.", "No quota.", "Ask for more.")
    for state in StepState:
        event = StepMoved(step="instance", state=state, at=1.0, problem=problem)
        words = sentence(row, event)
        assert words.startswith("Aurora instance: ")
        assert words.endswith(".")
    failed = StepMoved(step="instance", state=StepState.FAILED, at=1.0, problem=problem)
    assert "AWS refused. Why: No quota. What to do: Ask for more." in sentence(row, failed)
    gone = StepMoved(step="instance", state=StepState.DONE, at=1.0, note="removed")
    assert sentence(row, gone) == "Aurora instance: removed."
    strange = StepMoved(step="instance", state=StepState.WAITING_ON_AWS, at=1.0, status="odd-state")
    assert "AWS says “odd-state”" in sentence(row, strange, "; usually long")
