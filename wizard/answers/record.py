"""What was chosen, kept as tags on the agent's config secret: the account is the only memory.

What runs can be read from what runs; that somebody changed it since cannot. So the answers that
others may change are also written down, as few tags with values such as `cpu=1024 memory=2048`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from wizard.answers.model import Answers
from wizard.answers.questions import QUESTIONS
from wizard.answers.questions.question import Tag
from wizard.base.names import RECORD_PREFIX

LONGEST = 256
TAGS_RECORD = f"{RECORD_PREFIX}tags"
"""The service's tag with the marks of the person's tags, which are the wizard's to take off."""
IMAGE_RECORD = f"{RECORD_PREFIX}image"
"""The config secret's tag with the image as a host pulls it from where it is published."""
MARK = 6
"""Characters of a mark: keys themselves, 40 of up to 128 characters, fit into no tag."""


def record(answers: Answers) -> dict[str, str]:
    """The tags, by key; each is always there, so that an old one never outlives its answer."""
    return {f"{RECORD_PREFIX}{tag}": _value(tag, answers)[:LONGEST] for tag in sorted(Tag)}


def chosen(tags: Mapping[str, str]) -> dict[str, str]:
    """The answers in a record, as text by the question's key; `policy_arns` is a fingerprint.

    Words that are none of ours are passed over.
    """
    found: dict[str, str] = {}
    for tag in Tag:
        value = tags.get(f"{RECORD_PREFIX}{tag}", "")
        said = dict(word.partition("=")[::2] for word in value.split(" "))
        for each, kept in QUESTIONS.recorded(tag):
            text = value if kept.alone else said.get(each.key)
            if text or (text is not None and kept.blank):
                found[each.key] = kept.read(text)
    return found


def tag_marks(keys: Iterable[str]) -> str:
    """The mark of each of these tag keys, as the value of one tag."""
    return "".join(sorted(map(_mark, keys)))


def marked(keys: Iterable[str], marks: str) -> tuple[str, ...]:
    """Those of the keys whose marks stand in a value made by `tag_marks`."""
    known = {marks[at : at + MARK] for at in range(0, len(marks), MARK)}
    return tuple(key for key in keys if _mark(key) in known)


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def _value(tag: Tag, answers: Answers) -> str:
    values, words = answers.values, []
    for each, kept in QUESTIONS.recorded(tag):
        text = kept.write(values[each.key])
        if (kept.alone or kept.asked) and not each.when(values):
            continue
        words.append(text if kept.alone else f"{each.key}={text}")
    return " ".join(words)
