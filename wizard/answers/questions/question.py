"""What a question is, how its answer is recorded and read back, and all in their order.

The record is kept as tags in the account. Another question can be added to the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from wizard.answers.parsing import TEXT, Shape, written
from wizard.answers.questions.lists import Listing, QuestionContext
from wizard.base.account_plan import AccountPlan
from wizard.base.offer import known_hosts

if TYPE_CHECKING:
    from wizard.local.formae.config import AgentSaid


class Tag(StrEnum):
    """The tags of the record, in the order in which drift is told.

    AWS takes 256 letters, digits and blanks or any of _.:/=+-@ as a tag's value.
    """

    SIZING = "sizing"
    VERSION = "version"
    ACCESS = "access"
    DATABASE = "database"
    SERVICES = "services"
    POLICIES = "policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where and how an answer is recorded: as `key=value` among others, or `alone` in its tag."""

    tag: Tag
    place: int = 0
    """Where in its tag it stands; answers of one place stand in the catalogue's order."""
    asked: bool = False
    """Whether it stands there only where the answers give reason to ask it."""
    blank: bool = False
    """Whether an empty text in its tag is an answer, too."""
    alone: bool = False
    """Whether the tag holds this answer only, without its key; empty while it is not asked."""
    write: Callable[[Any], str] = written
    """From the answer's value to the text in the tag, which has no blank unless it is `alone`."""
    read: Callable[[str], str] = str
    """From the text in the tag to the answer as text."""
    digest: str = ""
    """What other answers are called where the tag holds only a digest that nobody can read back."""


