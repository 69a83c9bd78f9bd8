"""What the agent is configured with, in Secrets Manager: the API's credentials and the Pkl config.

An agent that speaks PostgreSQL gets the database's user and password from ECS, which reads them
from the database's secret when it starts the agent; they are in no config.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from wizard.answers.record import IMAGE_RECORD, record
from wizard.base.values import (
    Found,
    JsonText,
    NewPassword,
    NewPasswordHash,
    Ref,
    SecretRef,
    Template,
    Text,
    Value,
)
from wizard.documents.configs import agent_config
from wizard.documents.document import Document, DocumentKind
from wizard.documents.iam import policy_notes, with_keys
from wizard.plan.charges import Charge, Item, usage
from wizard.plan.inputs import EXECUTION_ROLE
from wizard.plan.model import Call, Expectation, Lookup, Section, Step, TakeAway
from wizard.plan.resources.cluster import CLUSTER_ARN, SECRET_ARN
from wizard.plan.resources.cluster import SECRET_ARN as DATABASE_SECRET_ARN
from wizard.plan.resources.common import (
    Site,
    another_password,
    secret_charge,
    secret_look,
    stored_secret,
    tagged_secret,
)
from wizard.plan.resources.image import recorded_image
from wizard.plan.resources.policies import inline
from wizard.plan.resources.types import INLINE_TYPE, SECRET_TYPE

API_SECRET_ARN = Ref("api-secret", "arn")

CONFIG_SECRET_ARN = Ref("config-secret", "arn")

API_PASSWORD = SecretRef(API_SECRET_ARN, "password")

API_TITLE, CONFIG_TITLE = "API password", "Agent config"

SECRET_CALLS = Decimal(10_000)
"""A host reads the secrets once a deployment and the Data API keeps the database's for a while;
AWS does not say how long. A guess on the high side."""

RECORD = "the record of your answers"
"""What the tags with the answers are called where they differ."""


def config_document(site: Site) -> Document:
    """The agent's config, referring to the cluster and the secrets of this plan."""
    return agent_config(
        site.answers,
        cluster_arn=CLUSTER_ARN,
        secret_arn=DATABASE_SECRET_ARN,
        api_secret_arn=API_SECRET_ARN,
        host=Ref("cluster", "endpoint"),
        port=Ref("cluster", "port"),
    )


def config(site: Site, document: Document) -> list[Step]:
    """The secrets the agent starts from."""
    steps = [_api_secret(site)] if site.answers.protect else []
    return [*steps, _config_secret(site, document)]


def value_look() -> Lookup:
    """Reads the current value of the secret that was found, as its `Value`."""
    return Lookup(
        call=Call(
            service="secretsmanager",
            operation="GetSecretValue",
            params={"SecretId": Found("ARN")},
        ),
        pick="@",
        into="Value",
    )


def _credentials(site: Site) -> Expectation:
    """The user name is the chosen one, and so is the password where the person gave one."""
    arn = Found("ARN")
    wanted: dict[str, Value] = {"username": site.answers.api_user}
    whole: dict[str, Value] = {
        **wanted,
        "password": SecretRef(arn, "password"),
        "bcrypt": SecretRef(arn, "bcrypt"),
    }
    if site.inputs.password_given:
        wanted["password"] = NewPassword("api")
        whole |= {"password": NewPassword("api"), "bcrypt": NewPasswordHash("api")}
    return Expectation(
        what="the API's user and password",
        path="Value.SecretString",
        want=wanted,
        update=Call(
            service="secretsmanager",
            operation="PutSecretValue",
            params={"SecretId": arn, "SecretString": JsonText(whole)},
        ),
        reading="subset",
        effect="Stored immediately; takes effect when the service is redeployed.",
    )


def _new_credentials(site: Site) -> JsonText:
    return JsonText(
        {
            "username": site.answers.api_user,
            "password": NewPassword("api"),
            "bcrypt": NewPasswordHash("api"),
        }
    )


def _anew(site: Site) -> Call:
    """Whoever let the secret go did not want its password to be good any more."""
    return Call(
        service="secretsmanager",
        operation="PutSecretValue",
        params={"SecretId": Found("ARN"), "SecretString": _new_credentials(site)},
    )


def _api_secret(site: Site) -> Step:
    name = site.names.api_secret
    wanted = SECRET_TYPE.wanted(
        {
            "Name": name,
            "Description": "API credentials of the formae agent",
            "SecretString": _new_credentials(site),
            "Tags": site.tags(name),
        },
        _credentials(site),
        *another_password(site, "api-secret", _anew(site)),
        *tagged_secret(site, name),
        without=("SecretString",),
    )
    return Step(
        id="api-secret",
        section=Section.CONFIG,
        title=API_TITLE,
        why=f"{_open_to(site)}; this password protects it. It is stored here so that your other "
        "machines can find it; the agent itself only gets its bcrypt hash.",
        lookups=(secret_look(name), value_look()),
        **stored_secret(site, name, "restored, with a new password", _anew(site)),
        **wanted,
        charges=(secret_charge(API_TITLE, "the API's password"),),
    )


def _open_to(site: Site) -> str:
    if site.answers.allow_cidr:
        return f"The agent accepts requests from {', '.join(site.answers.allow_cidr)} only"
    return f"The agent's address is {'internal' if site.answers.internal else 'public'}"


