"""Every answer, read back from what is really there, and what of it is not as it was chosen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wizard.answers import checks, parsing
from wizard.answers.names import RECORD_PREFIX, TAG_KEY
from wizard.answers.record import TAGS_RECORD, chosen, marked
from wizard.deployed.asking import Gap
from wizard.deployed.differs import differs
from wizard.deployed.scope import Keep, scope_of
from wizard.deployed.seen import Seen, see
from wizard.engine.drift import Drift
from wizard.failures.errors import WizardError
from wizard.formae.agent import AgentSaid, agent_said
from wizard.formae.tokens import PklSyntaxError
from wizard.machine.files import write_private
from wizard.machine.statefolder import state_folder
from wizard.runs.tools import AwsCall


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment as it is."""

    name: str
    region: str
    there: bool
    """Whether anything of that name is ours."""
    answers: Mapping[str, str]
    """As text by the question's key, the form drafts have. What cannot be seen is left out."""
    drift: tuple[Drift, ...]
    gaps: tuple[Gap, ...]
    """What could not be seen, and why."""
    unreadable: str = ""
    """Why the agent's config is none any more, as a sentence; empty while it can be read."""


def deployed(call: AwsCall, region: str, name: str) -> Deployed:
    """Look, and read the answers back. Read calls only; never raises for what AWS refuses."""
    seen = see(call, name)
    answers = answers_of(seen, kept_policy(name))
    unread = _unread(seen)
    gaps = [*seen.gaps, *unread, *_odd_tags(seen)]
    return Deployed(
        name,
        region,
        seen.anything,
        answers,
        differs(seen, answers) if answers else (),
        tuple(gaps),
        unread[0].why if unread else "",
    )


def answers_of(seen: Seen, keep: Keep) -> dict[str, str]:
    """The answers: what runs wins over what was recorded, which fills what is not there (yet)."""
    engine = _engine(seen)
    if not seen.anything:
        return engine  # what is taken over must not be asked for another version than it has
    recorded = chosen(seen.secret_tags)
    recorded.pop("policy_arns", None)  # only a fingerprint
    scope = scope_of(seen, chosen(seen.secret_tags), keep)
    if "scope" in scope:
        recorded.pop("services", None)
    found = (
        recorded | engine | _from_service(seen) | _from_config(seen) | _from_cluster(seen) | scope
    )
    return found | _tags(seen) | {"name": seen.name}


def kept_policy(name: str) -> Keep:
    """Keeps a policy among the wizard's own files, so that a second laptop has one, too."""

    def keep(text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        try:
            path = state_folder(os.environ) / "deployed" / f"{name}-policy-{digest}.json"
            write_private(path, text, keep_old=False)
        except (OSError, RuntimeError, WizardError):
            return ""
        return str(path)

    return keep


def _from_service(seen: Seen) -> dict[str, str]:
    if not seen.service:
        return {}
    found = {
        "cpu": _size(seen.service.cpu, parsing.cpu, checks.vcpu),
        "memory": _size(seen.service.memory, parsing.memory, checks.gigabytes),
        "image_version": "" if "@" in seen.service.tag else seen.service.tag,
    }
    return {key: value for key, value in found.items() if value}


def _size(told: str, parse: Callable[[str], int], words: Callable[[int], str]) -> str:
    try:
        return words(parse(told))
    except ValueError:
        return ""


def _from_config(seen: Seen) -> dict[str, str]:
    said = _said(seen)
    if said is None:
        return {}
    found = {
        "protect": parsing.written(said.protected),
        "hide_itself": parsing.written(said.hides),
        "api_user": said.username,
        "database_name": said.database,
        **_database(seen, said),
    }
    return {key: value for key, value in found.items() if value}


def _database(seen: Seen, said: AgentSaid) -> dict[str, str]:
    cluster = said.cluster_arn.rpartition(":cluster:")[2]
    if not cluster or cluster == seen.names.cluster:
        return {"database": "new"} if cluster else {}
    return {
        "database": "existing",
        "cluster_arn": said.cluster_arn,
        "cluster_secret_arn": said.secret_arn,
    }


def _said(seen: Seen) -> AgentSaid | None:
    if not seen.config:
        return None
    try:
        return agent_said(seen.config)
    except (PklSyntaxError, RecursionError):
        return None


def _unread(seen: Seen) -> list[Gap]:
    if not seen.config or _said(seen) is not None:
        return []
    try:
        agent_said(seen.config)
    except (PklSyntaxError, RecursionError) as error:
        why = f"The secret {seen.names.config_secret} is not sound Pkl: {error}."
        return [Gap("What the agent's config says", why)]
    return []


def _from_cluster(seen: Seen) -> dict[str, str]:
    if not seen.cluster:
        return {}
    range_ = seen.cluster.get("ServerlessV2ScalingConfiguration") or {}
    found = {
        "min_capacity": range_.get("MinCapacity"),
        "max_capacity": range_.get("MaxCapacity"),
    }
    return {key: f"{float(value):g}" for key, value in found.items() if value is not None}


def _engine(seen: Seen) -> dict[str, str]:
    """The cluster's major version; AWS moves minor ones by itself."""
    return {"engine_version": seen.engine.partition(".")[0]} if seen.engine else {}


def _own_tags(seen: Seen) -> dict[str, str]:
    tags = seen.service_tags or seen.secret_tags
    taken = {TAG_KEY, "Name"}
    if TAGS_RECORD in tags:
        taken |= {*tags} - {*marked(tags, tags[TAGS_RECORD])}  # what others put there stays theirs
    return {
        key: value
        for key, value in tags.items()
        if key not in taken and not key.startswith((RECORD_PREFIX, "aws:"))
    }


def _tags(seen: Seen) -> dict[str, str]:
    told = tuple(pair for pair in _own_tags(seen).items() if _tellable(pair))
    return {"tags": parsing.written(told)} if seen.service_tags or seen.secret_tags else {}


def _tellable(pair: tuple[str, str]) -> bool:
    """Whether an answer can say this tag; others may have made one with a comma, say."""
    try:
        return parsing.tags(parsing.written((pair,))) == (pair,) and checks.tags((pair,)) is None
    except ValueError:
        return False


def _odd_tags(seen: Seen) -> list[Gap]:
    odd = [key for key, value in _own_tags(seen).items() if not _tellable((key, value))]
    why = "It has characters that the wizard does not put into tags; it stays where it is."
    return [Gap(f"The tag “{key}” as an answer", why) for key in odd]
