"""What Ctrl-C may mean during a run."""

from __future__ import annotations

from collections.abc import Sequence

from screens.dialogs import Answer, Dialog

GO_ON, STOP, DETACH = "on", "stop", "detach"


def _under_way(number: int) -> str:
    return "1 step is under way." if number == 1 else f"{number} steps are under way."


def stop_dialog(number: int, going: Sequence[str]) -> Dialog:
    """Go on, stop, or leave it to AWS; `going` is what AWS would go on with."""
    with_what = ", ".join(going) or "what was ordered"
    text = (
        f"{_under_way(number)} Whatever was made stays in your account, and a later run finds it "
        "and goes on from there.\n\n"
        "Stop: calls under way end, nothing new begins; you see what exists.\n"
        f"Leave: the same, and the wizard closes. AWS goes on by itself with {with_what}; your "
        "shell shows what exists and the command that goes on from here."
    )
    answers = (
        Answer(GO_ON, "Go on", "g"),
        Answer(STOP, "Stop after the running calls", "s"),
        Answer(DETACH, "Leave it to AWS", "l"),
    )
    return Dialog("Stop?", text, answers)


def stopping_dialog(number: int) -> Dialog:
    """It has been said already; one can still leave."""
    text = (
        f"It stops as soon as the calls under way have ended. {_under_way(number)} AWS goes on by "
        "itself with what was ordered."
    )
    answers = (Answer(GO_ON, "Wait for it", "w"), Answer(DETACH, "Leave it to AWS", "l"))
    return Dialog("Stopping", text, answers)
