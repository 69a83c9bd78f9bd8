"""The fold: what the events of a run add up to."""

from screens.progress_draw import layer_lines, layer_sum, overall, step_table
from screens.progress_model import GOOD, MOVING, Progress
from screens.words import clock, usually
from tests.support.made import plan
from wizard.events import Called, LayerMoved, News, State, StepMoved


def moved(step: str, state: State, at: float, status: str = "", note: str = "") -> StepMoved:
    return StepMoved(step=step, state=state, at=at, status=status, note=note)


def folded(*events: StepMoved | News | LayerMoved | Called) -> Progress:
    progress = Progress(plan({"region": "eu-west-1"}))
    for event in events:
        progress.take(event)
    return progress


def test_at_the_start_everything_waits() -> None:
    progress = folded()
    assert {row.state for row in progress.rows.values()} == {State.WAITING}
    assert progress.elapsed(5) == 0
    text, moving = step_table(progress, 0, 80)
    assert "Aurora cluster" in text.plain
    assert moving is None


def test_a_step_from_its_first_look_to_its_end() -> None:
    progress = folded(
        moved("cluster", State.LOOKING, 10),
        moved("cluster", State.WORKING, 12),
        moved("cluster", State.WAITING_ON_AWS, 15, status="creating"),
    )
    row = progress.rows["cluster"]
    assert (row.state, row.status, row.seconds(40)) == (State.WAITING_ON_AWS, "creating", 30)
    progress.take(moved("cluster", State.DONE, 70))
    assert row.seconds(1000) == 60
    assert progress.count(GOOD) == 1
    assert progress.count(MOVING) == 0
    assert progress.elapsed(80) == 70


def test_the_last_note_stays_when_the_step_ends() -> None:
    progress = folded(
        moved("client-config", State.WORKING, 1, note="~/.config written"),
        moved("client-config", State.DONE, 2),
    )
    assert progress.rows["client-config"].note == "~/.config written"


def test_a_step_that_takes_longer_than_usual_says_so() -> None:
    progress = folded(moved("cluster", State.WORKING, 0))
    row = progress.rows["cluster"]
    assert not row.slow(row.usual[1])
    assert row.slow(row.usual[1] + 1)
    assert "slower than usual" in step_table(progress, row.usual[1] + 1, 80)[0].plain


def test_the_log_tells_changes_news_and_calls_but_no_look() -> None:
    progress = folded(
        moved("cluster", State.LOOKING, 1),
        Called(step="cluster", text="rds CreateDBCluster", at=2),
        moved("cluster", State.WORKING, 2),
        moved("cluster", State.WORKING, 3),
        News(step="cluster", text="DB cluster created", at=9),
    )
    assert [(line.kind, line.text, line.at) for line in progress.log] == [
        ("call", "rds CreateDBCluster", 1),
        ("state", "working", 1),
        ("news", "DB cluster created", 8),
    ]


def test_layers_come_and_go_with_the_image() -> None:
    def layer(name: str, phase: str, done: int, total: int) -> LayerMoved:
        return LayerMoved(step="image", layer=name, phase=phase, done=done, total=total, at=1)

    progress = folded(
        moved("image", State.WORKING, 1),
        layer("aaa", "ready", 0, 0),
        layer("bbb", "downloading", 25, 100),
        layer("ccc", "waiting", 0, 0),
    )
    assert [each.name for each in progress.layers_shown] == ["bbb", "ccc", "aaa"]
    assert [each.share for each in progress.layers_shown] == [0.25, None, 1.0]
    assert "25%" in layer_lines(progress, 60, 3).plain
    assert layer_sum(progress) == "1 of 3 layers"
    progress.take(moved("image", State.DONE, 2))
    assert progress.layers_shown == []


def test_the_overall_line() -> None:
    progress = folded(
        moved("cluster", State.WORKING, 0),
        moved("repository", State.DONE, 3),
        moved("access-role", State.FAILED, 4, note="AWS said no"),
    )
    line = overall(progress, 192, stopping=True).plain
    assert line.startswith("1 done · 1 working · ")
    assert "1 failed · 03:12" in line
    assert line.endswith("stopping after the running calls")


def test_no_line_is_wider_than_the_table() -> None:
    note = "a very long note that AWS wrote " * 5
    progress = folded(moved("cluster", State.RETRYING, 0, note=note + "\x1b[2J"))
    for width in (30, 52, 78, 140):
        text, _ = step_table(progress, 99999, width)
        assert "\x1b" not in text.plain
        assert max(len(line) for line in text.plain.splitlines()) <= width


def test_times_in_words() -> None:
    assert [clock(each) for each in (-1, 0, 61.9, 6000)] == ["00:00", "00:00", "01:01", "100:00"]
    assert usually((1, 3)) == "usually 1 to 3 s"
    assert usually((30, 240)) == "usually up to 4 min"
    assert usually((300, 600)) == "usually 5 to 10 min"
