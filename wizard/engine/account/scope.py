"""What the agent may manage, read back from what is attached to its role."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.base.names import POWER_USER, Names
from wizard.engine.account.snapshot import Seen

Keep = Callable[[str], str]
"""Keeps the text of a policy in a file and says where; an empty text where it cannot."""


def scope_of(seen: Seen, recorded: Mapping[str, str], keep: Keep) -> dict[str, str]:
    """The answers about permissions; empty where nothing is attached or nobody could say.

    Our numbered policies are of chosen services, or the person's own file, as it was recorded.
    Where nothing is recorded they count as policies somebody wrote, and stay attached as they are.
    """
    if not seen.attached:
        return {}
    numbered = own_policies(seen)
    if numbered and recorded.get("scope") == "services" and recorded.get("services"):
        return {"scope": "services", "services": recorded["services"]}
    if numbered and recorded.get("scope") == "file" and seen.policy:
        kept = keep(json.dumps(seen.policy, indent=2) + "\n")
        if kept:
            return {"scope": "file", "policy_file": kept}
    if seen.attached == (POWER_USER,):
        return {"scope": "power-user"}
    return {"scope": "policies", "policy_arns": ",".join(seen.attached)}


def own_policies(seen: Seen) -> list[str]:
    """ARNs of the numbered policies that only the wizard makes."""
    own = {Names(seen.name).scope_policy(n) for n in range(1, POLICIES_PER_ROLE + 1)}
    return [arn for arn in seen.attached or () if arn.partition(":policy/")[2] in own]


def beside(seen: Seen, answers: Mapping[str, str]) -> list[str]:
    """ARNs of policies that somebody attached besides the chosen services or file."""
    if answers.get("scope") not in {"services", "file"}:
        return []
    return [arn for arn in seen.attached or () if arn not in own_policies(seen)]
