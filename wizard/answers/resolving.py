"""From the texts that were given to answers: one written precedence, all problems at once.

The environment's texts stand beside those of a file. An answer that was right until another one
changed is kept, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from wizard.answers.model import Answers, Given, Source
from wizard.answers.questions import QUESTIONS, Detected, Question, QuestionKind

Draft: TypeAlias = Mapping[Source, Mapping[str, str]]
"""What each source says, as text, by the question's key."""


class Texts(dict[str, str]):
    """What one source says, and where it says each of it ("--region", "answers.toml:12: region").

    `reason` is why the answers are what they are, for the review. `otherwise` is where an answer
    would be given that is missing; "{key}" in it stands for the question's key. `ambient` are keys
    of what was said to other programs as well, such as AWS_REGION.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        places: Mapping[str, str],
        *,
        reason: str = "",
        otherwise: str = "",
        ambient: Collection[str] = (),
    ) -> None:
        super().__init__(texts)
        self.places = dict(places)
        self.reason = reason
        self.otherwise = otherwise
        self.ambient = frozenset(ambient)

    def without(self, keys: Collection[str]) -> Texts:
        """A copy of these texts without those of `keys`; places and reason are kept."""
        left = {key: text for key, text in self.items() if key not in keys}
        return Texts(
            left,
            self.places,
            reason=self.reason,
            otherwise=self.otherwise,
            ambient=self.ambient - set(keys),
        )


def said(draft: Draft) -> dict[str, str]:
    """What was said to this program, whoever said it: the texts in force.

    Without defaults, and without what is merely deployed so.
    """
    merged: dict[str, str] = {}
    for source in sorted(draft.keys() - {Source.DEPLOYED}):
        texts = draft[source]
        merged |= texts.without(texts.ambient) if isinstance(texts, Texts) else texts
    return merged


LONGEST = 1200
"""Characters of a message; those that repeat a longer answer are cut in the middle."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the answer to one question."""

    key: str
    message: str
    place: str = ""
    """Where it was given, as the person knows it, or the flag with which it would be given."""

    @property
    def told(self) -> str:
        """Where and what, for a line or two: "--region: …", "answers.toml:12: region: …"."""
        text = self.message
        if len(text) > LONGEST:
            text = f"{text[: LONGEST // 2]} […] {text[-LONGEST // 4 :]}"
        return f"{self.place}: {text}" if self.place else text


