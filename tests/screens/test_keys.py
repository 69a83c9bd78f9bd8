"""The footer is true, and nothing hangs on a key that some terminal keeps for itself."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import ActiveBinding, Binding
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Button

import screens
from screens.dialogs import Dialog, Help
from screens.frame import TOPICS, Rail
from screens.keys import MEANT, TABLE, Meaning, action_name, helped
from screens.palette import ELSEWHERE, MEANINGS, commands
from screens.themes import THEMES
from tests.screens.journey import Journey
from tests.screens.play import Play
from tests.screens.scenes import SCENES, Scene
from tests.screens.stage import go, settled, staged
from tests.support.tiers import second_tier, unsampled
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
FIRST = {"review"}
SAMPLED = {"progress", "deployments"}
"""Of most kinds of screens one; the rest is for the whole second tier."""
walked = pytest.mark.parametrize(
    "scene",
    [
        pytest.param(
            each,
            id=each.name,
            marks=[] if each.name in FIRST else second_tier if each.name in SAMPLED else unsampled,
        )
        for each in SCENES
        if each.name in WALKED
    ],
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


@walked
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


def bound() -> Iterator[tuple[type[DOMNode], Binding]]:
    """Every key that a screen or a widget of ours binds."""
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    waiting: list[type[DOMNode]] = [DOMNode]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("screens."):
            for binding in Binding.make_bindings(vars(kind).get("BINDINGS", ())):
                yield kind, binding


def test_a_key_means_one_thing_on_all_screens() -> None:
    listed = [key for meaning in TABLE for key in meaning.keys]
    assert len(listed) == len(set(listed)), "a key stands in the table twice"
    strange = {
        (kind.__name__, binding.key, binding.action)
        for kind, binding in bound()
        if binding.key not in MEANT or action_name(binding.action) not in MEANT[binding.key].actions
    }
    assert not strange, "keys of a meaning that the table does not have"
    used = {binding.key for _, binding in bound()}
    inherited = {"tab", "shift+tab", "home", "end", "ctrl+p"}
    assert set(listed) - used <= inherited, "keys of the table that nobody binds"


@walked
async def test_the_help_lists_what_works_here_and_now(scene: Scene) -> None:
    async with staged(scene.play(), scene.answers, earlier=scene.earlier) as person:
        await scene.walk(person)
        screen = person.app.screen
        if isinstance(screen, Help):
            return
        active = screen.active_bindings
        listed = dict(helped(person.app, active))
        for key, each in shown(screen).items():
            if each.enabled and key in MEANT:
                display = person.app.get_key_display(each.binding)
                (words,) = [words for keys, words in listed.items() if display in keys.split()]
                assert words in {each.binding.description, MEANT[key].words}
        for display, meaning in zip(listed, told(active), strict=True):
            assert len(display.split()) <= len(meaning.keys)
        for key in ("ctrl+n", "f2"):
            works = key in active and active[key].enabled
            display = person.app.get_key_display(Binding(key, ""))
            assert works is any(display in keys.split() for keys in listed)
        await person.press("f1")
        for words in listed.values():
            assert words in person.said


def told(active: dict[str, ActiveBinding]) -> list[Meaning]:
    """The meanings whose keys work now, read from the live bindings by another way."""
    return [
        meaning
        for meaning in TABLE
        if any(
            active[key].enabled and action_name(active[key].binding.action) in meaning.actions
            for key in meaning.keys
            if key in active
        )
    ]


async def test_the_footer_and_the_button_say_the_same_of_the_way_on() -> None:
    async with staged(Play(), {"name": "No good name"}) as person:
        person.session.led = False
        for group, words in ((Group.ADVANCED, "Go to ✗"), (Group.SIZING, "Done")):
            await go(person, group)
            screen = person.app.screen
            assert shown(screen)["ctrl+n"].binding.description == words
            assert str(screen.query_one("#next", Button).label) == words
        person.session.led = True
        person.app.show_session()
        assert shown(person.app.screen)["ctrl+n"].binding.description == "Next"
        assert str(person.app.screen.query_one("#next", Button).label).startswith("Next: ")


async def test_help_in_a_dialog_stays_in_it() -> None:
    async with staged(Play()) as person:
        await person.press("ctrl+c")
        dialog = await person.at(Dialog)
        await person.press("f1")
        assert person.app.screen is dialog
        assert "s               Stay" in person.said
        assert "l               Quit" in person.said
        await person.press("f1")
        assert "Stay\n" not in person.said


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
