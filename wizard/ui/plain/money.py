"""What it costs, in sentences."""

from __future__ import annotations

from wizard.costs import Estimate, age, difference, table
from wizard.ui.plain.talk import Talk


def cost_sentence(estimate: Estimate) -> str:
    """The totals, and how old the prices are."""
    about = "about " if estimate.about else ""
    return (
        f"It costs {about}${estimate.idle:,.2f} a month idle, ${estimate.busy:,.2f} when busy "
        f"({age(estimate)})."
    )


def say_table(talk: Talk) -> None:
    """Every line of the bill with what it assumes, then the totals and what is not counted."""
    estimate = talk.session.costs
    talk.say()
    talk.say("What it costs, in dollars a month.")
    *lines, total = table(estimate)
    for line in lines:
        talk.say(f"  {line.what}: {line.idle} idle, {line.busy} busy.", "    ")
        talk.say(f"    {line.kind}: {line.assumption}", "  ")
    talk.say(f"  Together: {total.idle} idle, {total.busy} busy.")
    for note in (*estimate.remarks, *estimate.prices.notes):
        talk.say(note)


def say_difference(talk: Talk, before: Estimate) -> None:
    """What a changed answer changes in the bill, where it changes anything."""
    now = talk.session.costs
    more = difference(before, now)
    if more.idle or more.busy:
        talk.say(f"{more.words} {cost_sentence(now)}")
