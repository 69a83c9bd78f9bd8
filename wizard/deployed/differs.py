"""What somebody changed since: what was chosen, as recorded, against what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard import checks
from wizard.deployed.scope import beside
from wizard.deployed.seen import Seen
from wizard.parsing import written
from wizard.questions import question
from wizard.record import TAGS, chosen, fingerprint


@dataclass(frozen=True, slots=True)
class Drift:
    """One answer that is not as it was chosen."""

    key: str
    what: str
    chosen: str
    now: str

    @property
    def words(self) -> str:
        """One line."""
        return f"{self.what}: chosen {self.chosen}, now {self.now}"


def differs(seen: Seen, answers: Mapping[str, str]) -> tuple[Drift, ...]:
    """Every recorded answer that what runs contradicts, in the questions' order."""
    recorded = chosen(seen.secret_tags)
    return tuple(_differs(seen, recorded, answers))


def _differs(
    seen: Seen, recorded: Mapping[str, str], answers: Mapping[str, str]
) -> Iterator[Drift]:
    for key in (key for keys in TAGS.values() for key in keys):
        now = answers.get(key)
        if key in recorded and now is not None and not _same(key, recorded[key], now):
            told = "other policies" if key == "policy_arns" else _words(key, recorded[key])
            shown = answers.get("policy_arns", now) if key == "scope" else _words(key, now)
            yield Drift(key, question(key).ask, told, shown)
    for arn in beside(seen, answers):
        yield Drift("scope", "What the agent may manage", "nothing more", f"also {arn}")


def _same(key: str, recorded: str, now: str) -> bool:
    if key == "policy_arns":
        return recorded == fingerprint(question(key).parse(now))
    if key == "engine_version":  # AWS moves minors by itself
        return recorded.partition(".")[0] == now.partition(".")[0]
    return bool(_parsed(key, recorded) == _parsed(key, now))


def _parsed(key: str, text: str) -> Any:
    try:
        return question(key).parse(text)
    except ValueError:
        return text


def _words(key: str, text: str) -> str:
    value = _parsed(key, text)
    match key:
        case "cpu" if isinstance(value, int):
            return checks.vcpu(value)
        case "memory" if isinstance(value, int):
            return checks.gigabytes(value)
        case _:
            return written(value)
