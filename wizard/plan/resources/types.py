"""The resource types that deployments on every host are made of."""

from __future__ import annotations

from wizard.base.values import Found
from wizard.plan.model import Call, Prerequisite
from wizard.plan.resource import Compared, Same, Type
from wizard.plan.resources.common import DATABASE, POLICY, REPOSITORY, ROLE, SECRET

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
