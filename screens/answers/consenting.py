"""Dialogs about what only the person can agree to, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from screens.dialogs import Answer, Dialog
from screens.frame import WizardScreen
from wizard.engine.prepared import Prepared
from wizard.ui.common.consent import answer, consents

ANSWERS = (Answer("no", "Leave it", "n"), Answer("yes", "Do it", "y"))


def ask(
    screen: WizardScreen, prepared: Prepared, agreed: Callable[[], None], left: Callable[[], None]
) -> bool:
    """Ask about the first of what is still to be asked; whether there is any.

    `agreed` is called after a yes, `left` after anything else.
    """
    found = consents(screen.session, prepared)
    if not found:
        return False

    def done(said: str | None) -> None:
        answer(screen.session, found[0], agreed=said == "yes")
        agreed() if said == "yes" else left()

    text = f"{found[0].found}\n\n{found[0].ask}"
    screen.app.push_screen(Dialog("May it?", text, ANSWERS), done)
    return True
