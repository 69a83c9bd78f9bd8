"""What came of looking for what can be chosen, above the list."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from screens.words import problem_text
from wizard.answers.questions import Question
from wizard.answers.questions.lists import Listing
from wizard.ui.common.session import Session


class Looked(Static):
    """How many there are, that AWS is still being asked, or why it does not say."""

    def __init__(self, question: Question, listing: Listing, session: Session) -> None:
        super().__init__(classes="told")
        self._question = question
        self._listing = listing
        self._session = session

    def show(self) -> None:
        """Bring it in line with the session."""
        self.display = self._session.asked(self._question)
        listed = self._listing.listed(self._session.context)
        text = Content(listed.page)
        if listed.waiting:
            text = Content.styled(f"◐ {listed.page}", "$text-accent")
        elif listed.trouble:
            text = Content("\n").join([problem_text(listed.trouble), text])
        self.update(text)
