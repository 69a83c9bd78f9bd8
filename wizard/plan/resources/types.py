"""The wanted state of one thing as data, the AWS calls that follow, and the types on every host.

A `Resource` says what is wanted in CloudFormation's words; a `Type` is the table of what those
words are in the service's own API. From both follow the call that makes the thing, and what is
compared with the thing that is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from wizard.base.values import Found, Value
from wizard.plan.model import Call, Expectation, Prerequisite, Resource
from wizard.plan.resources.common import (
    DATABASE,
    POLICY,
    REPOSITORY,
    ROLE,
    SECRET,
    Tagging,
)

Properties: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Same:
    """The wanted value of the property called so."""

    property: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How one property is compared with the thing that is there, and put right.

    `path` is the JMESPath of it in the thing found. Where it differs, `update` is called with
    `target`, which names the thing, the property itself as `parameter` and whatever is `always`
    sent; without an `update` the call that makes the thing is made again.
    """

    property: str
    what: str
    path: str
    update: str = ""
    target: Mapping[str, Value | Same] = field(default_factory=dict)
    parameter: str = ""
    always: Mapping[str, Value] = field(default_factory=dict)
    reading: str = "equal"
    effect: str = "Changed in place."
    room: Prerequisite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A resource type: `name` is CloudFormation's, the rest is how the service's API calls it."""

    name: str
    service: str
    create: str
    """The operation that makes one."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of `create` that are called otherwise than the property."""
    single: frozenset[str] = frozenset()
    """Properties that are lists of one thing, which `create` takes alone."""
    pairs: tuple[str, ...] = ()
    """Dotted paths of `Name` and `Value` lists, which the API takes as one object."""
    camel: bool = False
    """Whether the API writes every name as CloudFormation does, but for a small first letter."""
    tagging: Tagging | None = None
    compared: tuple[Compared, ...] = ()

    def make(self, resource: Resource) -> Call:
        """The call that makes the thing."""
        params = _objects(resource.properties, self.pairs)
        named = {
            self.parameters.get(name, name): _one(value) if name in self.single else value
            for name, value in params.items()
        }
        params = camel(named) if self.camel else named
        return Call(service=self.service, operation=self.create, params=params)

    def fits(self, properties: Properties) -> tuple[Expectation, ...]:
        """What must hold of a thing that is there for it to have these properties.

        Properties that this table does not compare count only when the thing is made.
        """
        resource = Resource(self.name, properties)
        return self._compare(resource, properties, self.make(resource))

    def wanted(
        self, properties: Properties, *more: Expectation, without: Collection[str] = ()
    ) -> dict[str, Any]:
        """What the step of a thing with these properties says of it: members of a `Step`.

        `more` must hold of it as well; properties in `without` are not compared by this table.
        """
        compared = properties.keys() - set(without)
        resource = Resource(self.name, properties)
        make = self.make(resource)
        return {
            "resource": resource,
            "make": make,
            "fits": (*self._compare(resource, compared, make), *more),
            "permissions": (self.tagging.permission,) if self.tagging else (),
        }

    def from_request(self, params: Properties) -> dict[str, Value]:
        """The properties that a request of `create` asks for, as the service's API has them."""
        named = {parameter: name for name, parameter in self.parameters.items()}
        known = {named.get(name, name): value for name, value in params.items()}
        found: dict[str, Value] = pascal(known) if self.camel else known
        return _lists(found, self.pairs)

    def _compare(
        self, resource: Resource, names: Collection[str], make: Call
    ) -> tuple[Expectation, ...]:
        found = (each for each in self.compared if each.property in names)
        return tuple(self._fit(each, resource, make) for each in found)

    def _fit(self, each: Compared, resource: Resource, make: Call) -> Expectation:
        value = resource.properties[each.property]
        target = {
            name: resource.properties[by.property] if isinstance(by, Same) else by
            for name, by in each.target.items()
        }
        params: dict[str, Value] = {**target, **each.always}
        if each.parameter:
            params = {**target, each.parameter: value, **each.always}
        update = Call(service=self.service, operation=each.update, params=params)
        return Expectation(
            what=each.what,
            path=each.path,
            want=value,
            update=update if each.update else make,
            reading=each.reading,
            effect=each.effect,
            room=each.room,
        )


def camel(value: Any) -> Any:
    """The value with a small first letter in the name of every member, however deep."""
    match value:
        case Mapping():
            return {name[:1].lower() + name[1:]: camel(inner) for name, inner in value.items()}
        case list() | tuple():
            return [camel(inner) for inner in value]
        case _:
            return value


def pascal(value: Any) -> Any:
    """The value with a capital letter in the name of every member: what `camel` made small.

    Names with a hyphen are no members but somebody's own keys, and stay.
    """
    match value:
        case Mapping():
            return {
                name if "-" in name else name[:1].upper() + name[1:]: pascal(inner)
                for name, inner in value.items()
            }
        case list() | tuple():
            return [pascal(inner) for inner in value]
        case _:
            return value


def _one(value: Value) -> Value:
    assert isinstance(value, Sequence)  # noqa: S101 - the table says so
    return value[0]


