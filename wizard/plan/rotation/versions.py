"""A secret's versions by their labels: a new one beside the current one, and its turn.

A question to the agent that only a password answers, as a rotation's proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.base.values import Found, JsonText, SecretRef, Value
from wizard.plan.model import Call, Expectation, LookOnly, Lookup, Output, Probe, Section, Step
from wizard.plan.page import secret_page
from wizard.plan.resources.common import deleted_secret, owned, secret_look
from wizard.plan.resources.verify import STATS

PENDING = "AWSPENDING"
CURRENT = "AWSCURRENT"
PREVIOUS = "AWSPREVIOUS"


def labelled(label: str, *others: str) -> str:
    """JMESPath of the versions with that label and none of the others."""
    terms = [_has(label), *(f"!{_has(each)}" for each in others)]
    return f"Versions[?{' && '.join(terms)}]"


def _has(label: str) -> str:
    return f"contains(not_null(VersionStages, `[]`), '{label}')"


def secret_there(step_id: str, section: Section, name: str, region: str) -> Step:
    """A secret of ours that must be there, with its versions; what is wanted of it is added."""
    return Step(
        id=step_id,
        section=section,
        title=f"The secret {name}",
        why="",
        lookups=(
            secret_look(name),
            Lookup(
                call=Call(
                    service="secretsmanager",
                    operation="ListSecretVersionIds",
                    params={"SecretId": Found("ARN")},
                ),
                pick="Versions",
                into="Versions",
            ),
        ),
        make=LookOnly(f"The secret {name} does not exist."),
        refusals=(deleted_secret(name, region),),
        owned=owned("Tags"),
        outputs={"arn": Output("ARN", name)},
        page=secret_page(name),
    )


def pending(members: dict[str, Value]) -> Expectation:
    """A version is there that has yet to prove itself; where none is, these members make one.

    One that was current before has only lost its turn, and does not count.
    """
    return Expectation(
        what="a new password, beside the current one",
        path=f"[length({labelled(PENDING, PREVIOUS)})]",
        want=[1],
        members=(f"the version {PENDING}",),
        update=put_pending(members),
        waits=False,
        effect="Kept beside the current one; not used yet.",
    )


def put_pending(members: dict[str, Value]) -> Call:
    """A new version, labelled as one that has yet to prove itself."""
    return Call(
        service="secretsmanager",
        operation="PutSecretValue",
        params={
            "SecretId": Found("ARN"),
            "SecretString": JsonText(members),
            "VersionStages": [PENDING],
        },
    )


def current(effect: str) -> Expectation:
    """The version that had to prove itself is the current one; AWS calls the other the previous."""
    turn: dict[str, Value] = {
        "MoveToVersionId": _version(PENDING),
        "RemoveFromVersionId": _version(CURRENT),
    }
    return _label(CURRENT, labelled(PENDING, CURRENT), turn, effect)


def nothing_pending() -> Expectation:
    """No version is marked any more: the rotation is over."""
    taken: dict[str, Value] = {"RemoveFromVersionId": _version(PENDING)}
    removed = _label(PENDING, labelled(PENDING), taken, "The label AWSPENDING is removed.")
    return replace(removed, doing=f"removing the label {PENDING}")


def _version(label: str) -> Found:
    """The id of the version with that label."""
    return Found(f"{labelled(label)} | [0].VersionId")


def _label(label: str, wrong: str, moved: dict[str, Value], effect: str) -> Expectation:
    """Nothing is found at the path `wrong`; else the label is moved."""
    return Expectation(
        what=f"the label {label}",
        path=f"length({wrong})",
        want=0,
        update=Call(
            service="secretsmanager",
            operation="UpdateSecretVersionStage",
            params={"SecretId": Found("ARN"), "VersionStage": label, **moved},
        ),
        waits=False,
        effect=effect,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks the agent at which address; nobody's name is a stranger's question."""

    url: str
    username: str | None = None
    password: SecretRef | None = None


def proof(
    step_id: str, words: tuple[str, str], asked: Asked, after: str, status: int = 200
) -> Step:
    """A step that asks the agent until the answer has `status`; `words` are title and reason."""
    title, why = words
    return Step(
        id=step_id,
        section=Section.VERIFY,
        title=title,
        why=why,
        make=Probe(
            url=asked.url + STATS,
            status=status,
            username=asked.username,
            password=asked.password,
            limit=180,
        ),
        after=frozenset({after} if after else ()),
        usual=(0, 10),
    )
