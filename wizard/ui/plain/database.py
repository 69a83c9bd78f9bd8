"""A cluster one has and its secret are tried out before one goes on."""

from __future__ import annotations

from functools import partial

from wizard.base.errors import WizardError
from wizard.ui.common.lookups import ACCESS
from wizard.ui.plain.talk import Talk
from wizard.ui.plain.waiting import patiently


def try_out(talk: Talk) -> None:
    """Send the cluster one statement with the secret; who is refused tries again or goes back."""
    tried = talk.session.seen(ACCESS) or _tried(talk)
    while isinstance(tried, WizardError):
        talk.terminal.problem(tried, "The cluster cannot be used like this. ")
        talk.choose("Enter tries again, < goes back:", {"": "try the cluster again"})
        tried = _tried(talk)
    talk.say("The cluster answers with this secret.")


def _tried(talk: Talk) -> bool | WizardError:
    session = talk.session
    key = session.access_key
    tried: bool | WizardError
    try:
        ask = partial(ACCESS.ask, session.flow, key)
        tried = patiently(talk, "Trying the cluster with its secret.", ask)
    except WizardError as problem:
        tried = problem
    session.known[ACCESS, key] = tried
    return tried
