"""The line below every screen: the keys that work now, as many as there is room for.

One widget that draws one line. Textual's own footer is a widget for each key, made anew whenever
the focus moves, which takes longer than a key may; and what does not fit, it cuts off unsaid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

KEY, WORDS = "bold $footer-key-foreground", "$footer-description-foreground"
MORE = "^o", "More"
"""Where there is no room for all: the palette has every one of them."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, as it is written, and what it does now."""

    key: str
    shown: str
    words: str

    @property
    def cells(self) -> int:
        """Its width, with the space behind it."""
        return self.drawn().cell_length + 1

    def drawn(self) -> Content:
        """Key and words."""
        return Content.assemble((self.shown, KEY), (f" {self.words}", WORDS))


def fitting(hints: Sequence[Hint], last: int, width: int) -> list[Hint]:
    """The hints there is room for: the `last` ones always, of the others the first."""
    if sum(each.cells for each in hints) <= width:
        return list(hints)
    end = [Hint("ctrl+o", *MORE), *hints[len(hints) - last :]]
    room = width - sum(each.cells for each in end)
    kept: list[Hint] = []
    for each in hints[: len(hints) - last]:
        room -= each.cells
        if room < 0:
            break
        kept.append(each)
    return kept + end


class Keys(Widget):
    """The keys of the screen that have words. A click presses one."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    Keys {
        dock: bottom; height: 1; text-wrap: nowrap;
        color: $footer-foreground; background: $footer-background;
    }
    """

    def __init__(self, last: Sequence[str] = ()) -> None:
        """`last` are the keys of every screen, which come last and stay when there is no room."""
        super().__init__()
        self._last = frozenset(last)
        self._hints: list[Hint] = []

    def on_mount(self) -> None:
        """Follow what works."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen.app.app_focus and self.is_attached and self.hints != self._hints:
            self.refresh()

    @property
    def hints(self) -> list[Hint]:
        """Every key that works now and has words, also where there is no room for it."""
        found: dict[str, Hint] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in found:
                display = self.app.get_key_display(binding)
                found[binding.action] = Hint(binding.key, display, binding.description)
        return list(found.values())

    @property
    def shown(self) -> list[Hint]:
        """What there is room for."""
        last = sum(each.key in self._last for each in self._hints)
        return fitting(self._hints, last, self.size.width + 1)

    def render(self) -> Content:
        """The line."""
        self._hints = self.hints
        return Content(" ").join(each.drawn() for each in self.shown)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        event.stop()
        end = 0
        for each in self.shown:
            end += each.cells
            if event.x < end:
                self.app.simulate_key(each.key)
                return
