"""What the agent may manage: managed policies, made or there already, attached to its role."""

from __future__ import annotations

from dataclasses import replace

from wizard.base.names import POWER_USER
from wizard.base.values import Found, Ref, Template, Text, Value
from wizard.documents.document import Document, DocumentKind
from wizard.plan.model import Call, Lookup, Obstacle, Output, Section, Step, TakeAway
from wizard.plan.page import policy_page
from wizard.plan.resources.attached import NO_SUCH, NOT_AT_ONCE, attached, iam_quota
from wizard.plan.resources.common import POLICY, Site, owned, tagged
from wizard.plan.resources.types import POLICY_TYPE


def scope(site: Site, documents: list[Document]) -> list[Step]:
    """The policies that are made for what was chosen, and their attachments."""
    steps: list[Step] = []
    for number, document in enumerate(documents, 1):
        name = site.names.scope_policy(number)
        steps.append(_managed_policy(site, f"policy-{number}", name, document))
        steps.append(
            _attach_scope(number, name, Ref(f"policy-{number}", "arn"), f"PolicyName=='{name}'")
        )
    arns = site.answers.policy_arns if site.answers.scope == "policies" else ()
    if site.answers.scope == "power-user":
        arns = (POWER_USER,)
    for number, arn in enumerate(arns, 1):
        name = arn.rpartition("/")[2]
        steps.append(_attach_scope(number, name, arn, f"PolicyArn=='{arn}'"))
    return steps


def _attach_scope(number: int, name: str, policy: Value, pick: str) -> Step:
    return attached(
        step_id=f"scope-{number}",
        role="instance-role",
        policy=policy,
        pick=pick,
        title=f"{name} attachment",
        why="The permissions you chose for the agent.",
    )


def _managed_policy(site: Site, step_id: str, name: str, document: Document) -> Step:
    arn = Text(("arn:aws:iam::", Ref("account", "id"), f":policy/{name}"))
    wanted = POLICY_TYPE.wanted(
        {
            "ManagedPolicyName": name,
            "PolicyDocument": document.body,
            "Description": "What the formae agent may manage",
            "Tags": site.tags(name),
        },
        *tagged(site, name, POLICY, {"PolicyArn": Found("Arn")}),
    )
    return Step(
        id=step_id,
        section=Section.ROLES,
        title=f"Policy {name}",
        why=document.why,
        lookups=(
            Lookup(
                call=Call(service="iam", operation="GetPolicy", params={"PolicyArn": arn}),
                pick="Policy",
                absent=NO_SUCH,
            ),
            Lookup(
                call=Call(
                    service="iam",
                    operation="GetPolicyVersion",
                    params={"PolicyArn": Found("Arn"), "VersionId": Found("DefaultVersionId")},
                ),
                pick="PolicyVersion",
                into="Version",
            ),
            Lookup(
                call=Call(
                    service="iam",
                    operation="ListPolicyVersions",
                    params={"PolicyArn": Found("Arn")},
                ),
                pick="Versions",
                into="Versions",
            ),
        ),
        **wanted,
        owned=owned("Tags"),
        outputs={"arn": Output("Arn", site.likely_arn("iam", f"policy/{name}"))},
        delete=(Call(service="iam", operation="DeletePolicy", params={"PolicyArn": arn}),),
        delete_spec=replace(NOT_AT_ONCE, obstacles=_users(site, name)),
        page=policy_page(arn),
        quota=iam_quota("Policies"),
    )


def _users(site: Site, name: str) -> tuple[Obstacle, ...]:
    """Roles, users and groups of others that a policy is attached to, or bounds."""
    kinds = (("role", "Roles", "RoleName"), ("user", "Users", "UserName"))
    users = [
        f"map(&join(' ', ['the {word}', {key}]), not_null(Used.Policy{member}, `[]`))"
        for word, member, key in (*kinds, ("group", "Groups", "GroupName"))
    ]
    own = f"the role {site.names.instance_role}"
    return (
        Obstacle(
            ask=Lookup(
                call=Call(
                    service="iam",
                    operation="ListEntitiesForPolicy",
                    params={"PolicyArn": Found("Arn")},
                ),
                pick="@",
                into="Used",
            ),
            path=f"[{', '.join(users)}][] | [?@ != '{own}']",
            what=f"The policy {name} is also attached to {{held}}, or bounds what that may do.",
            fix=f"Detach {name} there in the IAM console, if that is right; nothing of others is "
            "ever detached.",
        ),
    )


def unneeded(site: Site, wanted: int) -> list[Step]:
    """The numbered policies of an earlier scope that this one, of so many, does not need."""
    named = site.answers.policy_arns if site.answers.scope == "policies" else ()
    return [
        _unneeded(site, number, versions)
        for number, versions in site.inputs.policies_before.items()
        if number > wanted
        and not any(arn.endswith(f":policy/{site.names.scope_policy(number)}") for arn in named)
    ]


def _unneeded(site: Site, number: int, versions: tuple[str, ...]) -> Step:
    name = site.names.scope_policy(number)
    nothing = Document(
        name=f"{name}.json",
        title=name,
        why="Created for an earlier choice; no longer needed.",
        kind=DocumentKind.POLICY,
        body=Template("json", "{}", {}),
    )
    step = _managed_policy(site, f"policy-{number}", name, nothing)
    (goes,) = step.delete
    older = (
        replace(goes, operation="DeletePolicyVersion", params={**goes.params, "VersionId": version})
        for version in versions
    )
    return replace(
        step,
        make=TakeAway(),
        resource=None,
        lookups=step.lookups[:1],
        fits=(),
        delete=(*older, goes),
        after=frozenset({"instance-role"}),
        usual=(1, 3),
    )
