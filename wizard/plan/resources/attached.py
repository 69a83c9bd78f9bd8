"""Policies attached to a role or put into it: how they are seen, made and taken back."""

from __future__ import annotations

from dataclasses import replace

from wizard.base.values import Ref, Value
from wizard.plan.model import (
    Call,
    Count,
    DeleteSpec,
    LookOnly,
    Lookup,
    Output,
    Quota,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import role_page
from wizard.plan.resources.types import ATTACHMENT_TYPE

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
