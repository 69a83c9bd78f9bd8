"""Every answer, read back from what is really there, and what of it is not as it was chosen.

Drift of the answers is what was chosen, as recorded, against what is there now.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wizard.answers import checks, parsing
from wizard.answers.autosave import remembered
from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.model import Answers
from wizard.answers.questions import QUESTIONS, Question, question, scope_keys
from wizard.answers.questions.host import ANYBODY
from wizard.answers.questions.question import Observed, Record, Tag
from wizard.answers.record import TAGS_RECORD, chosen, marked
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.names import POWER_USER, RECORD_PREFIX, RESTORED_FROM, TAG_KEY, Names
from wizard.base.offer import default_host, offer
from wizard.engine.account.asking import Unreadable, pairs
from wizard.engine.account.ownership import proved
from wizard.engine.account.snapshot import Seen, see
from wizard.engine.drift import Drift
from wizard.hosts.host import ServiceView
from wizard.local.files import state_folder, write_private
from wizard.local.formae.config import AgentSaid, agent_said
from wizard.local.formae.document import PklSyntaxError
from wizard.plan.world import AwsCall

Keep = Callable[[str], str]
"""Keeps the text of a policy in a file and says where; an empty text where it cannot."""


def scope_of(seen: Seen, recorded: Mapping[str, str], keep: Keep) -> dict[str, str]:
    """The answers about permissions; empty where nothing is attached or nobody could say.

    Our numbered policies are of chosen services, or the person's own file, as it was recorded.
    Where nothing is recorded they count as policies somebody wrote, and stay attached as they are.
    """
    if not seen.attached:
        return {}
    numbered = own_policies(seen)
    if numbered and recorded.get("scope") == "services" and recorded.get("services"):
        return {"scope": "services", "services": recorded["services"]}
    if numbered and recorded.get("scope") == "file" and seen.policy:
        kept = keep(json.dumps(seen.policy, indent=2) + "\n")
        if kept:
            return {"scope": "file", "policy_file": kept}
    if seen.attached == (POWER_USER,):
        return {"scope": "power-user"}
    return {"scope": "policies", "policy_arns": ",".join(seen.attached)}


def own_policies(seen: Seen) -> list[str]:
    """ARNs of the numbered policies that only the wizard makes."""
    own = {Names(seen.name).scope_policy(n) for n in range(1, POLICIES_PER_ROLE + 1)}
    return [arn for arn in seen.attached or () if arn.partition(":policy/")[2] in own]


def beside(seen: Seen, answers: Mapping[str, str]) -> list[str]:
    """ARNs of policies that somebody attached besides the chosen services or file."""
    if answers.get("scope") not in {"services", "file"}:
        return []
    return [arn for arn in seen.attached or () if arn not in own_policies(seen)]


def differs(seen: Seen, answers: Mapping[str, str]) -> tuple[Drift, ...]:
    """Every recorded answer that what runs contradicts, in the questions' order."""
    recorded = chosen(seen.secret_tags)
    return tuple(_differs(seen, recorded, answers))


def _differs(
    seen: Seen, recorded: Mapping[str, str], answers: Mapping[str, str]
) -> Iterator[Drift]:
    for each, kept in (pair for tag in Tag for pair in QUESTIONS.recorded(tag)):
        key, now = each.key, answers.get(each.key)
        if key in recorded and now is not None and not _same(each, kept, recorded[key], now):
            told = kept.digest or _words(each, recorded[key])
            shown = answers.get("policy_arns", now) if key == "scope" else _words(each, now)
            back, off = _back(seen, recorded, answers, key)
            yield Drift("", key, told, shown, each.ask, back, off)
    others = beside(seen, answers)
    back, off = _back(seen, recorded, answers, "scope") if others else ({}, frozenset())
    for arn in others:
        what = "What the agent may manage"
        yield Drift("", "scope", "nothing more", f"also {arn}", what, back, off)


