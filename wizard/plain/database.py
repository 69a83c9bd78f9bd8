"""Choosing a cluster one has, and its secret; both are tried out before one goes on."""

from __future__ import annotations

from functools import partial

from wizard.account.existing import Cluster, StoredSecret
from wizard.failures.errors import WizardError
from wizard.guided.looks import ACCESS, CLUSTERS, SECRETS
from wizard.plain.account import look_around
from wizard.plain.offers import Offer
from wizard.plain.questions import ask
from wizard.plain.talk import Talk
from wizard.plain.waiting import patiently
from wizard.questions import question

PASTE = "An ARN can be pasted all the same."


def ask_cluster(talk: Talk) -> None:
    """Which cluster: a line of the list, or a pasted ARN. Its own secret comes along."""
    look_around(talk)
    session = talk.session
    found = session.seen(CLUSTERS)
    if isinstance(found, WizardError):
        talk.terminal.problem(found)
        talk.say(PASTE)
    rows = [] if found is None or isinstance(found, WizardError) else found
    ask(talk, question("cluster_arn"), [_cluster(each) for each in rows], _looked(talk, found))
    session.preselect_secret()
    look_around(talk)


def ask_secret(talk: Talk) -> None:
    """Which secret: the one RDS keeps for the cluster comes first."""
    session = talk.session
    found = session.seen(SECRETS)
    if isinstance(found, WizardError):
        talk.terminal.problem(found)
        talk.say(PASTE)
    rows = [] if found is None or isinstance(found, WizardError) else found
    own = session.cluster.secret_arn if session.cluster else ""
    offers = sorted((_secret(each, own) for each in rows), key=lambda each: each.value != own)
    ask(talk, question("cluster_secret_arn"), offers)
    look_around(talk)


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


def _looked(talk: Talk, found: list[Cluster] | WizardError | None) -> str:
    region = talk.session.place[1]
    match found:
        case None:
            return f"Cluster. Once you are signed in, the clusters of {region} are listed here."
        case WizardError():
            return "Cluster."
        case []:
            return f"Cluster. There is none in {region}."
        case _:
            number = sum(not each.unfit for each in found)
            return f"Cluster. {number} of {len(found)} in {region} can be used."


def _cluster(each: Cluster) -> Offer:
    data_api = f"Data API {'on' if each.data_api else 'off'}"
    about = ", ".join(filter(None, (f"PostgreSQL {each.version}", each.status, data_api)))
    return Offer(each.arn, each.name if each.unfit else f"{each.name}, {about}", each.unfit)


def _secret(each: StoredSecret, own: str) -> Offer:
    about = "kept by RDS for this cluster" if each.arn == own else each.about
    return Offer(each.arn, ", ".join(filter(None, (each.name, about))))
