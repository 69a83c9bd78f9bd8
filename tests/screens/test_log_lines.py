"""The log's arithmetic: rows, width, findings, and what is dropped when there is too much."""

import pytest

from screens.run import log_view
from screens.run.log_view import LogLines
from wizard.ui.common.progress import StepLine


def line(text: str, kind: str = "news", at: float = 0.0) -> StepLine:
    return StepLine(at, "Step", text, kind)


def test_long_lines_take_several_rows_at_every_width() -> None:
    lines = LogLines(26)
    lines.add([line("x" * 30), line("short"), line("é" * 14 + "漢" * 5)])
    for width in (26, 40, 15, 200):
        lines.lay_out(width, calls=False)
        heights = [len(lines.parts(each)) for each in lines.shown]
        assert lines.rows == sum(heights)
        rows = [lines.at(row) for row in range(lines.rows)]
        assert rows == [(place, part) for place, n in enumerate(heights) for part in range(n)]


def test_calls_are_shown_only_when_asked_for() -> None:
    lines = LogLines(80)
    lines.add([line("a"), line("rds DescribeDBClusters", "call"), line("b")])
    assert lines.text() == "00:00 Step  a\n00:00 Step  b"
    lines.lay_out(80, calls=True)
    assert lines.rows == 3
    lines.add([line("iam GetRole", "call")])
    assert lines.rows == 4
    lines.lay_out(80, calls=False)
    assert lines.text(1) == "00:00 Step  b"


def test_search_goes_round_and_sees_what_comes_later() -> None:
    lines = LogLines(80)
    lines.add([line("Cluster made"), line("other"), line("cluster there")])
    lines.search("CLUSTER")
    assert lines.found == [0, 2]
    lines.add([line("one more cluster"), line("nothing")])
    assert lines.found == [0, 2, 3]
    assert [lines.next_found(place, 1) for place in (0, 2, 3)] == [2, 3, 0]
    assert [lines.next_found(place, -1) for place in (0, 2, 3)] == [3, 0, 2]
    lines.search("")
    assert lines.next_found(0, 1) is None


def test_the_oldest_lines_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_view, "MOST", 10)
    monkeypatch.setattr(log_view, "SLACK", 5)
    lines = LogLines(80)
    lines.search("7")
    for number in range(100):
        kind = "call" if number % 2 == 0 else "news"
        lines.add([line(f"{number}" * (1 + number % 3), kind)])
    assert len(lines._all) <= 15
    assert lines.text().splitlines()[-1].endswith("99")
    assert lines.rows == len(lines.shown)
    assert [lines.shown[place].text for place in lines.found] == ["9797"]
    assert lines.dropped + lines.rows == 50
