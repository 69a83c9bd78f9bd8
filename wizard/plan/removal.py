"""The plan as it is taken back: its own steps, and whatever else the account has under its names.

What was chosen when it was made does not matter here: every step there can be is in this plan, and
the extent, which is read from the account, adds what other hands put there. Nothing in it is ever
made; it is read backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.model import Answers
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.base.values import Found, Ref, Template, Value
from wizard.documents.document import Document, DocumentKind
from wizard.plan.build import build
from wizard.plan.inputs import Choices, Data, Extent, PlanInputs, hosting
from wizard.plan.model import Call, LookOnly, Lookup, Output, Plan, Section, Step
from wizard.plan.page import database_page
from wizard.plan.resources.common import Site
from wizard.plan.resources.database import agents_database
from wizard.plan.resources.network import DATABASE_GROUP, database_group
from wizard.plan.resources.new_cluster import instance_goes, instance_look, snapshot_obstacles
from wizard.plan.resources.policies import NO_SUCH, attached, inline, scope
from wizard.plan.resources.subnets import SUBNET_GROUP, place, subnet_group, where_ours

DATABASE = frozenset(
    {DATABASE_GROUP, SUBNET_GROUP, "database-secret", "cluster", "instance", "database"}
)
"""The steps of a database of the wizard's own making; a member of its cluster is one more."""
MEMBER = "member-"
THEIR_DATABASE = "their-database"


def removal(answers: Answers, inputs: PlanInputs, extent: Extent, choices: Choices) -> Plan:
    """Everything there can be of the deployment called `answers.name`. Pure."""
    host = hosting(answers.host)
    inputs = replace(inputs, opened=extent.opened)
    if offer(answers.host).in_vpc:  # with all there can be of it
        answers = replace(answers, datastore="postgres", database="new")
    answers = replace(answers, copy_image=extent.copied)
    site = Site(answers, Names(answers.name, answers.host), inputs)
    whole = build(answers, inputs)
    own = _left_groups(site, extent, whole.steps)
    steps = {
        step.id: step
        for step in (
            *own,
            *scope(_no_choice(site), [_any_policy(site, number) for number in _numbers()]),
            *_databases(extent, choices),
            *_on_roles(site, extent, own),
            *_versions(extent),
            *host.left(site, extent.left),
        )
    }
    steps["service"] = _last_of(steps, [each.id for each in host.left(site, extent.left)])
    chosen = [_as_chosen(step, choices) for step in steps.values()]
    sections = list(Section)
    chosen = [replace(step, usual=step.delete_spec.usual) for step in chosen]
    chosen.sort(key=lambda step: sections.index(step.section))
    return Plan(answers.name, answers.region, tuple(chosen), whole.documents, answers.host)


def _left_groups(site: Site, extent: Extent, whole: Iterable[Step]) -> list[Step]:
    """The steps, with the database's groups; others may be of another host, or other answers."""
    own = [step for step in whole if not step.id.startswith("scope-")]
    groups: list[Step] = []
    if extent.database_group:
        (vpc, _) = place(replace(site.answers, subnets=()))
        groups += [vpc, database_group(site)]
    if extent.subnet_group:
        groups.append(subnet_group(site))
    ids = {each.id for each in groups} - {"vpc"}
    steps = {each.id: each for each in (*groups, *own)}
    if cluster := steps.get("cluster"):
        steps["cluster"] = replace(cluster, after=cluster.after | ids)
    return [where_ours(step, site.names) for step in steps.values()]


def _no_choice(site: Site) -> Site:
    """Without policies that were merely attached; the extent names them."""
    return replace(site, answers=replace(site.answers, scope="file"))


def _numbers() -> range:
    return range(1, POLICIES_PER_ROLE + 1)


def _any_policy(site: Site, number: int) -> Document:
    return Document(
        name=f"{site.names.scope_policy(number)}.json",
        title="Agent policy",
        why="A policy created for the services you chose.",
        kind=DocumentKind.POLICY,
        body=Template("json", "{}", {}),
    )


def _last_of(steps: dict[str, Step], left: list[str]) -> Step:
    """The service, which goes before what it leaves and what its database is served by."""
    more = {step_id for step_id in steps if step_id.startswith((MEMBER, THEIR_DATABASE))}
    more |= set(left)
    return replace(steps["service"], after=steps["service"].after | more)


def _as_chosen(step: Step, choices: Choices) -> Step:
    if step.id == "database":
        return replace(step, delete=())  # it goes with the wizard's own cluster
    if step.id == "cluster" and choices.data is Data.FINAL_SNAPSHOT:
        (call,) = step.delete
        params = {
            "DBClusterIdentifier": call.params["DBClusterIdentifier"],
            "FinalDBSnapshotIdentifier": choices.snapshot,
        }
        name = str(call.params["DBClusterIdentifier"])
        held = (*step.delete_spec.obstacles, *snapshot_obstacles(name))
        goes = replace(step.delete_spec, obstacles=held)
        return replace(step, delete=(replace(call, params=params),), delete_spec=goes)
    if choices.purge_secrets and any(call.operation == "DeleteSecret" for call in step.delete):
        (call,) = step.delete
        params = {"SecretId": call.params["SecretId"], "ForceDeleteWithoutRecovery": True}
        spec = replace(step.delete_spec, gone="")
        return replace(step, delete=(replace(call, params=params),), delete_spec=spec)
    return step


