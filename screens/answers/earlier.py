"""The first page's question about a run that did not come to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.dialogs import Answer, Dialog
from wizard.base.errors import WizardError
from wizard.journal.lock import Occupied
from wizard.ui.common.earlier import (
    FORGET,
    GO_ON,
    LATER,
    LOOK,
    Earlier,
    earlier,
    forget,
    in_the_way,
    take_up,
)
from wizard.ui.common.who import place_of

if TYPE_CHECKING:
    from screens.app import WizardApp

LABELS = {
    LATER: ("Not now", "n"),
    GO_ON: ("Resume", "g"),
    LOOK: ("See what exists", "l"),
    FORGET: ("Discard it", "f"),
}


def offer(app: WizardApp) -> None:
    """Ask what shall become of the last run that was left unfinished, where there is one."""
    found = earlier(app.session)
    if found is None:
        return
    answers = [Answer(each, *LABELS[each]) for each in found.choices]
    text = "\n\n".join([found.headline, *found.sentences])

    def done(answer: str | None) -> None:
        if answer == FORGET:
            forget(app.session, found)
            app.show_session()
        elif found.removal and answer == GO_ON:
            app.when_signed_in(lambda: _remove(app, found))
        elif answer in {GO_ON, LOOK}:
            _take_up(app, found, start=answer == GO_ON)

    at = 1 if GO_ON in found.choices else 0
    app.push_screen(Dialog("An earlier run did not finish", text, answers, focus=at), done)


def _remove(app: WizardApp, found: Earlier) -> None:
    reason = in_the_way(app.session, found)
    if reason:
        app.notify(reason, severity="warning", timeout=20, markup=False)
        return
    place = place_of(app.session, found.run.name, found.run.region)
    app.remove_deployment(place, found.removal)


def _take_up(app: WizardApp, found: Earlier, *, start: bool) -> None:
    place = app.session.place
    trouble = take_up(app.session, found)
    if trouble:
        app.notify(trouble, severity="warning", markup=False)
    if app.session.place != place:
        app.look(soon=True)
    app.show_session()
    app.when_signed_in(lambda: _begin(app, found, start=start and not trouble))


def _begin(app: WizardApp, found: Earlier, *, start: bool) -> None:
    from screens.review.screen import ReviewScreen

    reason = in_the_way(app.session, found)
    if reason:
        app.notify(reason, severity="warning", timeout=20, markup=False)
        return
    app.switch_screen(ReviewScreen(start=start))


def offer_take_over(app: WizardApp, problem: WizardError) -> None:
    """Ask whether the place of a run that is at work is to be taken; then it is begun again."""
    if not isinstance(problem, Occupied) or not problem.removable:
        return

    def done(answer: str | None) -> None:
        if answer == "take":
            app.session.flow.take_over = True
            app.try_again()

    text = f"{problem.what}\n\n{problem.why}\n\nReplace it only if you know that it has died."
    answers = (Answer("leave", "Wait for that run", "l"), Answer("take", "Replace it", "t"))
    app.push_screen(Dialog("Another run is active", text, answers), done)
