"""Policies: attached to a role or put into it, and those for what the agent may manage."""

from __future__ import annotations

from dataclasses import replace

from wizard.base.names import POWER_USER
from wizard.base.values import Found, Ref, Template, Text, Value
from wizard.documents.document import Document, DocumentKind
from wizard.plan.model import (
    Call,
    Count,
    DeleteSpec,
    LookOnly,
    Lookup,
    Obstacle,
    Output,
    Quota,
    Retry,
    Section,
    Step,
    TakeAway,
)
from wizard.plan.page import policy_page, role_page
from wizard.plan.resources.common import POLICY, Site, owned, tagged
from wizard.plan.resources.types import ATTACHMENT_TYPE, POLICY_TYPE

NO_SUCH = frozenset({"NoSuchEntity"})
NOT_AT_ONCE = DeleteSpec(
    retry=Retry(
        pattern="^DeleteConflict",
        say="waiting for IAM to propagate the detachment",
        every=3,
        limit=30,
    )
)


def iam_quota(kind: str) -> Quota:
    """`Roles` or `Policies`, as IAM counts them in an account."""
    call = Call(service="iam", operation="GetAccountSummary", params={})
    return Quota(
        kind=f"IAM {kind.lower()}",
        used=Count(call=call, path=f"SummaryMap.{kind}"),
        limit=Count(call=call, path=f"SummaryMap.{kind}Quota"),
    )


def attached_to(role_name: Value) -> Call:
    """Lists the managed policies attached to a role."""
    return Call(service="iam", operation="ListAttachedRolePolicies", params={"RoleName": role_name})


def attached(*, step_id: str, role: str, policy: Value, pick: str, title: str, why: str) -> Step:
    """The step that attaches `policy` to the role of the step `role`; `pick` recognises it."""
    wanted = ATTACHMENT_TYPE.wanted({"RoleName": Ref(role, "name"), "ManagedPolicyArns": [policy]})
    attach: Call = wanted["make"]
    return Step(
        id=step_id,
        section=Section.ROLES,
        title=title,
        why=why,
        lookups=(
            Lookup(
                call=attached_to(Ref(role, "name")),
                pick=f"AttachedPolicies[?{pick}] | [0]",
                absent=NO_SUCH,
            ),
        ),
        **wanted,
        delete=(replace(attach, operation="DetachRolePolicy"),),
        part_of=role,
        page=role_page(Ref(role, "name")),
    )


def inline(*, step_id: str, role: str, name: str, title: str, why: str) -> Step:
    """An inline policy of the role of that step; it is only looked for."""
    target: dict[str, Value] = {"RoleName": Ref(role, "name"), "PolicyName": name}
    return Step(
        id=step_id,
        section=Section.ROLES,
        title=title,
        why=why,
        lookups=(
            Lookup(
                call=Call(service="iam", operation="GetRolePolicy", params=target),
                pick="@",
                absent=NO_SUCH,
            ),
        ),
        make=LookOnly(f"The inline policy {name} does not exist."),
        delete=(Call(service="iam", operation="DeleteRolePolicy", params=target),),
        part_of=role,
        outputs={"name": Output("PolicyName", name)},
        page=role_page(Ref(role, "name")),
    )


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
            what=f"The policy {name} is also attached to {{held}}, or is its permissions boundary.",
            fix=f"If you are sure, detach {name} there in the IAM console; the wizard never "
            "detaches from what others created.",
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
