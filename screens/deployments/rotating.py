"""While a password is rotated: the screen of every run, asked for by two dialogs, ended by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from screens.background import in_background
from screens.dialogs import Answer, Dialog
from screens.frame import WizardScreen
from screens.run.progress import ProgressScreen
from wizard.answers.model import Answers
from wizard.failures.errors import WizardError
from wizard.flow import Prepared
from wizard.guided.ended import Rotated
from wizard.guided.rotated import headline, told
from wizard.preflight import Preflight
from wizard.readings.apply import Outcome
from wizard.rotation.run import Rotation, Wish, prepare, put_back, run
from wizard.rotation.works import works
from wizard.telling.console import clean
from wizard.telling.events import Event

ASK = (
    "The new one is generated, and lies beside the old one in the secret until it is proved to "
    "work. The API's also goes into the formae CLI's config."
)
WISHES = {
    "api": Wish(api=True),
    "database": Wish(database=True),
    "both": Wish(api=True, database=True),
}
ANSWERS = (
    Answer("no", "Neither", "n"),
    Answer("api", "The API's", "a"),
    Answer("database", "The database's", "d"),
    Answer("both", "Both", "b"),
)
UNTOUCHED = "Nothing was changed: every password is as it was."
SURE = (Answer("no", "Leave it as it is", "l"), Answer("yes", "Go ahead", "g"))


def ask_to_rotate(screen: WizardScreen, place: Answers) -> None:
    """Ask which password, show what would be done, and begin once the person agrees."""

    def chosen(name: str | None) -> None:
        if name in WISHES:
            wish, flow = WISHES[name], screen.session.flow
            screen.notify(f"Looking at the passwords of {place.name} …", markup=False)
            in_background(screen, lambda: prepare(flow, place, wish), shown(wish))

    def shown(wish: Wish) -> Callable[[Rotation | WizardError], None]:
        def show(found: Rotation | WizardError) -> None:
            trouble = [found] if isinstance(found, WizardError) else list(found.problems)
            if isinstance(found, WizardError) or trouble or found.nothing:
                told = str(trouble[0]) if trouble else "That is the API's password already."
                screen.notify(told, severity="warning", timeout=30, markup=False)
                return
            screen.app.push_screen(
                Dialog(f"Rotate in {place.region}?", _plan(found), SURE),
                lambda sure: _begin(screen, found, wish) if sure == "yes" else None,
            )

        return show

    screen.app.push_screen(Dialog(f"Another password for {place.name}", ASK, ANSWERS), chosen)


def _plan(rotation: Rotation) -> str:
    rows = [f"{row.action.symbol} {clean(row.title)}" for row in rotation.rows]
    doubts = [clean(f"! {each.what} {each.why}") for each in rotation.warnings]
    return "\n".join([*rows, *(f"\n{each}" for each in doubts)])


def _begin(screen: WizardScreen, rotation: Rotation, wish: Wish) -> None:
    screen.wizard.switch_screen(RotatingScreen(rotation, wish))


class RotatingScreen(ProgressScreen):
    """The rotation."""

    HELP_TITLE = "While a password is rotated"
    HELP_TEXT = (
        "The new password lies beside the old one in the secret until it is proved; one of the two "
        "always works. Where App Runner takes the deployment back, the old one goes on.\n\n"
        "Ctrl-C or q asks whether to stop; rotating again goes on with the same password."
    )

    def __init__(self, rotation: Rotation, wish: Wish) -> None:
        nothing = Preflight((), {})
        super().__init__(Prepared(rotation.answers, rotation.plan, nothing, "", rotation.account))
        self._rotation = rotation
        self._wish = wish
        self._words: list[str] = []
        self._put_back = False

    def work(self) -> Outcome:
        """The rotation itself, what has to be put back after it, and what works then."""
        flow, rotation = self.session.flow, self._rotation
        outcome = run(flow, rotation, rotation.plan, self._events.append, self._stop)
        back = None if outcome.ok or outcome.interrupted else put_back(flow, rotation, outcome)
        if back:
            self._put_back = run(flow, rotation, back, _unheard, self._stop).ok
            if self._put_back:
                self._words.append("App Runner took the deployment back; so are the secrets.")
        self._words += works(flow, rotation, self._wish).values()
        self._words += filter(None, [flow.keychain])
        return outcome

    def _over(self, outcome: Outcome | WizardError) -> None:
        self._take(len(self._events))
        self._draw()
        while self.app.screen is not self:  # a dialog or the help lies over it
            self.app.pop_screen()
        if isinstance(outcome, WizardError):
            self._last("✗ It could not begin", [clean(str(outcome)), UNTOUCHED])
            return
        rotated = Rotated(self._rotation, outcome, self._put_back, tuple(self._words))
        self.wizard.ended = rotated
        if self._detached:
            self.app.exit(rotated)
        else:
            self._last(headline(rotated), told(rotated))

    def _last(self, title: str, paragraphs: Iterable[str]) -> None:
        first = (Answer("first", "To the first page", "f"),)
        dialog = Dialog(title, "\n\n".join(paragraphs), first)
        self.app.push_screen(dialog, lambda _: self.wizard.home())


def _unheard(_event: Event) -> None:
    """The rows are those of the rotation itself."""
