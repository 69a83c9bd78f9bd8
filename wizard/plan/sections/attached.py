"""Policies attached to a role: how they are seen, and how one is attached."""

from __future__ import annotations

from wizard.plan.model import Call, Look, Section, Step
from wizard.values import Ref, Value

NO_SUCH = frozenset({"NoSuchEntity"})


def attached_to(role_name: Value) -> Call:
    """Lists the managed policies attached to a role."""
    return Call(service="iam", operation="ListAttachedRolePolicies", params={"RoleName": role_name})


def attached(*, step_id: str, role: str, policy: Value, pick: str, title: str, why: str) -> Step:
    """The step that attaches `policy` to the role of the step `role`; `pick` recognises it."""
    attachment: dict[str, Value] = {"RoleName": Ref(role, "name"), "PolicyArn": policy}
    return Step(
        id=step_id,
        section=Section.ROLES,
        title=title,
        why=why,
        see=(
            Look(
                call=attached_to(Ref(role, "name")),
                pick=f"AttachedPolicies[?{pick}] | [0]",
                absent=NO_SUCH,
            ),
        ),
        make=Call(service="iam", operation="AttachRolePolicy", params=attachment),
        unmake=(Call(service="iam", operation="DetachRolePolicy", params=attachment),),
    )
