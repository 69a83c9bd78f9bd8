"""The fold: what the events of a run add up to."""

from screens.run.progress_draw import (
    beyond,
    detail,
    layer_line,
    layer_sum,
    left_words,
    overall,
    state_words,
    tree,
)
from screens.words import clock
from tests.support.made import plan
from wizard.base.errors import WizardError
from wizard.base.events import Called, LayerMoved, News, StepMoved, StepState
from wizard.ui.common.progress import GOOD, MOVING, Progress


def moved(step: str, state: StepState, at: float, status: str = "", note: str = "") -> StepMoved:
    return StepMoved(step=step, state=state, at=at, status=status, note=note)


def folded(*events: StepMoved | News | LayerMoved | Called) -> Progress:
    progress = Progress(plan({"region": "eu-west-1"}))
    for event in events:
        progress.take(event)
    return progress


def drawn(progress: Progress, now: float, width: int = 80, *, layers: bool = False) -> str:
    return "\n".join(line.content.plain for line in tree(progress, now, width, layers=layers))


def test_at_the_start_everything_waits() -> None:
    progress = folded()
    assert {row.state for row in progress.rows.values()} == {StepState.WAITING}
    assert progress.elapsed(5) == 0
    assert "Aurora cluster" in drawn(progress, 0)
    assert "Aurora instance" in drawn(progress, 0)
    assert state_words(progress, progress.rows["instance"], 0) == "waiting on Aurora cluster"


def test_a_step_from_its_first_look_to_its_end() -> None:
    progress = folded(
        moved("cluster", StepState.LOOKING, 10),
        moved("cluster", StepState.WORKING, 12),
        moved("cluster", StepState.WAITING_ON_AWS, 15, status="creating"),
    )
    row = progress.rows["cluster"]
    assert (row.state, row.status, row.seconds(40)) == (StepState.WAITING_ON_AWS, "creating", 30)
    progress.take(moved("cluster", StepState.DONE, 70))
    assert row.seconds(1000) == 60
    assert progress.count(GOOD) == 1
    assert progress.count(MOVING) == 0
    assert progress.elapsed(80) == 70


def test_the_last_note_stays_when_the_step_ends() -> None:
    progress = folded(
        moved("client-config", StepState.WORKING, 1, note="~/.config written"),
        moved("client-config", StepState.DONE, 2),
    )
    assert progress.rows["client-config"].note == "~/.config written"


def test_a_step_that_takes_longer_than_usual_says_so() -> None:
    progress = folded(moved("instance", StepState.WORKING, 0))
    row = progress.rows["instance"]
    usual = row.plan_step.usual[1]
    assert "slower" not in state_words(progress, row, usual)
    assert state_words(progress, row, usual + 10) == "slower than usual · working"
    assert "slower than usual" in drawn(progress, usual + 10)


def test_a_retry_counts_down_and_says_why() -> None:
    note = "retrying in 8 s: IAM is slow"
    retrying = StepMoved(step="service", state=StepState.RETRYING, at=100, note=note, retry_in=8)
    progress = folded(retrying)
    row = progress.rows["service"]
    assert state_words(progress, row, 102, 30) == "retrying in 6 s: IAM is slow"
    assert state_words(progress, row, 120, 30) == "retrying in 0 s: IAM is slow"
    progress.take(moved("service", StepState.WORKING, 109))
    assert "retrying" not in state_words(progress, row, 110)


def test_a_failure_stays_open_with_awss_words() -> None:
    problem = WizardError("Access role: AWS refused it.", "AWS says: no.", "Ask for it.")
    failed = StepMoved(
        step="access-role", state=StepState.FAILED, at=4, note=problem.what, problem=problem
    )
    progress = folded(moved("access-role", StepState.WORKING, 1), failed)
    assert "    Access role: AWS refused it. AWS says: no. Ask for it." in drawn(progress, 9, 100)
    assert "failed: Access role: AWS refused it.: AWS says: no." in progress.log[-1].text
    row = progress.rows["access-role"]
    told = detail(progress, row, 9, 60, beyond(progress, row, "mine")).plain
    assert "AWS says: no. Ask for it." in told
    assert "aws iam create-role --role-name" in told
    assert "--profile mine" in told
    assert "console.aws.amazon.com/iam" in told


def test_detail_has_awss_own_lines() -> None:
    progress = folded(News(step="service", text="pulling\x1b[2J the image", at=1))
    told = detail(progress, progress.rows["service"], 9, 60).plain
    assert "AWS's messages\npulling the image" in told
    assert "usually 2 to 6 minutes" in told


def test_the_log_tells_changes_news_and_calls_but_no_look() -> None:
    progress = folded(
        moved("cluster", StepState.LOOKING, 1),
        Called(step="cluster", text="rds CreateDBCluster", at=2),
        moved("cluster", StepState.WORKING, 2),
        moved("cluster", StepState.WORKING, 3),
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
        moved("image", StepState.WORKING, 1),
        layer("aaa", "ready", 0, 0),
        layer("bbb", "downloading", 25, 100),
        layer("ccc", "waiting", 0, 0),
    )
    assert [each.name for each in progress.layers_shown] == ["bbb", "ccc", "aaa"]
    assert [each.share for each in progress.layers_shown] == [0.25, None, 1.0]
    assert "25%" in layer_line(progress.layers_shown[0], 60).plain
    assert layer_sum(progress) == "██░░░░░░ 1 of 3 layers"
    assert "1 of 3 layers" in drawn(progress, 1, 100)
    assert "bbb" not in drawn(progress, 1)
    assert "bbb" in drawn(progress, 1, layers=True)
    progress.take(moved("image", StepState.DONE, 2))
    assert progress.layers_shown == []


def test_the_overall_line() -> None:
    progress = folded(
        moved("cluster", StepState.WORKING, 0), moved("repository", StepState.DONE, 3)
    )
    number = len(progress.rows)
    line = overall(progress, 12).plain
    assert f"1 of {number} done · 1 working · 00:12 · " in line
    assert line.endswith("min left")
    progress.take(moved("access-role", StepState.FAILED, 4, note="AWS said no"))
    line = overall(progress, 192, "stopping after the running calls").plain
    assert line.endswith("03:12 · 1 failed · stopping after the running calls")


def test_what_is_left_is_a_range() -> None:
    assert [left_words(*each) for each in ((0, 0), (3, 40), (20, 200), (250, 700))] == [
        "",
        "up to 40 s left",
        "up to 4 min left",
        "4 to 12 min left",
    ]


def test_no_line_is_wider_than_the_table() -> None:
    note = "a very long note that AWS wrote " * 5
    progress = folded(
        moved("cluster", StepState.RETRYING, 0, note=note + "\x1b[2J"),
        moved("access-role", StepState.FAILED, 0, note=note),
    )
    for width in (30, 52, 78, 140):
        text = drawn(progress, 9999, width)
        assert "\x1b" not in text
        assert max(len(line) for line in text.splitlines()) <= width


def test_times_in_words() -> None:
    assert [clock(each) for each in (-1, 0, 61.9, 6000)] == ["00:00", "00:00", "01:01", "100:00"]