def _extra(step_id: str, section: Section, title: str, why: str, **more: Any) -> Step:
    return Step(
        id=step_id,
        section=section,
        title=title,
        why=why,
        make=LookOnly(f"{title} does not exist."),
        **more,
    )


def _databases(extent: Extent, choices: Choices) -> Iterator[Step]:
    for name in extent.members:
        yield _extra(
            MEMBER + name,
            Section.DATABASE,
            f"Instance {name}",
            (
                "Someone else added it to the wizard's cluster; a cluster with instances cannot be "
                "deleted."
            ),
            lookups=(instance_look(name),),
            page=database_page(name, cluster=False),
            delete=(
                Call(
                    service="rds",
                    operation="DeleteDBInstance",
                    params={"DBInstanceIdentifier": name, "SkipFinalSnapshot": True},
                ),
            ),
            delete_spec=instance_goes(Found("DBClusterIdentifier")),
            part_of="cluster",
            after=frozenset({"cluster"}),
            outputs={"arn": Output("DBInstanceArn", name)},
        )
    theirs = extent.theirs
    if theirs and theirs.database:
        name = theirs.cluster.rpartition(":")[2]
        step = agents_database(theirs.database, theirs.cluster, theirs.secret)
        yield replace(
            step,
            id=THEIR_DATABASE,
            title=f"Database {theirs.database} in your cluster {name}",
            why="The agent's tables, in a cluster that existed before the agent.",
            delete=step.delete if choices.data is Data.DELETE else (),
            part_of="",
            after=frozenset(),
        )


def _on_roles(site: Site, extent: Extent, own: list[Step]) -> Iterator[Step]:
    calls = (step.make for step in own)
    planned = {
        *(call.params.get("PolicyArn") for call in calls if isinstance(call, Call)),
        *(site.likely_arn("iam", f"policy/{site.names.scope_policy(n)}") for n in _numbers()),
    }
    inside = {
        call.params["PolicyName"]
        for call in (step.make for step in own)
        if isinstance(call, Call) and call.operation == "PutRolePolicy"
    }
    for role in site.names.roles:
        for number, arn in enumerate(extent.attached.get(role, ()), 1):
            if arn in planned:
                continue  # it has its step already
            name = arn.rpartition("/")[2]
            yield attached(
                step_id=f"{role}-attached-{number}",
                role=role,
                policy=arn,
                pick=f"PolicyArn=='{arn}'",
                title=f"{name} attachment to the {_words(role).lower()}",
                why="Attached to the role, by the wizard or by hand; a role with policies cannot "
                "be deleted. The policy itself stays.",
            )
        for name in extent.inline.get(role, ()):
            if name not in inside:
                yield inline(
                    step_id=f"{role}-inline-{name}",
                    role=role,
                    name=name,
                    title=f"Inline policy {name}",
                    why=(
                        "Someone added it to the role by hand; a role with policies cannot be "
                        "deleted."
                    ),
                )
        for name in extent.profiles.get(role, ()):
            yield _profile(role, name)


def _words(role: str) -> str:
    return role.replace("-", " ").capitalize()


def _profile(role: str, name: str) -> Step:
    member: dict[str, Value] = {"InstanceProfileName": name, "RoleName": Ref(role, "name")}
    return _extra(
        f"{role}-profile-{name}",
        Section.ROLES,
        f"{_words(role)} in instance profile {name}",
        "Someone added the role by hand; a role in a profile cannot be deleted. The profile stays.",
        lookups=(
            Lookup(
                call=Call(
                    service="iam",
                    operation="ListInstanceProfilesForRole",
                    params={"RoleName": Ref(role, "name")},
                ),
                pick=f"InstanceProfiles[?InstanceProfileName=='{name}'] | [0]",
                absent=NO_SUCH,
            ),
        ),
        delete=(Call(service="iam", operation="RemoveRoleFromInstanceProfile", params=member),),
        part_of=role,
        outputs={"arn": Output("Arn", name)},
    )


def _versions(extent: Extent) -> Iterator[Step]:
    for number, ids in extent.versions.items():
        policy = f"policy-{number}"
        for version in ids:
            target: dict[str, Value] = {
                "PolicyArn": Ref(policy, "arn"),
                "VersionId": version,
            }
            yield _extra(
                f"{policy}-{version}",
                Section.ROLES,
                f"Older version {version} of policy {number}",
                "A policy can only be deleted after all its other versions.",
                lookups=(
                    Lookup(
                        call=Call(service="iam", operation="GetPolicyVersion", params=target),
                        pick="PolicyVersion",
                        absent=NO_SUCH,
                    ),
                ),
                delete=(Call(service="iam", operation="DeletePolicyVersion", params=target),),
                part_of=policy,
            )
