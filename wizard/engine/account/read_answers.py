"""Every answer, read back from what is really there, and what of it is not as it was chosen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.answers import checks, parsing
from wizard.answers.autosave import remembered
from wizard.answers.questions import QUESTIONS, question
from wizard.answers.questions.observed import Observed
from wizard.answers.record import TAGS_RECORD, chosen, marked
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import RECORD_PREFIX, TAG_KEY
from wizard.engine.account.asking import Unreadable
from wizard.engine.account.drift import differs
from wizard.engine.account.scope import Keep, scope_of
from wizard.engine.account.snapshot import Seen, see
from wizard.engine.drift import Drift
from wizard.local.files import write_private
from wizard.local.folders import state_folder
from wizard.local.formae.agent_config import AgentSaid, agent_said
from wizard.local.formae.tokens import PklSyntaxError
from wizard.plan.world import AwsCall


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
    gaps: tuple[Unreadable, ...]
    """What could not be seen, and why."""
    unreadable: str = ""
    """Why the agent's config is none any more, as a sentence; empty while it can be read."""


def deployed(call: AwsCall, region: str, name: str) -> Deployed:
    """Look, and read the answers back. Read calls only; never raises for what AWS refuses."""
    seen = see(call, region, name)
    answers = answers_of(seen, kept_policy(name))
    if answers:
        answers = remembered(name, region, lambda: _account(call)) | answers
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


def _account(call: AwsCall) -> str:
    try:
        return str(call("sts", "GetCallerIdentity", {})["Account"])
    except (AwsError, WizardError):
        return ""


def answers_of(seen: Seen, keep: Keep) -> dict[str, str]:
    """The answers: what runs wins over what was recorded, which fills what is not there (yet).

    What was recorded stays where it means what runs: a version that was chosen to its minor.
    """
    recorded = chosen(seen.secret_tags)
    there = _observed(seen, scope_of(seen, recorded, keep))
    seen_now = {each.key: each.read(there) for each in QUESTIONS}
    digests = {each.key for each in QUESTIONS if each.record and each.record.digest}
    filled = {key: text for key, text in recorded.items() if key not in digests}
    if there.scope:  # what is attached says it all
        filled.pop("services", None)
    now = {key: text for key, text in seen_now.items() if text is not None}
    return filled | {key: text for key, text in now.items() if not _means(key, filled, text)}


def _means(key: str, recorded: Mapping[str, str], now: str) -> bool:
    """Whether what was recorded of an answer says the same as what runs."""
    each = question(key)
    try:
        return key in recorded and each.same(each.parse(recorded[key]), each.parse(now))
    except ValueError:
        return False


def _observed(seen: Seen, scope: Mapping[str, str]) -> Observed:
    service = seen.service
    units = seen.cluster.get("ServerlessV2ScalingConfiguration") or {}
    return Observed(
        name=seen.name if seen.anything else "",
        cpu=service.cpu if service else "",
        memory=service.memory if service else "",
        image=service.image if service else "",
        config=_said(seen),
        min_capacity=units.get("MinCapacity"),
        max_capacity=units.get("MaxCapacity"),
        engine=seen.engine,
        scope=scope,
        tags=_tags(seen),
    )


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


def _said(seen: Seen) -> AgentSaid | None:
    if not seen.config:
        return None
    try:
        return agent_said(seen.config)
    except (PklSyntaxError, RecursionError):
        return None


def _unread(seen: Seen) -> list[Unreadable]:
    if not seen.config or _said(seen) is not None:
        return []
    try:
        agent_said(seen.config)
    except (PklSyntaxError, RecursionError) as error:
        why = f"The secret {seen.names.config_secret} is not valid Pkl: {error}."
        return [Unreadable("The agent's config", why)]
    return []


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


def _tags(seen: Seen) -> str | None:
    told = tuple(pair for pair in _own_tags(seen).items() if _tellable(pair))
    return parsing.written(told) if seen.service_tags or seen.secret_tags else None


def _tellable(pair: tuple[str, str]) -> bool:
    """Whether an answer can say this tag; others may have made one with a comma, say."""
    try:
        return parsing.tags(parsing.written((pair,))) == (pair,) and checks.tags((pair,)) is None
    except ValueError:
        return False


def _odd_tags(seen: Seen) -> list[Unreadable]:
    odd = [key for key, value in _own_tags(seen).items() if not _tellable((key, value))]
    why = "It has characters that the wizard does not use in tags; it stays as it is."
    return [Unreadable(f"The tag “{key}” as an answer", why) for key in odd]
