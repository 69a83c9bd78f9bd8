"""The footer is true, and nothing hangs on a key that some terminal keeps for itself."""

from typing import Any

import pytest
from textual.binding import ActiveBinding
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Button

from screens.palette import ELSEWHERE, MEANINGS, commands
from screens.rail import TOPICS, Rail
from screens.themes import THEMES
from tests.screens.journey import Journey
from tests.screens.play import Play
from tests.screens.scenes import SCENES, Scene
from tests.screens.stage import go, settled, staged
from wizard.answers.questions import Group

VS_CODE = {
    *("ctrl+q", "ctrl+p", "ctrl+e", "ctrl+f", "ctrl+b", "ctrl+j", "ctrl+k", "ctrl+t", "ctrl+w"),
    *("f1", "f3", "f5", "f6", "f10", "f11", "ctrl+tab", "ctrl+pageup", "ctrl+pagedown"),
    *(f"ctrl+{digit}" for digit in range(1, 10)),
}
"""Keys that VS Code's terminal hands to VS Code (terminal.integrated.commandsToSkipShell)."""
BROWSER = {"ctrl+n", "ctrl+t", "ctrl+w"}
"""Keys that no page in a browser gets: CloudShell, Codespaces."""
SWALLOWED = VS_CODE | BROWSER
WALKED = {
    *("first", "database-existing", "protection", "review", "review-blocked", "start"),
    *("progress", "result", "result-failed", "help"),
    *("first-drifted", "deployments", "status", "removal", "gone-stopped"),
}
"""One state of every kind of screen."""
scenes = pytest.mark.parametrize(
    "scene", [each for each in SCENES if each.name in WALKED], ids=lambda scene: scene.name
)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, pace: None) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_PACE", "1e9")


def shown(screen: Screen[Any]) -> dict[str, ActiveBinding]:
    """What stands in the footer, by its key."""
    return {key: each for key, each in screen.active_bindings.items() if each.binding.show}


def seen(person: Journey) -> tuple[Any, ...]:
    """All that a key can change: the screen, its picture, messages, the end, questions to AWS."""
    app, flow = person.app, person.session.flow
    asked = flow.asked if isinstance(flow, Play) else 0
    return app.screen, person.shown, len(app._notifications), app._exit, asked


@scenes
async def test_every_key_in_the_footer_works_now(scene: Scene) -> None:
    rung: list[bool] = []
    waiting: list[str] | None = None
    while waiting is None or waiting:
        async with staged(scene.play(), scene.answers, earlier=scene.earlier) as person:
            await scene.walk(person)
            person.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
            start = person.app.screen
            if waiting is None:
                waiting = list(shown(start))
                arrives_everywhere(start)
            while waiting and person.app.screen is start and waiting[0] in shown(start):
                key = waiting.pop(0)
                active = shown(start)[key]
                assert active.enabled, f"{key} stands in the footer but does nothing"
                before = seen(person), len(rung)
                await person.press(key)
                await settled(person)
                after = seen(person), len(rung)
                assert after != before, f"{key} ({active.binding.description}) changed nothing"
                if start in person.app.screen_stack and person.app.screen is not start:
                    person.app.pop_screen()
                    await settled(person)


def arrives_everywhere(screen: Screen[Any]) -> None:
    """Nothing in the footer hangs on a key alone that a terminal keeps."""
    free: dict[str, set[str]] = {}
    for key, active in screen.active_bindings.items():
        if key not in SWALLOWED:
            free.setdefault(_name(active.binding.action), set()).add(key)
    others = [str(each.label) for each in screen.query(Button) if not each.disabled]
    if "command_palette" in free:
        others += [each.name for each in commands(screen)]
    for key, active in shown(screen).items():
        words = active.binding.description
        found = free.get(_name(active.binding.action), set())
        otherwise = any(each.startswith(words) for each in others)
        assert found or otherwise, f"only {key} does “{words}”"
        name = _name(active.binding.action).partition("(")[0]
        assert name in MEANINGS or name in ELSEWHERE, f"the palette has no words for {name}"


def _name(action: str) -> str:
    return action.rpartition(".")[2]


def test_quitting_and_the_palette_have_keys_that_always_arrive() -> None:
    from screens.app import WizardApp

    keys: dict[str, set[str]] = {}
    for key, binding in WizardApp(Play(), {}, lambda _: None)._bindings:  # type: ignore[arg-type,return-value]
        keys.setdefault(binding.action, set()).add(key)
    assert "ctrl+c" in keys["leave"] - SWALLOWED
    assert "ctrl+o" in keys["command_palette"] - SWALLOWED


async def test_the_palette_has_what_the_footer_has_and_more_in_plain_words() -> None:
    async with staged(Play()) as person:
        await go(person, Group.SIZING)
        screen = person.app.screen
        names = [each.name for each in commands(screen)]
        assert {each.binding.description for each in shown(screen).values()} <= set(names)
        assert {f"Go to: {topic}" for topic in TOPICS} <= set(names)
        assert {f"Colors: {name}" for name in THEMES} <= set(names)
        assert {"Copy the screen", "Help", "Quit"} <= set(names)
        assert len(names) == len(set(names))
        assert all(each.does for each in commands(screen))


async def test_a_command_found_by_what_it_does_is_done() -> None:
    async with staged(Play()) as person:
        await go(person, Group.SIZING)
        await person.press("ctrl+o")
        await person.at(CommandPalette)
        await person.write("orange")
        await person.until(lambda: "safe-dark" in person.shown)
        await person.press("down", "enter")
        await person.until(lambda: "safe" in person.app.theme)
        told = [each.message for each in person.app._notifications]
        assert any("FORMAE_WIZARD_THEME=safe" in each for each in told)


async def test_the_palette_leads_to_a_topic_and_keeps_the_answers() -> None:
    async with staged(Play(), {"name": "mine"}) as person:
        await go(person, Group.SIZING)
        await person.press("ctrl+o")
        await person.at(CommandPalette)
        await person.write("Go to: Adv")
        await person.until(lambda: "Go to: Advanced" in person.shown)
        await person.press("enter")
        await person.until(
            lambda: (
                getattr(person.app.screen, "group", None) is Group.ADVANCED
                and person.app.screen.query(Rail)
            )
        )
        assert person.session.collected.values["name"] == "mine"


async def test_the_screens_text_can_be_copied() -> None:
    async with staged(Play()) as person:
        await go(person, Group.PROTECTION)
        (copying,) = [c for c in commands(person.app.screen) if c.name == "Copy the screen"]
        copying.run()
        assert "Protection" in person.app.clipboard
        assert "Next" not in person.app.clipboard.splitlines()[0]
