"""Where a step's thing is in the AWS console."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from wizard.plan.model import Call, Plan, Probe, Step
from wizard.readings.preview import NOTHING, Outputs, Preview, params_of
from wizard.values import Ref, refs

UNKNOWN = re.compile(r"<.*>")
"""What stands for a part of an ARN that is not known yet."""
ARN_END = re.compile(r"-[A-Za-z0-9?]{6}$")
"""The six characters that Secrets Manager puts behind a secret's name."""

Params = Mapping[str, Any]
Page = Callable[[str, Params, Params], str]


def console_link(step: Step, plan: Plan, known: Outputs = NOTHING) -> str | None:
    """The page of what the step makes or looks at; None where the console has none."""
    call = _shown_by(step)
    if call is None:
        return _asked_about(step, plan, known)
    maker = PAGES.get(call.operation)
    if maker is None:
        return None
    return maker(
        plan.region, params_of(call.params, plan, known), _outputs(step, call, plan, known)
    )


def _outputs(step: Step, call: Call, plan: Plan, known: Outputs) -> Params:
    """Known and likely outputs of the step itself and of those its look refers to."""
    scope = Preview(plan, known)
    steps = [plan.step(step_id) for step_id in sorted({ref.step for ref in refs(call)})]
    return {name: scope.ref(Ref(each.id, name)) for each in (*steps, step) for name in each.outputs}


def _shown_by(step: Step) -> Call | None:
    if step.see:
        return step.see[0].call
    return step.wait.call if step.wait else None


def _asked_about(step: Step, plan: Plan, known: Outputs) -> str | None:
    """A proof has no page of its own; what it asks has one."""
    if not isinstance(step.make, Probe):
        return None
    asked = sorted({ref.step for ref in refs(step.make.url)})
    return console_link(plan.step(asked[0]), plan, known) if asked else None


def _regional(region: str, path: str) -> str:
    return f"https://{region}.console.aws.amazon.com/{path}"


def _cluster(region: str, params: Params, _: Params) -> str:
    name = str(params.get("DBClusterIdentifier") or params["resourceArn"]).rpartition(":")[2]
    return _database(region, name, cluster=True)


def _instance(region: str, params: Params, _: Params) -> str:
    return _database(region, params["DBInstanceIdentifier"], cluster=False)


def _database(region: str, name: str, *, cluster: bool) -> str:
    kind = "true" if cluster else "false"
    return _regional(region, f"rds/home?region={region}#database:id={name};is-cluster={kind}")


def _secret(region: str, params: Params, _: Params) -> str:
    name = str(params["SecretId"])
    if name.startswith("arn:"):
        name = ARN_END.sub("", name.partition(":secret:")[2])
    return _regional(region, f"secretsmanager/secret?name={quote(name, safe='')}&region={region}")


def _repository(region: str, params: Params, outputs: Params) -> str:
    name = params.get("repositoryName") or params["repositoryNames"][0]
    account = str(outputs.get("uri", "")).partition(".")[0]
    if not account.isdecimal():
        return _regional(region, f"ecr/private-registry/repositories?region={region}")
    page = f"ecr/repositories/private/{account}/{quote(name, safe='')}"
    return _regional(region, f"{page}?region={region}")


def _role(region: str, params: Params, _: Params) -> str:
    return _iam(region, f"roles/details/{quote(params['RoleName'], safe='')}")


def _policy(region: str, params: Params, _: Params) -> str:
    return _iam(region, f"policies/details/{quote(params['PolicyArn'], safe='')}")


def _iam(region: str, page: str) -> str:
    return f"https://console.aws.amazon.com/iam/home?region={region}#/{page}"


def _service(region: str, _: Params, outputs: Params) -> str:
    arn = str(outputs.get("arn", ""))
    home = f"apprunner/home?region={region}#/services"
    if not arn or UNKNOWN.search(arn):
        return _regional(region, home)
    page = f"{home}/dashboard?service_arn={quote(arn, safe='')}&active_tab=logs"
    return _regional(region, page)


PAGES: dict[str, Page] = {
    "DescribeDBClusters": _cluster,
    "ExecuteStatement": _cluster,
    "DescribeDBInstances": _instance,
    "DescribeSecret": _secret,
    "DescribeRepositories": _repository,
    "DescribeImages": _repository,
    "GetRole": _role,
    "ListAttachedRolePolicies": _role,
    "GetRolePolicy": _role,
    "GetPolicy": _policy,
    "ListServices": _service,
}
"""By the call that finds the thing."""
