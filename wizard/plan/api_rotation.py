"""Another API password: a new version of its secret, deployed, proved, and only then current.

The new password lies beside the old one in the secret, labelled AWSPENDING, until it is proved; so
whichever of the two works at a moment can be found there. Reading the labels is how a later run
goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from wizard.base.names import Names
from wizard.base.text import pkl_string
from wizard.base.values import (
    PKL_HOLE,
    Found,
    JsonText,
    NewPassword,
    NewPasswordHash,
    SecretRef,
    Sha256,
    Template,
    Value,
)
from wizard.documents.configs import agent_document
from wizard.documents.document import Document
from wizard.local.formae.config import Client
from wizard.plan.inputs import hosting
from wizard.plan.model import (
    Call,
    Expectation,
    LookOnly,
    Lookup,
    Output,
    Probe,
    Section,
    Step,
    WriteClientConfig,
)
from wizard.plan.page import secret_page
from wizard.plan.resources.common import FINGERPRINT, deleted_secret, owned, secret_look
from wizard.plan.resources.secrets import value_look
from wizard.plan.resources.types import SECRET_TYPE
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


HOLE = "api_password_hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiStanding:
    """How the API's password stands now, as AWS shows it."""

    secret: str
    """The ARN of its secret."""
    username: str
    url: str
    """The agent's address, with `https://`."""
    source: Mapping[str, Any]
    """How the service is deployed, as its host describes it."""
    fingerprint: str
    """That of the config it was deployed with; empty where it has none."""
    config: str = field(repr=False)
    """The agent's config as it is stored."""
    hashes: tuple[str, ...] = field(repr=False)
    """Those hashes of the secret's passwords that are in it."""
    replaced: bool = False
    """Whether a password waits in the secret that is not the one wanted now."""
    begun: bool = False
    """Whether a password waits at all: the agent may take that one only already."""
    promoted: bool = False
    """Whether the new one is the current one already, and the rotation only has to be ended."""


def api_password(
    names: Names,
    region: str,
    standing: ApiStanding,
    client: Client | None,
    after: frozenset[str],
    variables: Mapping[str, Value] = MappingProxyType({}),
) -> tuple[list[Step], Document]:
    """The steps, and the agent's config they store. `client` is None where it is left alone.

    `variables` are others that the agent is started with.
    """
    document = _config(standing, PENDING)
    steps = [
        _new(names, region, standing, after),
        _stored(names, region, document, frozenset({"api-secret"})),
        *hosting(names.host).redeployed(
            names,
            region,
            standing.source,
            {FINGERPRINT: Sha256(document.body), **variables},
        ),
        *_proofs(standing),
        _current(names, region),
        *_client(names, standing, client),
    ]
    return [*steps, _over(names, region, frozenset({steps[-1].id, "refuses"}))], document


def api_put_back(names: Names, region: str, standing: ApiStanding) -> tuple[list[Step], Document]:
    """The steps after a deployment that the host took back: all is as it was before."""
    document = _config(standing, CURRENT)
    still = proof(
        "accepts",
        (
            "The old password is still accepted",
            "The previous version is still running and only knows the old password.",
        ),
        _with(standing, CURRENT),
        after="",
    )
    steps = [
        still,
        _stored(names, region, document, frozenset({"accepts"})),
        _over(names, region, frozenset({"config-secret"})),
    ]
    return steps, document


def _config(standing: ApiStanding, stage: str) -> Document:
    """The stored config with another hash in it; whatever else it says stays as it is."""
    holes: dict[str, Value] = {
        hole[1]: f"${{{hole[1]}}}" for hole in PKL_HOLE.finditer(standing.config)
    }
    text = standing.config
    for known in standing.hashes:
        text = text.replace(pkl_string(known), f'"${{{HOLE}}}"')
    holes[HOLE] = SecretRef(standing.secret, "bcrypt", stage)
    return agent_document(Template("pkl", text, holes))


def _new(names: Names, region: str, standing: ApiStanding, after: frozenset[str]) -> Step:
    members: dict[str, Value] = {
        "username": standing.username,
        "password": NewPassword("api"),
        "bcrypt": NewPasswordHash("api"),
    }
    fit = pending(members)
    if standing.replaced:
        fit = replace(fit, path="`[0]`", update=put_pending(members))
    step = secret_there("api-secret", Section.CONFIG, names.api_secret, region)
    return replace(
        step,
        title="New API password",
        why="It is kept beside the old one in the secret, labeled AWSPENDING, so that the one that "
        "works can always be found there.",
        fits=(fit,),
        after=after,
    )


def _stored(names: Names, region: str, document: Document, after: frozenset[str]) -> Step:
    step = secret_there("config-secret", Section.CONFIG, names.config_secret, region)
    return replace(
        step,
        title="Agent config",
        why=(
            "Contains the password's bcrypt hash. The running agent does not read it until it is "
            "redeployed."
        ),
        lookups=(step.lookups[0], value_look()),
        fits=SECRET_TYPE.fits({"SecretString": document.body}),
        after=after,
    )


def _proofs(standing: ApiStanding) -> list[Step]:
    accepts = ("The new password is accepted", "Checked with the agent itself, over HTTPS.")
    refuses = ("The old password is refused", "The old password no longer gives access.")
    old = PREVIOUS if standing.promoted else CURRENT
    return [
        proof("accepts", accepts, _with(standing, PENDING), "service"),
        proof("refuses", refuses, _with(standing, old), "accepts", 401),
    ]


def _with(standing: ApiStanding, stage: str) -> Asked:
    """With the password of that version."""
    password = SecretRef(standing.secret, "password", stage)
    return Asked(standing.url, standing.username, password)


def _current(names: Names, region: str) -> Step:
    step = secret_there("api-current", Section.CONFIG, names.api_secret, region)
    return replace(
        step,
        title="Switch to the new password",
        why="It becomes the secret's current version; the old one stays as AWSPREVIOUS.",
        fits=(current("From now on, reading the secret returns the new password."),),
        after=frozenset({"refuses"}),
    )


def _client(names: Names, standing: ApiStanding, client: Client | None) -> list[Step]:
    if client is None:
        return []
    step = Step(
        id="client-config",
        section=Section.CLIENT,
        title="formae CLI config",
        why=f"Written to {client.path}, now that the agent accepts the new password.",
        make=WriteClientConfig(
            name=names.deployment,
            activate=False,
            version=client.version,
            url=standing.url,
            username=standing.username,
            password=SecretRef(standing.secret, "password"),
        ),
        after=frozenset({"api-current"}),
        usual=(0, 1),
    )
    return [step]


def _over(names: Names, region: str, after: frozenset[str]) -> Step:
    step = secret_there("api-over", Section.CONFIG, names.api_secret, region)
    return replace(
        step,
        title="Clean up",
        why="Without the label AWSPENDING, a later run knows that this rotation is finished.",
        fits=(nothing_pending(),),
        after=after,
    )
