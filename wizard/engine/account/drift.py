"""What somebody changed since: what was chosen, as recorded, against what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.answers.questions import QUESTIONS, Question, scope_keys
from wizard.answers.questions.recorded import Record, Tag
from wizard.answers.record import chosen
from wizard.base.names import POWER_USER
from wizard.engine.account.ownership import proved
from wizard.engine.account.scope import beside, own_policies
from wizard.engine.account.snapshot import Seen
from wizard.engine.drift import Drift


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
