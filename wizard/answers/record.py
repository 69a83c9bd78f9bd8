"""What was chosen, kept as tags on the agent's config secret: the account is the only memory.

What runs can be read from what runs; that somebody changed it since cannot. So the answers that
others may change are also written down, as few tags with values such as `cpu=1024 memory=2048`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from wizard.answers.model import Answers
from wizard.answers.names import RECORD_PREFIX
from wizard.answers.parsing import written

TAGS: dict[str, tuple[str, ...]] = {
    "sizing": ("cpu", "memory", "min_capacity", "max_capacity"),
    "version": ("image_version", "engine_version"),
    "access": ("scope", "protect", "api_user", "hide_itself"),
    "database": ("database", "database_name", "enable_data_api"),
    "services": ("services",),
    "policies": ("policy_arns",),
}
"""Which answers stand in which tag. AWS takes 256 letters, digits and blanks or any of _.:/=+-@"""
SCOPE = ("scope", "services", "policy_arns", "policy_file")
"""Answers that say together what the agent may manage."""
LONGEST = 256
TAGS_RECORD = f"{RECORD_PREFIX}tags"
"""The service's tag with the marks of the person's tags, which are the wizard's to take off."""
MARK = 6
"""Characters of a mark: keys themselves, 40 of up to 128 characters, fit into no tag."""


def record(answers: Answers) -> dict[str, str]:
    """The tags, by key; each is always there, so that an old one never outlives its answer."""
    return {f"{RECORD_PREFIX}{tag}": _value(tag, answers)[:LONGEST] for tag in sorted(TAGS)}


def chosen(tags: Mapping[str, str]) -> dict[str, str]:
    """The answers in a record, as text by the question's key; `policy_arns` is a fingerprint.

    Words that are none of ours are passed over.
    """
    found: dict[str, str] = {}
    for tag, keys in TAGS.items():
        value = tags.get(f"{RECORD_PREFIX}{tag}", "")
        if tag in {"services", "policies"}:
            found |= {keys[0]: value.replace(" ", ",")} if value else {}
            continue
        pairs = (word.partition("=") for word in value.split(" "))
        found |= {key: said for key, _, said in pairs if key in keys and said}
    return found


def fingerprint(arns: Iterable[str]) -> str:
    """A short text that stands for these policies, whose ARNs would not fit into a tag."""
    return hashlib.sha256("\n".join(sorted(arns)).encode()).hexdigest()[:16]


def tag_marks(keys: Iterable[str]) -> str:
    """What stands for these tag keys in a tag's value."""
    return "".join(sorted(map(_mark, keys)))


def marked(keys: Iterable[str], marks: str) -> tuple[str, ...]:
    """Those of the keys that such a value stands for."""
    known = {marks[at : at + MARK] for at in range(0, len(marks), MARK)}
    return tuple(key for key in keys if _mark(key) in known)


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def _value(tag: str, answers: Answers) -> str:
    match tag:
        case "services":
            return " ".join(answers.services) if answers.scope == "services" else ""
        case "policies":
            return fingerprint(answers.policy_arns) if answers.scope == "policies" else ""
        case _:
            return " ".join(f"{key}={written(getattr(answers, key))}" for key in TAGS[tag])
