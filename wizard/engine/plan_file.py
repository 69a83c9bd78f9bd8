"""A plan kept in a file, to be applied as it was read: JSON, for its owner only, without a secret.

The file holds the answers, the edited documents and what every row said; the plan itself is made
anew from them and compared: what moved since is told. The seal finds a file that was changed or cut
short; it signs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from wizard import __version__
from wizard.answers.file.shapes import secret_text
from wizard.answers.model import Answers
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS
from wizard.base.errors import ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.documents.document import DocumentKind
from wizard.documents.edits import Edits
from wizard.engine.diff import LATER, Action
from wizard.engine.drift import Resolution, with_resolution
from wizard.engine.plan_report import Foreseen
from wizard.local.files import write_private
from wizard.plan.model import Section
from wizard.plan.placeholders import text_of

WHAT = "formae-wizard plan"
VERSION = 1
LARGEST = 5_000_000
DIFFERS = 5
HERE = frozenset(question.key for question in QUESTIONS if question.local)
"""Answers of the machine, not of the plan."""
_BEFORE = {each.key: each.before for each in QUESTIONS if each.before is not None}


class SavedChange(TypedDict):
    """What a saved plan keeps of a PlannedChange; the members are those of the file."""

    step: str
    title: str
    change: Action
    differs: list[list[str]]
    """Of each difference DIFFERS texts: what, path, have, want, fingerprint of the diff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan as its file holds it."""

    made: str
    account: str
    region: str
    own_password: bool
    """Whether the person gave the API's password, which no file holds."""
    answers: Mapping[str, str]
    edits: Edits
    accepted: tuple[str, ...]
    """Fields that are left as somebody made them."""
    rows: tuple[SavedChange, ...]
    documents: Mapping[str, str]
    """Fingerprints of the documents, by name."""

    @property
    def said(self) -> dict[str, str]:
        """The answers; for a question newer than the plan, what held before it was asked."""
        return {**_BEFORE, **self.answers}


def kept(foreseen: Foreseen, answers: Answers, edits: Edits, *, own_password: bool) -> SavedPlan:
    """The plan in the form in which it is saved."""
    return SavedPlan(
        made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        account=foreseen.account,
        region=foreseen.plan.region,
        own_password=own_password,
        answers=_texts(answers),
        edits=dict(edits),
        accepted=tuple(each.name for each in with_resolution(foreseen.drift, Resolution.ACCEPTED)),
        rows=saved_changes(foreseen),
        documents=fingerprints(foreseen),
    )


def saved_changes(foreseen: Foreseen) -> tuple[SavedChange, ...]:
    """The changes of the account; what is done on this machine is looked at anew on every one."""
    return tuple(
        SavedChange(
            step=row.step.id,
            title=row.title,
            change=row.action,
            differs=[
                [each.what, each.path, each.have, each.want, _fingerprint(each.diff)]
                for each in row.differences
            ],
        )
        for row in foreseen.rows
        if row.section is not Section.CLIENT
    )


def fingerprints(foreseen: Foreseen) -> dict[str, str]:
    """Of every document of the account: two plans with the same ones would write the same."""
    return {
        document.name: _fingerprint(text_of(document, foreseen.plan))
        for document in foreseen.plan.documents
        if document.kind is not DocumentKind.CLIENT_CONFIG
    }


def write(path: Path, plan: SavedPlan) -> None:
    """Write it (0600), at once or not at all. Another plan is replaced, another file is not.

    Raises WizardError.
    """
    for name, text in plan.edits.items():
        if secret_text(text):
            raise WizardError(
                f"The plan was not saved: your edited {name} seems to contain a secret.",
                "Saved plans are shared.",
                "Refer to Secrets Manager in the document, or apply without a saved plan.",
                ExitCode.USAGE,
            )
    if path.exists() and not _is_plan(path):
        raise WizardError(
            f"The plan was not saved: {path} exists and is not a saved plan.",
            "The wizard does not overwrite files it did not write.",
            "Choose another file.",
            ExitCode.USAGE,
        )
    members = _members(plan)
    text = json.dumps({**members, "seal": _seal(members)}, indent=2, ensure_ascii=False)
    write_private(path, text + "\n", keep_old=False)


def load(path: Path) -> SavedPlan:
    """Read it. Raises WizardError for a file that is none, is newer, or was changed."""
    found = _read(path)
    if not isinstance(found, dict) or found.get("what") != WHAT:
        raise _refused(path, "It was not written by `formae-wizard plan --out`.")
    if found.get("version") != VERSION:
        wizard = found.get("wizard")
        raise _refused(
            path,
            f"It has version {found.get('version')} (formae-wizard {wizard}); this formae-wizard "
            f"({__version__}) reads version {VERSION}.",
        )
    seal = found.pop("seal", None)
    if seal != _seal(found):
        raise _refused(path, "It was changed or truncated after it was saved.")
    try:
        plan = _plan(found)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _refused(path, "Something in it is missing or has the wrong type.") from None
    _demand_answers(path, plan)
    return plan


def _demand_answers(path: Path, plan: SavedPlan) -> None:
    """Another version of the wizard may ask other questions."""
    asked = {question.key for question in QUESTIONS} - HERE
    missing = sorted(asked - plan.said.keys())
    unknown = sorted(plan.answers.keys() - asked)
    told = [f"It has no answer for {', '.join(missing)}."] if missing else []
    if unknown:
        told.append(f"This formae-wizard does not know {', '.join(unknown)}.")
    if told:
        raise _refused(path, " ".join(told))


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused(path, f"System error: {error.strerror}.") from None
    try:
        return parsed_json(data) if len(data) <= LARGEST else None
    except ValueError:
        return None