@dataclass(frozen=True)
class Collected:
    """Every answer with its source, and what is wrong with them."""

    given: Mapping[str, Given]
    problems: tuple[Problem, ...]

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The plain values by key."""
        return {key: each.value for key, each in self.given.items()}

    def answers(self) -> Answers:
        """The answers; only to be asked for when there are no problems."""
        if self.problems:
            raise ValueError("; ".join(problem.message for problem in self.problems))
        return Answers.of(self.values, self.given)

    def problem(self, key: str) -> str:
        """The message about one answer, or an empty text."""
        return next((each.message for each in self.problems if each.key == key), "")


def collect(draft: Draft, detected: Detected, account: str = "") -> Collected:
    """Answer every question from the draft, the machine and the defaults, and check the result.

    `account` is the twelve digits of the account that is signed in, where known.
    """
    given: dict[str, Given] = {}
    problems: list[Problem] = []
    for question in QUESTIONS:
        values = {key: each.value for key, each in given.items()}
        raw, source, reason = _latest(question, draft, values, detected)
        try:
            value = question.parse(raw)
            asked = question.when({**values, question.key: value})
            message = _closed(question, value) if asked else None
            if message is None and asked:
                message = question.check(value, values, account)
        except ValueError as error:
            value, message = question.parse(question.default(values, detected)[0]), str(error)
        given[question.key] = Given(value, source, reason)
        if message:
            place = _place(question, draft, given[question.key].source)
            if source is Source.DEFAULT and question.key == "region" and detected.region_place:
                message, place = f"{message} It comes from {detected.region_place}.", ""
            problems.append(Problem(question.key, message, place))
    return Collected(given, tuple(problems))


def without_clashes(draft: Draft, detected: Detected, account: str = "") -> Draft:
    """The draft without what is deployed but does not go with what is wanted now.

    Such as a memory that the host does not offer with the CPU that was just chosen.
    """
    collected = collect(draft, detected, account)
    clashes = {
        each.key
        for each in collected.problems
        if collected.given[each.key].source is Source.DEPLOYED
    }
    kept = {key: text for key, text in draft[Source.DEPLOYED].items() if key not in clashes}
    return {**draft, Source.DEPLOYED: kept}


def _latest(
    question: Question, draft: Draft, values: Mapping[str, Any], detected: Detected
) -> tuple[str, Source, str]:
    for source in sorted(draft, reverse=True):
        raw = draft[source].get(question.key)
        if raw is not None:
            reason = getattr(draft[source], "reason", "")
            return raw, source, reason or source.words
    raw, reason = question.default(values, detected)
    return raw, Source.DEFAULT, reason


def _place(question: Question, draft: Draft, source: Source) -> str:
    """Where the answer was given; a default's is where it could have been."""
    said = draft.get(source)
    if isinstance(said, Texts):
        return said.places.get(question.key, question.flag)
    file = draft.get(Source.FILE)
    if source is Source.DEFAULT and isinstance(file, Texts) and file.otherwise:
        return file.otherwise.replace("{key}", question.key)
    return question.flag


def _closed(question: Question, value: Any) -> str | None:
    if question.kind is not QuestionKind.CHOICE or not question.closed:
        return None
    legal = [choice.value for choice in question.choices]
    if value in legal:
        return None
    return f"“{value}” is not one of the choices: {', '.join(legal)}."


PREFIX = "FORMAE_WIZARD_"


def from_environment(environment: Mapping[str, str]) -> Texts:
    """FORMAE_WIZARD_<KEY>, then the variables AWS's own tools know."""
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    for question in QUESTIONS:
        names = (PREFIX + question.key.upper(), *question.environment(environment))
        name = next((name for name in names if environment.get(name)), None)
        if name is not None:
            found[question.key], places[question.key] = environment[name], name
    return Texts(
        found, places, ambient=[key for key in found if not places[key].startswith(PREFIX)]
    )


def with_file(draft: Mapping[Source, dict[str, str]], file: Texts) -> dict[Source, dict[str, str]]:
    """The draft with a file's answers.

    What only a variable of AWS's own tools says, such as AWS_REGION, was not said to this program,
    so the file wins over it.
    """
    environment = draft.get(Source.ENVIRONMENT, {})
    if isinstance(environment, Texts):
        environment = environment.without(environment.ambient & file.keys())
    return {**draft, Source.ENVIRONMENT: environment, Source.FILE: file}


@dataclass
class Doubts:
    """Why answers that were given became doubtful, by key."""

    causes: dict[str, str] = field(default_factory=dict)

    def follow(self, before: Collected, after: Collected, changed: str, cause: str = "") -> None:
        """Take note of what a change did to the answers that were there already."""
        wrong = {each.key for each in after.problems}
        was_wrong = {each.key for each in before.problems}
        self.causes = {key: why for key, why in self.causes.items() if key in wrong}
        self.causes.pop(changed, None)
        asked = QUESTIONS.get(changed)
        if not cause and asked and asked.cause:
            cause = asked.cause(after.values[changed])
        if not cause:
            return
        for key in wrong - was_wrong - {changed}:
            given = after.given[key]
            if given.source is not Source.DEFAULT and given.value:
                self.causes[key] = cause

    def mark(self, key: str, message: str) -> str:
        """The message, with the reason where the answer was right before."""
        cause = self.causes.get(key)
        return f"Check this, because {cause}. {message}" if cause else message
