"""The questions in their order, found by key and by topic; another one can be added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView

from wizard.answers.questions.question import Group, Question
from wizard.answers.questions.recorded import Record, Tag


class Catalogue:
    """Every question that is asked; whoever asks, saves, records or reads answers goes by it."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._known: dict[str, Question] = {}
        for each in questions:
            self.add(each)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._known.values())

    def __getitem__(self, key: str) -> Question:
        return self._known[key]

    def get(self, key: str) -> Question | None:
        """The question of that key, if there is one."""
        return self._known.get(key)

    def keys(self) -> KeysView[str]:
        """The keys, in the questions' order."""
        return self._known.keys()

    def of(self, group: Group) -> list[Question]:
        """The questions of one topic."""
        return [each for each in self if each.group is group]

    def recorded(self, tag: Tag) -> list[tuple[Question, Record]]:
        """The questions whose answers stand in one tag of the record, in the tag's order."""
        found = [(each, each.record) for each in self if each.record and each.record.tag is tag]
        return sorted(found, key=lambda pair: pair[1].place)

    def rows(self, group: Group) -> list[Question]:
        """The questions of one topic that have a row among all answers, in the rows' order."""
        found = [each for each in self.of(group) if each.label]
        for each in [each for each in found if each.row_after]:
            found.remove(each)
            found.insert(found.index(self[each.row_after]) + 1, each)
        return found

    def followers(self, key: str) -> list[str]:
        """The keys of what a change of that answer asks for as well, and what follows from that."""
        direct = [each.key for each in self if each.follows == key]
        return direct + [further for each in direct for further in self.followers(each)]

    def add(self, question: Question) -> None:
        """Ask one more, after all others. Raises ValueError where its key is taken."""
        if question.key in self._known:
            raise ValueError(f"There is a question {question.key} already.")
        self._known[question.key] = question

    def remove(self, key: str) -> None:
        """Ask it no longer. Raises KeyError where there is none of that key."""
        del self._known[key]