def _is_plan(path: Path) -> bool:
    try:
        found = _read(path)
    except WizardError:
        return False
    return isinstance(found, dict) and found.get("what") == WHAT


def _refused(path: Path, why: str) -> WizardError:
    return WizardError(
        f"The saved plan {path} cannot be used.",
        why,
        "Create a new one: `formae-wizard plan --out FILE`.",
        ExitCode.USAGE,
    )


def _texts(answers: Answers) -> dict[str, str]:
    texts = {
        question.key: written(answers.values[question.key])
        for question in QUESTIONS
        if question.key not in HERE
    }
    for question in QUESTIONS:
        if question.names_file and texts[question.key]:
            texts[question.key] = str(Path(texts[question.key]).expanduser().absolute())
    return texts


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _members(plan: SavedPlan) -> dict[str, Any]:
    return {
        "what": WHAT,
        "version": VERSION,
        "wizard": __version__,
        "made": plan.made,
        "account": plan.account,
        "region": plan.region,
        "own_password": plan.own_password,
        "answers": dict(plan.answers),
        "edits": dict(plan.edits),
        "accepted": list(plan.accepted),
        "rows": list(plan.rows),
        "documents": dict(plan.documents),
    }


def _seal(members: Mapping[str, Any]) -> str:
    return _fingerprint(json.dumps(members, sort_keys=True, separators=(",", ":")))


def _plan(found: Mapping[str, Any]) -> SavedPlan:
    return SavedPlan(
        made=str(found["made"]),
        account=str(found["account"]),
        region=str(found["region"]),
        own_password=bool(found["own_password"]),
        answers={str(key): str(value) for key, value in found["answers"].items()},
        edits={str(key): str(value) for key, value in found["edits"].items()},
        accepted=tuple(map(str, found.get("accepted", ()))),
        rows=tuple(map(_change, found["rows"])),
        documents={str(key): str(value) for key, value in found["documents"].items()},
    )


def _change(found: Mapping[str, Any]) -> SavedChange:
    differs = [list(map(str, each)) for each in found["differs"]]
    if any(len(each) != DIFFERS for each in differs):
        raise ValueError(found)
    return SavedChange(
        step=str(found["step"]),
        title=str(found["title"]),
        change=Action(found["change"]),
        differs=differs,
    )


ABSENT = "not in the plan"
SAID_BEFORE = {
    "known once what it refers to is made": LATER,
    "taken away": "removed",
    "a tag you do not name any more": "a tag you no longer list",
    "no more permissions than chosen": "no more permissions than you chose",
    "the config the service was deployed with": "the service's deployed config",
    "the record of the policies attached": "the record of attached policies",
    "the record of what was chosen": "the record of your answers",
    "what the agent itself may do": "the base policy",
    "what the agent may manage": "the agent policy",
    "who may take on the role": "the trust policy",
}
"""Today's words, by those in plans that earlier versions saved."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that is not as the plan had it."""

    title: str
    then: str
    now: str


def moves(plan: SavedPlan, foreseen: Foreseen) -> list[Move]:
    """What the run would do now that the plan did not say; empty where it does just that.

    What the plan said and is done already is no move: so a run that was stopped goes on.
    """
    then = {_key(each): _as_said_now(each) for each in plan.rows}
    now = {_key(each): _as_said_now(each) for each in saved_changes(foreseen)}
    found = [
        Move((now.get(key) or then[key])["title"], _words(then.get(key)), _words(now.get(key)))
        for key in dict.fromkeys((*then, *now))
        if not _planned(then.get(key), now.get(key))
    ]
    return found + _documents(plan, foreseen)


def _key(change: SavedChange) -> tuple[str, str]:
    """The step, and what of it the change is about; a step's title may be another by now."""
    return change["step"], change["title"].partition(": ")[2]


def _as_said_now(change: SavedChange) -> SavedChange:
    told = [[SAID_BEFORE.get(each, each) for each in words] for words in change["differs"]]
    return {**change, "differs": told}


def _planned(then: SavedChange | None, now: SavedChange | None) -> bool:
    if then is None:
        return False
    if now is None or now["change"] in {Action.KEEP, Action.RUN}:
        return then["change"].changes or (now is not None and then["change"] is now["change"])
    if then["change"] is not now["change"]:
        return False
    later = {what for what, _, _, want, _ in then["differs"] if want == LATER}
    return all(each in then["differs"] or each[0] in later for each in now["differs"])


def _documents(plan: SavedPlan, foreseen: Foreseen) -> list[Move]:
    now = fingerprints(foreseen)
    names = dict.fromkeys((*plan.documents, *now))
    return [
        Move(name, _standing(plan.documents.get(name)), _standing(now.get(name), "different text"))
        for name in names
        if plan.documents.get(name) != now.get(name)
    ]


def _standing(fingerprint: str | None, words: str = "as reviewed") -> str:
    return words if fingerprint else ABSENT


def _words(change: SavedChange | None) -> str:
    if change is None:
        return ABSENT
    action = change["change"]
    words = action.label.replace("will", "to") if action.changes else action.tally
    if action is not Action.UPDATE:
        return words
    told = (f"{path or what}: {have} → {want}" for what, path, have, want, _ in change["differs"])
    return f"{words} ({'; '.join(told)})"
