"""Another password: asked for by two dialogs, and its end told by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.background import in_background
from screens.dialogs import Answer, Dialog
from screens.frame import WizardScreen
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.text import clean
from wizard.engine.job import End
from wizard.engine.rotate.job import rotate_job
from wizard.engine.rotate.run import Rotation, Wish, prepare
from wizard.ui.common.rotation import headline, rotation_lines

if TYPE_CHECKING:
    from screens.app import WizardApp

ASK = (
    "A new one is generated and kept beside the old one in the secret until it is proven to work. "
    "The API password is also written to the formae CLI's config."
)
WISHES = {
    "api": Wish(api=True),
    "database": Wish(database=True),
    "both": Wish(api=True, database=True),
}
ANSWERS = (
    Answer("no", "Cancel", "n"),
    Answer("api", "API password", "a"),
    Answer("database", "Database password", "d"),
    Answer("both", "Both", "b"),
)
UNTOUCHED = "Nothing was changed: every password is as it was."
SURE = (Answer("no", "Cancel", "l"), Answer("yes", "Go ahead", "g"))


def ask_to_rotate(screen: WizardScreen, place: Answers) -> None:
    """Ask which password, show what would be done, and begin once the person agrees."""

    def chosen(name: str | None) -> None:
        if name in WISHES:
            wish, flow = WISHES[name], screen.session.flow
            screen.notify(f"Checking the passwords of {place.name} …", markup=False)
            in_background(screen, lambda: prepare(flow, place, wish), shown(wish))

    def shown(wish: Wish) -> Callable[[Rotation | WizardError], None]:
        def show(found: Rotation | WizardError) -> None:
            trouble = [found] if isinstance(found, WizardError) else list(found.problems)
            if isinstance(found, WizardError) or trouble or found.nothing:
                told = str(trouble[0]) if trouble else "This is already the API password."
                screen.notify(told, severity="warning", timeout=30, markup=False)
                return
            screen.app.push_screen(
                Dialog(f"Rotate in {place.region}?", _plan(found), SURE),
                lambda sure: _begin(screen, found, wish) if sure == "yes" else None,
            )

        return show

    screen.app.push_screen(Dialog(f"New password for {place.name}", ASK, ANSWERS), chosen)


def _plan(rotation: Rotation) -> str:
    rows = [f"{row.action.symbol} {clean(row.title)}" for row in rotation.rows]
    doubts = [clean(f"! {each.what} {each.why}") for each in rotation.warnings]
    return "\n".join([*rows, *(f"\n{each}" for each in doubts)])


def _begin(screen: WizardScreen, rotation: Rotation, wish: Wish) -> None:
    screen.wizard.follow(rotate_job(screen.session.flow, rotation, wish))


def tell_end(app: WizardApp, ended: End | WizardError) -> None:
    """The last dialog, over the run: what works now, or why it could not begin."""
    if isinstance(ended, WizardError):
        title, paragraphs = "✗ It could not start", [clean(str(ended)), UNTOUCHED]
    else:
        title, paragraphs = headline(ended), list(rotation_lines(ended))
    first = (Answer("first", "First page", "f"),)
    app.push_screen(Dialog(title, "\n\n".join(paragraphs), first), lambda _: app.home())
