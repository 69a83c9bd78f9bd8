"""The agent's size, in resources; the legal pair of CPU and memory comes with it."""

from __future__ import annotations

from wizard.answers.questions.lists import Offer
from wizard.answers.questions.sizes import words
from wizard.ui.common import sizes
from wizard.ui.plain.offers import taken, told
from wizard.ui.plain.talk import Talk

ASK = "How many resources the agent manages"


def ask_size(talk: Talk) -> None:
    """One of the sizes, or a pair chosen by hand, which is asked next. Raises Back for <."""
    offers = [
        Offer(each.value, ", ".join(part.strip() for part in each.label.split("  ") if part))
        for each in sizes.CHOICES
    ]
    talk.say()
    talk.say(f"{ASK}. {sizes.CEILING} An idle agent is billed for memory only.")
    told(talk, offers)
    while True:
        text = talk.ask(
            f"{ASK} [{words(talk.session.collected.values)}]:", lambda: _explain(talk, offers)
        )
        if not text:
            return
        value = taken(talk, offers, text, closed=True)
        if value is not None:
            sizes.choose(talk.session, value)
            if value != sizes.CUSTOM:
                talk.say(f"Agent size: {words(talk.session.collected.values)}.")
            return


def _explain(talk: Talk, offers: list[Offer]) -> None:
    talk.say(sizes.CEILING)
    told(talk, offers)