def _back(
    seen: Seen, recorded: Mapping[str, str], answers: Mapping[str, str], key: str
) -> tuple[dict[str, str], frozenset[str]]:
    """What puts an answer back: answers, and policies to be taken off the agent's role."""
    if key not in scope_keys():
        return {key: recorded[key]}, frozenset()
    back, kept = _scope(seen, recorded, answers)
    attached = frozenset(seen.attached or ())
    return back, attached - kept - set(own_policies(seen)) if back else frozenset()


def _scope(
    seen: Seen, recorded: Mapping[str, str], answers: Mapping[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """The scope as it was chosen, and which of the policies attached are part of it."""
    match recorded.get("scope"):
        case "power-user":
            return {"scope": "power-user"}, frozenset({POWER_USER})
        case "services" if recorded.get("services"):
            return {"scope": "services", "services": recorded["services"]}, frozenset()
        case "file" if answers.get("policy_file"):
            return {"scope": "file", "policy_file": answers["policy_file"]}, frozenset()
        case "policies":
            arns = proved(sorted(seen.attached or ()), recorded.get("policy_arns", ""))
            if arns:
                return {"scope": "policies", "policy_arns": ",".join(arns)}, frozenset(arns)
        case _:
            pass
    return {}, frozenset()


def _same(each: Question, kept: Record, recorded: str, now: str) -> bool:
    try:
        value = each.parse(now)
        if kept.digest:
            return recorded == kept.write(value)
        return each.same(each.parse(recorded), value)
    except ValueError:
        return recorded == now


def _words(each: Question, text: str) -> str:
    try:
        return each.shape.words(each.parse(text))
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment's answers as they are read back from the account."""

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
    host: str = ""
    """The key of its host; empty for the default."""
    cluster: bool = False
    """Whether its own database cluster exists; its answers stay readable after a removal."""


def deployed(call: AwsCall, region: str, name: str, on: str = "") -> Deployed:
    """Look, and read the answers back. Read calls only; never raises for what AWS refuses.

    Where several hosts have parts of it the one whose agent runs counts, unless that with the
    key `on` is asked for.
    """
    seen = see(call, region, name, on)
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
        seen.host,
        bool(seen.cluster),
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
        host=(seen.host or default_host()) if service or seen.role else "",
        callers=_callers(service),
        protected=service.protected if service else None,
        cpu=service.cpu if service else "",
        memory=service.memory if service else "",
        architecture=service.architecture if service else "",
        image_tag=service.tag if service else "",
        copied=_copied(seen),
        config=_said(seen),
        min_capacity=units.get("MinCapacity"),
        max_capacity=units.get("MaxCapacity"),
        express=bool(seen.cluster.get("InternetAccessGatewayEnabled")),
        restored_from=pairs(seen.cluster.get("TagList")).get(RESTORED_FROM, ""),
        engine=seen.engine,
        scope=scope,
        tags=_tags(seen),
    )


def _copied(seen: Seen) -> bool | None:
    if seen.service is None or not offer(seen.host).pulls_anywhere:
        return None
    return seen.service.repository.endswith(f".com/{Names(seen.name, seen.host).repository}")


def _callers(service: ServiceView | None) -> str | None:
    """As an answer; what the record says counts where someone removed every one of them."""
    if service is None or not service.callers:
        return None
    return "" if service.callers == (ANYBODY,) else parsing.written(service.callers)


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


def overwritten(there: Deployed, answers: Answers) -> list[WizardError]:
    """What a run would overwrite that somebody wrote by hand and nobody can read any more."""
    if not there.unreadable or answers.put_back:
        return []
    secret = f"--secret-id {Names(there.name).config_secret} --region {there.region}"
    read = f"aws secretsmanager get-secret-value {secret} --query SecretString --output text"
    return [
        WizardError(
            "The agent's config was edited by hand and is no longer valid.",
            f"{there.unreadable} The agent cannot start with it.",
            "Replace it with the wizard's config (--put-back yes): the current one stays as the "
            f"secret's version AWSPREVIOUS. Or fix yours: read it with `{read}`.",
            ExitCode.NOT_READY,
        )
    ]
