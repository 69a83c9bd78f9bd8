"""`--ask-password`: typed twice in a terminal, never shown, and the terminal is as before."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.parity.worlds import environment
from tests.script.texts import text
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.terminal import Terminal, terminal

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "canary 4711 \"\\' $HOME `id`"
Ask = Callable[[], AbstractContextManager[Terminal]]


@pytest.fixture
def ask(standin: "StandIn", tmp_path: Path, quick_aws: QuickAws) -> Ask:
    """The script asks for the password; AWS refuses whoever comes further."""
    need("docker", package="docker-cli")
    standin.behaviour.expired = True
    script, rest = tmp_path / "deploy.sh", tmp_path / "rest"
    script.write_text(text("defaults"), "utf-8")
    rest.mkdir()
    given = {**environment(quick_aws.folder), "TMPDIR": str(rest)}
    words = [str(script), "--ask-password"]

    @contextmanager
    def asking() -> Iterator[Terminal]:
        with terminal(words, given, program=(need("bash", package="bash"),)) as shown:
            shown.until("Password for the API (12 to 72 bytes):")
            assert not shown.echoes
            yield shown
            assert "canary" not in shown.shown
            assert list(rest.iterdir()) == []

    return asking


def test_the_same_twice_and_it_goes_on(ask: Ask, standin: "StandIn") -> None:
    with ask() as shown:
        shown.press(CANARY, "enter")
        shown.until("The same again:")
        assert standin.calls == [], "nothing before it is known"
        shown.press(CANARY, "enter")
        assert shown.wait() == 3
        assert "AWS refused it" in shown.shown
        assert "Sign in to AWS again" in shown.shown
        assert len(standin.calls) == 1


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (CANARY, f"{CANARY}!", "The two passwords differ."),
        ("canary", "canary", "The password has 6 bytes; it must have 12 to 72."),
    ],
    ids=["different", "short"],
)
def test_what_cannot_be_used_is_told(
    ask: Ask, standin: "StandIn", first: str, second: str, told: str
) -> None:
    with ask() as shown:
        shown.press(first, "enter")
        shown.until("The same again:")
        shown.press(second, "enter")
        assert shown.wait() == 3
        assert told in shown.shown
        assert "Nothing was created." in shown.shown
        assert standin.calls == []


def test_stopped_while_asking_the_terminal_shows_again_what_is_typed(ask: Ask) -> None:
    with ask() as shown:
        shown.until(lambda: shown.waits_in("head"))
        shown.press("canary", "ctrl+c")
        shown.until("Nothing was created.")
        shown.until(lambda: shown.echoes)
        assert shown.wait() == 130