def _recorded(chosen: Mapping[str, str]) -> Iterator[Expectation]:
    """What was chosen is written down, so that a later look can tell what others changed."""
    tags: list[Value] = [{"Key": key, "Value": value} for key, value in chosen.items()]
    mend = Call(
        service="secretsmanager",
        operation="TagResource",
        params={"SecretId": Found("ARN"), "Tags": tags},
    )
    for key, value in chosen.items():
        yield Expectation(
            what="the record of your answers",
            path=f"not_null(Tags, `[]`)[?Key=='{key}'].Value | [0]",
            want=value,
            update=mend,
            waits=False,
        )


def _no_image(site: Site) -> Iterator[Expectation]:
    """The record of an image that a host pulled goes where it pulls a copy from now on."""
    if not site.answers.copied or not (site.inputs.others or site.offer.pulls_anywhere):
        return
    yield Expectation(
        what=RECORD,
        path="not_null(Tags, `[]`)[].Key",
        want=[IMAGE_RECORD],
        update=Call(
            service="secretsmanager",
            operation="UntagResource",
            params={"SecretId": Found("ARN"), "TagKeys": [IMAGE_RECORD]},
        ),
        reading="none of",
        waits=False,
    )


def _config_secret(site: Site, document: Document) -> Step:
    name = site.names.config_secret
    chosen = record(site.answers) | recorded_image(site)
    record_tags: list[Value] = [{"Key": key, "Value": value} for key, value in chosen.items()]
    wanted = SECRET_TYPE.wanted(
        {
            "Name": name,
            "Description": "Config of the formae agent (Pkl)",
            "SecretString": document.body,
            "Tags": [*site.tags(name), *record_tags],
        },
        *tagged_secret(site, name),
        *_recorded(chosen),
        *_no_image(site),
    )
    return Step(
        id="config-secret",
        section=Section.CONFIG,
        title=CONFIG_TITLE,
        why=f"{site.offer.label} cannot mount files, so the config is stored in Secrets Manager "
        "and passed to the agent as an environment variable.",
        lookups=(secret_look(name), value_look()),
        **stored_secret(site, name, "restored"),
        **wanted,
        charges=(secret_charge(CONFIG_TITLE, "the agent's config", first=True), _calls()),
    )


def _calls() -> Charge:
    calls = SECRET_CALLS / 10_000
    return usage(
        "Secrets Manager calls", Item.SECRET_CALLS, calls, calls, f"{SECRET_CALLS:,} calls"
    )


USER, PASSWORD = "FORMAE_DATABASE_USER", "FORMAE_DATABASE_PASSWORD"
"""The environment variables that the agent's config reads them from."""

VERSION = "FORMAE_DATABASE_SECRET_VERSION"
"""An environment variable with the version of the secret: ECS reads secrets only when it starts the
agent, so another password must change the service for the agent to be started again."""

READS = "database-secret-policy"
"""The step that lets ECS read the secret."""


def secrets(site: Site) -> list[Value]:
    """The container's secrets, in CloudFormation's words; none for the Data API."""
    if not site.answers.direct:
        return []
    return [
        {"Name": name, "ValueFrom": Text((SECRET_ARN, f":{key}::"))}
        for name, key in ((USER, "username"), (PASSWORD, "password"))
    ]


def environment(site: Site) -> list[Value]:
    """The container's variables, in CloudFormation's words; none for the Data API."""
    if not site.answers.direct:
        return []
    return [{"Name": VERSION, "Value": Ref("database-secret", "version")}]


def policies(site: Site) -> dict[str, Document]:
    """What the execution role may read besides the config, by the step; nothing for the Data API.

    One secret by its full ARN, and the customer keys it may be under.
    """
    if not site.answers.direct:
        return {}
    statement = {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "${database_secret_arn}",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
    holes = {"database_secret_arn": SECRET_ARN}
    body = with_keys(Template("json", text, holes), site.inputs.secret_keys)
    document = Document(
        name="ecs-database-policy.json",
        kind=DocumentKind.POLICY,
        title="Who reads the database password",
        why="The one secret with the database's user and password, which ECS hands to the agent.",
        body=body,
        notes=policy_notes(body.text),
        fixed="It names the one secret without which the agent does not start.",
    )
    return {READS: document}


def policy_name(deployment: str) -> str:
    """What the inline policy of the execution role is called."""
    return f"{deployment}-database"


def access(site: Site, documents: dict[str, Document]) -> list[Step]:
    """The step that puts the policy in `documents` on the execution role, or takes it off again."""
    step = inline(
        step_id=READS,
        role=EXECUTION_ROLE,
        name=policy_name(site.answers.name),
        title="Execution role may read the database password",
        why="The one secret with the database's user and password, which ECS hands to the agent.",
    )
    if READS not in documents:
        gone = replace(
            step,
            title=f"{step.title} no more",
            why="The agent reaches its database through the Data API now.",
            make=TakeAway(),
            after=frozenset({"service"}),
        )
        return [gone] if site.inputs.password_read else []
    target = step.lookups[0].call.params
    wanted = INLINE_TYPE.wanted({**target, "PolicyDocument": documents[READS].body})
    return [replace(step, **wanted)]
