"""What somebody changed since, as numbered lines: a number puts one back, or leaves it again."""

from __future__ import annotations

from wizard.guided.drifted import can_go_back, drifts, fate, turn
from wizard.plain.talk import Back, Talk

DONE = {"": "done"}


def put_back(talk: Talk) -> None:
    """Ask row by row, until the person is through."""
    while True:
        found = drifts(talk.session)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {each.what} {fate(talk.session, each)}", "   ")
        talk.offer(DONE, "put that one back, or leave it as it is now")
        try:
            chosen = talk.choose("Which one?", DONE, len(found))
        except Back:
            return
        if not chosen:
            return
        drift = found[int(chosen) - 1]
        if can_go_back(drift):
            turn(talk.session, drift)
        else:
            talk.say("What it was is not known well enough. Change that answer instead.")
