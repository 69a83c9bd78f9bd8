"""Progress lines: one for each change that matters, nothing that could steer a terminal."""

import io

from tests.corpus import CORPUS
from tests.support.made import plan
from wizard.base.errors import WizardError
from wizard.base.events import Event, LayerMoved, News, StepMoved, StepState
from wizard.base.text import clean
from wizard.ui.common.console import Console, tell


def lines(*events: Event) -> list[str]:
    """What these events make the console write."""
    stream = io.StringIO()
    console = Console(plan(CORPUS["defaults"]), stream)
    for event in events:
        console(event)
    return stream.getvalue().splitlines()


def moved(at: float, state: StepState, status: str = "") -> StepMoved:
    return StepMoved(step="instance", state=state, at=at, status=status)


def test_a_state_is_told_once() -> None:
    told = lines(
        moved(0, StepState.LOOKING),
        moved(1, StepState.WAITING_ON_AWS, "creating"),
        moved(2, StepState.WAITING_ON_AWS, "creating"),
        moved(75, StepState.DONE),
    )
    assert [line.split("  ")[0] for line in told] == ["00:01", "01:15"]
    assert told[0].endswith("waiting on AWS: creating")


def test_a_reader_who_has_gone_does_not_end_the_run() -> None:
    stream = io.StringIO()
    console = Console(plan(CORPUS["defaults"]), stream)
    stream.close()
    console(moved(0, StepState.WORKING))


def test_a_layer_is_told_once_for_each_phase() -> None:
    def layer(phase: str, done: int) -> LayerMoved:
        return LayerMoved(step="image", layer="abc", phase=phase, done=done, total=10**6, at=0)

    told = lines(layer("downloading", 1), layer("downloading", 2), layer("pushed", 3))
    assert len(told) == 2


def test_text_from_elsewhere_cannot_steer_the_terminal() -> None:
    (told,) = lines(News(step="service", text="\x1b]0;owned\x07\x1b[2J\nnext", at=0))
    assert told.isprintable()
    assert clean("a\r\nb\x85c") == "a / bc"
    assert clean("a\x9b31mb\x1b]52;c;eA==\x07c\u202ed\ud800\x1b") == "abcd"
    assert clean("\x1b]0;half a title") == "0;half a title"


def test_a_problem_is_what_why_and_what_to_do() -> None:
    stream = io.StringIO()
    tell(WizardError("It broke.", "Because.", "Mend it."), stream)
    assert stream.getvalue() == "✗ It broke.\n  Why: Because.\n  What to do: Mend it.\n"
