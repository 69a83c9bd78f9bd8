"""JSON lines: every type as the schema says, foreign text that stays text, ends that are told."""

import io
import json
from typing import Any

import pytest

from tests.corpus import CORPUS
from tests.support.lines import Line, line, lines, problems, schema
from tests.support.made import plan
from wizard.base.errors import ExitCode, WizardError, exit_table
from wizard.base.events import Called, LayerMoved, News, StepMoved, StepState
from wizard.base.secret import known
from wizard.cli.json_lines import Lines
from wizard.local.clock import Clock

PROBLEM = WizardError("It broke.", "Because.", "Mend it.", ExitCode.NOT_READY)


class Broken(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def written(say: Any) -> list[Line]:
    """What a writer writes when it is made to say something."""
    stream = io.StringIO()
    say(Lines("apply", stream, Clock()))
    return lines(stream.getvalue())


def everything(writer: Lines) -> None:
    writer.start(name="formae", region="eu-west-1", account="123456789012")
    heard = writer.sink(plan(CORPUS["defaults"]))
    heard(StepMoved(step="cluster", state=StepState.RETRYING, at=1, retry_in=float("nan")))
    heard(StepMoved(step="cluster", state=StepState.FAILED, at=1, problem=PROBLEM))
    heard(News(step="service", text="hello", at=1))
    heard(LayerMoved(step="image", layer="abc", phase="pushed", done=1, total=2, at=1))
    heard(Called(step="service", text="apprunner CreateService", at=1))
    writer.problem(PROBLEM, step="cluster")
    writer.warning(PROBLEM)
    writer.finding("cluster", "Aurora cluster", "there", "as wanted", arn="arn:x", ports=["1", "2"])
    writer.result(ExitCode.FAILED, url="", changed=["cluster"], seconds=1.5)
    writer.result(ExitCode.OK, told="twice")


def test_every_type_is_as_the_schema_says() -> None:
    found = written(everything)
    kinds = [each["type"] for each in found]
    assert kinds[0] == "start"
    assert kinds[-1] == "result"
    assert {"step", "news", "layer", "call", "problem", "finding"} <= set(kinds)
    times = [each["at"] for each in found]
    assert times == sorted(times)
    assert found[1]["retry_in"] is None, "what is no number is null"


def test_the_end_is_told_once() -> None:
    ends = [each for each in written(everything) if each["type"] == "result"]
    assert [(each["code"], each["data"]["changed"]) for each in ends] == [(1, ["cluster"])]


def test_foreign_text_stays_text() -> None:
    nasty = '\x1b]0;x\x07"}\n{"type":"result"}\u2028\ud800\x9b'
    stream = io.StringIO()
    Lines("apply", stream, Clock()).problem(WizardError(nasty))
    text = stream.getvalue()
    assert text.isascii()
    assert text.count("\n") == 1
    assert text.strip("\n").isprintable()
    assert json.loads(text)["what"] == nasty


def test_what_the_person_typed_is_hidden() -> None:
    secret = 'pass "word" \\ of mine'
    known(secret)
    (found,) = written(
        lambda writer: writer.finding("x", secret, "s", json.dumps(secret), inner=[secret])
    )
    assert "of mine" not in json.dumps(found)
    assert "••••" in found["title"]


def test_a_reader_who_has_gone_does_not_end_the_run() -> None:
    writer = Lines("apply", Broken(), Clock())
    everything(writer)
    assert writer.broken


@pytest.mark.parametrize(
    ("raised", "code"),
    [(PROBLEM, 3), (KeyboardInterrupt(), 130), (ZeroDivisionError("x"), 1)],
    ids=["problem", "Ctrl-C", "mistake"],
)
def test_what_is_raised_is_told_as_the_last_line(raised: BaseException, code: int) -> None:
    stream = io.StringIO()
    writer = Lines("plan", stream, Clock())
    expected = KeyboardInterrupt if isinstance(raised, KeyboardInterrupt) else WizardError
    with pytest.raises(expected), writer.ending():
        raise raised
    found = lines(stream.getvalue())
    assert (found[-1]["type"], found[-1]["code"]) == ("result", code)
    assert [each["type"] for each in found[:-1]] == ["problem"] * (code != 130)


def test_codes_and_states_of_the_schema_are_the_programs() -> None:
    defined = schema()["$defs"]
    assert defined["exitCode"]["enum"] == [int(code) for code in ExitCode]
    assert set(defined["state"]["enum"]) == {state.value for state in StepState}
    for code in ExitCode:
        assert f"  {code:<4d} {code.words}\n" in exit_table()


def test_the_checker_refuses() -> None:
    rule = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert problems({"a": 1}, rule) == []
    assert problems({"a": True}, rule)
    assert problems({}, rule)
    assert problems({"a": 1, "b": 2}, {**rule, "additionalProperties": False})
    with pytest.raises(KeyError):
        problems("x", {"maxLength": 9})
    for text in ('{"a":NaN}', '{"a":1,"a":2}', '{"version":1,"type":"row","at":0}'):
        with pytest.raises(AssertionError):
            line(text)