def _objects(properties: Properties, paths: Collection[str]) -> dict[str, Value]:
    """The properties with each list of names and values at these paths as one object."""
    return _changed(
        properties, paths, lambda pairs: {each["Name"]: each["Value"] for each in pairs}
    )


def _lists(params: Properties, paths: Collection[str]) -> dict[str, Value]:
    """The parameters with each object at these paths as a list of `Name` and `Value`."""
    return _changed(
        params,
        paths,
        lambda known: [{"Name": name, "Value": value} for name, value in known.items()],
    )


def _changed(inside: Properties, paths: Collection[str], change: Any) -> dict[str, Value]:
    changed = dict(inside)
    for path in paths:
        name, _, deeper = path.partition(".")
        found = changed.get(name)
        if deeper and isinstance(found, Mapping):
            changed[name] = _changed(found, (deeper,), change)
        elif not deeper and found is not None:
            changed[name] = change(found)
    return changed


SECRET_TYPE = Type(
    name="AWS::SecretsManager::Secret",
    service="secretsmanager",
    create="CreateSecret",
    tagging=SECRET,
    compared=(
        Compared(
            property="SecretString",
            what="the agent's config",
            path="Value.SecretString",
            update="PutSecretValue",
            target={"SecretId": Found("ARN")},
            parameter="SecretString",
            effect="Stored immediately; the agent reads it when the service is redeployed.",
        ),
    ),
)
CLUSTER_TYPE = Type(
    name="AWS::RDS::DBCluster",
    service="rds",
    create="CreateDBCluster",
    tagging=DATABASE,
    compared=(
        Compared(
            property="ServerlessV2ScalingConfiguration",
            what="the database's capacity",
            path="ServerlessV2ScalingConfiguration",
            update="ModifyDBCluster",
            target={"DBClusterIdentifier": Same("DBClusterIdentifier")},
            parameter="ServerlessV2ScalingConfiguration",
            always={"ApplyImmediately": True},
            reading="subset",
            effect="Changed in place, without a restart.",
        ),
        Compared(
            property="EnableHttpEndpoint",
            what="the Data API is on",
            path="HttpEndpointEnabled",
            update="EnableHttpEndpoint",
            target={"ResourceArn": Found("DBClusterArn")},
        ),
    ),
)
INSTANCE_TYPE = Type(
    name="AWS::RDS::DBInstance", service="rds", create="CreateDBInstance", tagging=DATABASE
)
SUBNET_GROUP_TYPE = Type(
    name="AWS::RDS::DBSubnetGroup",
    service="rds",
    create="CreateDBSubnetGroup",
    tagging=DATABASE,
)
REPOSITORY_TYPE = Type(
    name="AWS::ECR::Repository",
    service="ecr",
    create="CreateRepository",
    parameters={"RepositoryName": "repositoryName", "Tags": "tags"},
    tagging=REPOSITORY,
)
ROLE_TYPE = Type(
    name="AWS::IAM::Role",
    service="iam",
    create="CreateRole",
    tagging=ROLE,
    compared=(
        Compared(
            property="AssumeRolePolicyDocument",
            what="the trust policy",
            path="AssumeRolePolicyDocument",
            update="UpdateAssumeRolePolicy",
            target={"RoleName": Same("RoleName")},
            parameter="PolicyDocument",
            reading="json",
        ),
    ),
)
ATTACHMENT_TYPE = Type(
    name="AWS::IAM::Role",
    service="iam",
    create="AttachRolePolicy",
    parameters={"ManagedPolicyArns": "PolicyArn"},
    single=frozenset({"ManagedPolicyArns"}),
)
"""One managed policy of a role, which other steps make."""
INLINE_TYPE = Type(
    name="AWS::IAM::RolePolicy",
    service="iam",
    create="PutRolePolicy",
    compared=(
        Compared(
            property="PolicyDocument",
            what="the base policy",
            path="PolicyDocument",
            reading="json",
        ),
    ),
)
OLDEST_VERSION = Prerequisite(
    when="length(Versions) >= `5`",
    call=Call(
        service="iam",
        operation="DeletePolicyVersion",
        params={
            "PolicyArn": Found("Arn"),
            "VersionId": Found("sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId"),
        },
    ),
)
"""IAM keeps five versions of a policy and takes no sixth; the oldest unused one goes."""
POLICY_TYPE = Type(
    name="AWS::IAM::ManagedPolicy",
    service="iam",
    create="CreatePolicy",
    parameters={"ManagedPolicyName": "PolicyName"},
    tagging=POLICY,
    compared=(
        Compared(
            property="PolicyDocument",
            what="the agent policy",
            path="Version.Document",
            update="CreatePolicyVersion",
            target={"PolicyArn": Found("Arn")},
            parameter="PolicyDocument",
            always={"SetAsDefault": True},
            reading="json",
            room=OLDEST_VERSION,
        ),
    ),
)
"""`Tags` is the API's alone: CloudFormation knows no tags of a managed policy."""
GROUP_TYPE = Type(
    name="AWS::EC2::SecurityGroup",
    service="ec2",
    create="CreateSecurityGroup",
    parameters={"GroupDescription": "Description"},
)
"""Its tags are not in `create` as CloudFormation has them; whoever makes one adds them."""
