"""Create IAM roles: the one the agent works with, and what it may manage."""

from __future__ import annotations

from dataclasses import replace

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.record import record
from wizard.base.names import POWER_USER, RECORD_PREFIX
from wizard.base.values import Ref, Text, Value
from wizard.documents import iam
from wizard.documents.document import Document
from wizard.plan.inputs import AGENT_ROLE
from wizard.plan.model import Call, Expectation, Lookup, Output, Refusal, Section, Step
from wizard.plan.page import role_page
from wizard.plan.resources.cluster import CLUSTER_ARN
from wizard.plan.resources.cluster import SECRET_ARN as DATABASE_SECRET_ARN
from wizard.plan.resources.common import ROLE, Site, owned, tagged
from wizard.plan.resources.policies import (
    NO_SUCH,
    NOT_AT_ONCE,
    attached_to,
    iam_quota,
    inline,
    scope,
    unneeded,
)
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN
from wizard.plan.resources.types import INLINE_TYPE, ROLE_TYPE

POLICIES = f"{RECORD_PREFIX}policies"
"""The tag with the fingerprint of what was attached."""


def runtime_document(site: Site) -> Document:
    """The policy with what the agent itself needs."""
    return iam.runtime_policy(
        cluster_arn=CLUSTER_ARN,
        database_secret_arn=DATABASE_SECRET_ARN,
        config_secret_arn=CONFIG_SECRET_ARN,
        direct=site.answers.direct,
        keys=site.inputs.secret_keys,
    )


def agent_role(
    site: Site, words: tuple[str, str], trust: Document, runtime: Document, policies: list[Document]
) -> list[Step]:
    """The role that the agent works with, and everything that it may do.

    `words` are its title and its reason.
    """
    title, why = words
    name = site.names.instance_role
    tag = _policies_tag(site)
    step = role(site, tag, step_id=AGENT_ROLE, name=name, trust=trust, title=title, why=why)
    narrow = (*step.fits, *_narrowed(site, len(policies)), _attachments(site))
    return [
        replace(step, fits=narrow),
        _runtime_policy(site, runtime),
        *scope(site, policies),
        *unneeded(site, len(policies)),
    ]


def _policies_tag(site: Site) -> dict[str, Value]:
    return {"Key": POLICIES, "Value": record(site.answers)[POLICIES]}


def _attachments(site: Site) -> Expectation:
    """Which policies are the wizard's, written down once those of before are off."""
    tag = _policies_tag(site)
    return Expectation(
        what="the record of attached policies",
        path=f"not_null(Tags, `[]`)[?Key=='{POLICIES}'].Value | [0]",
        want=tag["Value"],
        update=Call(
            service="iam",
            operation="TagRole",
            params={"RoleName": site.names.instance_role, "Tags": [tag]},
        ),
    )


def _narrowed(site: Site, wanted: int) -> tuple[Expectation, ...]:
    """Nothing of an earlier, wider scope of ours stays attached to the instance role."""
    role, answers = site.names.instance_role, site.answers
    named = answers.policy_arns if answers.scope == "policies" else ()
    arns: list[tuple[str, Value]] = [
        (f"PolicyName=='{name}'", Text(("arn:aws:iam::", Ref("account", "id"), f":policy/{name}")))
        for name in map(site.names.scope_policy, range(wanted + 1, POLICIES_PER_ROLE + 1))
        if not any(arn.endswith(f":policy/{name}") for arn in named)
    ]
    if answers.scope != "power-user" and POWER_USER not in named:
        arns.append((f"PolicyArn=='{POWER_USER}'", POWER_USER))
    arns += [
        (f"PolicyArn=='{arn}'", arn)
        for arn in site.inputs.attached_before
        if arn not in named and arn != POWER_USER
    ]
    return tuple(
        Expectation(
            what="no more permissions than you chose",
            effect="Removed; the agent loses the permissions within a minute.",
            path=f"length(Attached[?{pick}])",
            want=0,
            update=Call(
                service="iam",
                operation="DetachRolePolicy",
                params={"RoleName": role, "PolicyArn": arn},
            ),
        )
        for pick, arn in arns
    )


def role(
    site: Site, *more: Value, step_id: str, name: str, trust: Document, title: str, why: str
) -> Step:
    """A role called `name` that those in `trust` may take on; nothing is attached to it.

    Tags in `more` are set when it is made.
    """
    wanted = ROLE_TYPE.wanted(
        {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust.body,
            "Description": why,
            "Tags": [*site.tags(name), *more],
        },
        *tagged(site, name, ROLE, {"RoleName": name}),
    )
    return Step(
        id=step_id,
        section=Section.ROLES,
        title=title,
        why=why,
        lookups=(
            Lookup(
                call=Call(service="iam", operation="GetRole", params={"RoleName": name}),
                pick="Role",
                absent=NO_SUCH,
            ),
            Lookup(call=attached_to(name), pick="AttachedPolicies", into="Attached"),
        ),
        **wanted,
        owned=owned("Tags"),
        outputs={
            "arn": Output("Arn", site.likely_arn("iam", f"role/{name}")),
            "name": Output("RoleName", name),
        },
        delete=(Call(service="iam", operation="DeleteRole", params={"RoleName": name}),),
        delete_spec=NOT_AT_ONCE,
        page=role_page(name),
        quota=iam_quota("Roles"),
    )


def _runtime_policy(site: Site, document: Document) -> Step:
    names = site.names
    wanted = INLINE_TYPE.wanted(
        {
            "RoleName": Ref(AGENT_ROLE, "name"),
            "PolicyName": names.runtime_policy,
            "PolicyDocument": document.body,
        }
    )
    step = inline(
        step_id="runtime-policy",
        role=AGENT_ROLE,
        name=names.runtime_policy,
        title="Base policy",
        why="Access to the agent's own config, and nothing else: it reaches its database with a "
        "password that ECS gives it."
        if site.answers.direct
        else "Access to the agent's own database and secrets. Without the config secret, the agent "
        "could not start with restricted permissions.",
    )
    region, text = site.answers.region, "to_string(PolicyDocument)"
    elsewhere = Refusal(
        f"(contains({text}, ':rds:') || contains({text}, ':secretsmanager:')) && "
        f"!contains({text}, ':rds:{region}:') && !contains({text}, ':secretsmanager:{region}:')",
        f"The role {names.instance_role} belongs to a deployment named {site.answers.name} in "
        "another region; IAM roles are shared by all regions.",
        "Choose another name for the deployment (--name), or remove the other one first "
        "(`formae-wizard status --all-regions` shows where it is).",
        entry="FW-RUN-007",
    )
    step = replace(step, refusals=(elsewhere,), **wanted)
    if not site.inputs.data_api_before:
        return step
    return replace(
        step,
        why=f"{step.why} The agent of before needs the Data API until this one is deployed.",
        after=step.after | {"service"},
    )