def fingerprint(arns: Iterable[str]) -> str:
    """A short text that stands for these policies, whose ARNs would not fit into a tag."""
    import hashlib

    return hashlib.sha256("\n".join(sorted(arns)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One deployment as AWS and the agent's config say it is; empty where nothing can be seen."""

    name: str = ""
    """The deployment's name; empty where nothing of that name is the wizard's."""
    host: str = ""
    """The key of the host that it runs on; empty where neither service nor role says."""
    callers: str | None = None
    """The networks that can reach it, with commas; None where its host restricts none."""
    protected: bool | None = None
    """Whether its gateway is protected against deletion; None where its host has none."""
    cpu: str = ""
    """The service's CPU units, such as "1024"."""
    memory: str = ""
    """The service's memory in MiB, such as "2048"."""
    architecture: str = ""
    """Of the service's CPU, as AWS names it; empty where its host has only one."""
    image_tag: str = ""
    """The tag of the service's image, such as "0.88.1"; with a digest where it has one."""
    copied: bool | None = None
    """Whether that image is a copy of ours; None where its host pulls no others."""
    config: AgentSaid | None = None
    """What the agent's config says; None where there is none, or where it is no sound Pkl."""
    min_capacity: float | None = None
    """Aurora capacity units of the deployment's own cluster; None where it has none."""
    max_capacity: float | None = None
    express: bool = False
    """Whether that cluster is in Aurora's express configuration."""
    restored_from: str = ""
    """The snapshot that that cluster was restored from; empty where from none."""
    engine: str = ""
    """PostgreSQL version of the cluster with the deployment's name, whoever made it."""
    scope: Mapping[str, str] = field(default_factory=dict)
    """What is attached to the agent's role, as the answers that mean it."""
    tags: str | None = None
    """The person's own tags as an answer; None where no tags can be seen."""


Values: TypeAlias = Mapping[str, Any]
"""Answers so far, by key."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What the machine tells before anything is asked. Empty where nothing was found."""

    profile: str = ""
    region: str = ""
    region_reason: str = ""
    region_place: str = ""
    """Where the region stands, as in `line 3 of ~/.aws/config`."""
    formae_version: str = ""
    newest: str = ""
    """The newest release of formae, and in `newest_by` how that is known."""
    newest_by: str = ""
    active_profile: str = ""
    closed: frozenset[str] = frozenset()
    """Hosts, by their keys, that AWS closes to the account that is signed in."""
    account_plan: AccountPlan | None = None
    """How that account pays AWS; None where AWS does not say, or was not asked."""
    no_network: str = ""
    """Why a new database has no VPC to go into, as a clause; empty where none is known."""
    private: frozenset[str] = frozenset()
    """Subnets of the region, by their ids, that have no route to an internet gateway."""


class QuestionKind(StrEnum):
    """How a question is put: the field, the flag and the prompt follow from it."""

    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes or no"


class Group(StrEnum):
    """The screens, in their order."""

    ACCOUNT = "Account and region"
    SIZING = "Sizing"
    DATABASE = "Database"
    SCOPE = "Permissions"
    PROTECTION = "Protection"
    ADVANCED = "Advanced"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: what is stored, and what the person reads."""

    value: str
    label: str
    unfit: str = ""
    """Why AWS refuses it to the account, as part of a sentence; empty where it does not."""


def _always(_: Values) -> bool:
    return True


def _never(_: QuestionContext) -> bool:
    return False


def _fine(_value: Any, _values: Values, _account: str) -> str | None:
    return None


def _unsaid(_: Mapping[str, str]) -> tuple[str, ...]:
    return ()


def _nothing_to_say(_: Any) -> str:
    return ""


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _nothing_refused(_: Detected) -> Mapping[str, str]:
    return {}


def _nothing_seen(_: Observed) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, and all that any part of the wizard has to know of it.

    Flags, prompts, fields, the answers file and its schema, the record in the account and the
    reading back are made from it.
    """

    # -- how it is asked
    key: str
    group: Group
    ask: str
    why: str
    default: Callable[[Values, Detected], tuple[str, str]]
    """The text of the default and its reason, by the answers before it and the machine."""
    kind: QuestionKind = QuestionKind.TEXT
    when: Callable[[Values], bool] = _always
    """Whether the answers give reason to ask it; its own may, where it will not do."""
    moot: Callable[[QuestionContext], bool] = _never
    """Whether what AWS says leaves nothing to ask."""
    choices: tuple[Choice, ...] = ()
    closed: bool = True
    """Whether only the choices are legal; otherwise they are suggestions."""
    refused: Callable[[Detected], Mapping[str, str]] = _nothing_refused
    """Choices that AWS refuses to the account, each with the reason as part of a sentence."""
    choices_from: Listing | None = None
    """A list of what the machine or the account has; it takes the place of `choices`."""
    environment: Callable[[Mapping[str, str]], tuple[str, ...]] = _unsaid
    """Variables of other programs that answer it too, in an environment; the first set counts."""
    metavar: str = ""
    quiet: bool = False
    """Whether it is never put to anybody: it counts where it was answered beforehand."""
    names_file: bool = False
    """Whether the answer is the name of a file."""
    follows: str = ""
    """The question whose change asks for this one as well."""

    # -- what an answer is
    shape: Shape = TEXT
    check: Callable[[Any, Values, str], str | None] = _fine
    """What is wrong with a value, as a sentence, by the other answers and the account."""
    remark: Callable[[Any], str] = _nothing_to_say
    """What is said of a value that will do all the same; empty where there is nothing to say."""
    cause: Callable[[Any], str] | None = None
    """What its change is called where it makes answers doubtful; None where it makes none so."""

    # -- how it is shown
    label: str = ""
    """The name of its row among all answers; without one it has no row of its own."""
    row: str = ""
    """The question in whose row it is shown."""
    row_after: str = ""
    """The question whose row its own follows; empty where rows are in the catalogue's order."""
    brief: Callable[[QuestionContext], str] | None = None
    """The answer in its row, where that is more than the answer itself."""
    troubles: tuple[str, ...] = ()
    """Keys of what can be wrong beside the answers and is shown in its row."""
    empty: str = "none"
    """What an empty answer means."""

    # -- how it is kept and found again
    always: bool = False
    """Whether it is written down also where it was not given: its default is the machine's."""
    local: bool = False
    """Whether it is about who is signed in here, so that no saved plan holds it."""
    here: bool = False
    """Whether files of this machine remember it, for nothing of it is left in the account."""
    before: str | None = None
    """What it was before it was asked: so is a saved plan without it. None: it cannot be."""
    record: Record | None = None
    """How the account remembers the answer; None where it does not."""
    read: Callable[[Observed], str | None] = _nothing_seen
    """The answer as text, from what is deployed; None where that cannot be seen."""
    same: Callable[[Any, Any], bool] = _same
    """Whether the recorded value and the deployed one mean the same."""

    def put(self, values: Values) -> bool:
        """Whether the question is shown and asked where these are the answers so far."""
        return self.when(values) and not (self.quiet and not values.get(self.key))

    def parse(self, text: str) -> Any:
        """The value a text means. Raises ValueError with a sentence for the person."""
        return self.shape.parse(text)

    def words(self, value: Any) -> str:
        """The answer `value` as a person says it."""
        label = next((choice.label for choice in self.choices if choice.value == value), "")
        if label and not self.closed:
            return f"{value}, {label}"
        return label or self.shape.words(value) or "none"

    @property
    def flag(self) -> str:
        """The command-line flag that gives the answer, such as `--image-version`."""
        return "--" + self.key.replace("_", "-")


def fixed(value: str, reason: str) -> Callable[[Values, Detected], tuple[str, str]]:
    """A default that depends on nothing."""
    return lambda _values, _detected: (value, reason)


def last_part(key: str) -> Callable[[QuestionContext], str]:
    """The last part of the ARNs that answer a question, for its row; the field shows the whole."""
    return lambda context: ", ".join(
        part.rpartition(":")[2] for part in written(context.values[key]).split(",")
    )


def now(what: str, words: Callable[[Any], str] = written) -> Callable[[Any], str]:
    """A cause: what an answer is about, and what it is now."""
    return lambda value: f"{what} is now {words(value)}"


def existing_database(values: Values) -> bool:
    """Whether the database is to go into a cluster that is there."""
    return bool(values.get("database") == "existing")


EXPRESS = "express"
"""The answer to the question of the database: Aurora's express configuration."""


def express_database(values: Values) -> bool:
    """Whether a cluster is to be made in Aurora's express configuration."""
    return bool(values.get("database") == EXPRESS)


def chosen_host(values: Values) -> str:
    """The key of the host that the agent is to run on; empty for the default, or for none."""
    said = str(values.get("host", ""))
    return said if said in known_hosts() else ""


def new_database(values: Values) -> bool:
    """Whether a cluster is to be made."""
    return not existing_database(values)


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
