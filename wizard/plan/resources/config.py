"""Configure the agent: the API's credentials and the Pkl config, both in Secrets Manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from wizard.answers.record import IMAGE_RECORD, record
from wizard.base.values import Found, JsonText, NewPassword, NewPasswordHash, Ref, SecretRef, Value
from wizard.documents.configs import agent_config
from wizard.documents.document import Document
from wizard.plan.charges import Charge, Item, usage
from wizard.plan.model import Call, Expectation, Lookup, Section, Step
from wizard.plan.resources.cluster import CLUSTER_ARN
from wizard.plan.resources.cluster import SECRET_ARN as DATABASE_SECRET_ARN
from wizard.plan.resources.common import (
    Site,
    secret_charge,
    secret_look,
    stored_secret,
    tagged_secret,
)
from wizard.plan.resources.image import recorded_image
from wizard.plan.resources.types import SECRET_TYPE

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
    some = f"The agent accepts requests from {', '.join(site.answers.allow_cidr)} only"
    return some if site.answers.allow_cidr else "The agent's address is public"


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
    """The record of an image that a host pulled goes where the agent is moved from that host."""
    if not site.inputs.others or site.offer.pulls_anywhere:
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
