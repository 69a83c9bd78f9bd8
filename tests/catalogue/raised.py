"""What really said what the catalogue knows: each entry that is known by words has a saying here.

For AWS: service, code and message as AWS says them, which the stand-in answers with over HTTP and
boto3 reads. For the others: what the Docker engine, the formae CLI and the agent's log say.
"""

from typing import Any

from wizard.catalogue import APPLICATION, DEPLOYMENT, DOCKER, FORMAE, Raised

DENIED = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: rds:CreateDBCluster"
TAKEN_NAME = "Service with the provided name already exists: formae-agent"
DENY = f"{DENIED} with an explicit deny in a"
PASS = "not authorized to perform: iam:PassRole with an explicit deny in a"
NONE = f"{DENIED} because no"
NO_GROUP = "associated with the default subnet group does not exist. Please delete it."
REPLICATED = "You can't delete secret x that still has replica regions [eu-central-1]"
DELETED = "a secret with this name is already scheduled for deletion."
HELLO: dict[str, tuple[str, dict[str, Any]]] = {
    "apprunner": ("ListServices", {}),
    "sts": ("GetCallerIdentity", {}),
    "iam": ("ListRoles", {}),
    "rds": ("DescribeDBClusters", {}),
    "ecr": ("DescribeRepositories", {}),
    "secretsmanager": ("ListSecrets", {}),
    "ce": (
        "GetCostAndUsage",
        {
            "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-25"},
            "Granularity": "MONTHLY",
            "Metrics": ["UnblendedCost"],
        },
    ),
    "rds-data": (
        "ExecuteStatement",
        {
            "resourceArn": "arn:aws:rds:eu-west-1:123456789012:cluster:formae",
            "secretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:formae-AbCdEf",
            "sql": "select 1",
        },
    ),
}
"""A call of each service at which the stand-in is made to say it."""

AWS = [
    ("FW-SIGN-001", "sts", "ExpiredToken", "The security token included in the request is expired"),
    ("FW-SIGN-001", "apprunner", "ExpiredTokenException", "The security token is expired"),
    ("FW-SIGN-002", "sts", "InvalidClientTokenId", "The security token is invalid."),
    ("FW-SIGN-002", "apprunner", "UnrecognizedClientException", "The security token is invalid."),
    ("FW-SIGN-007", "sts", "SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than"),
    ("FW-IAM-001", "rds", "AccessDenied", DENIED),
    ("FW-IAM-001", "apprunner", "AccessDeniedException", "You may not."),
    ("FW-IAM-002", "rds", "AccessDenied", f"{DENIED} with an explicit deny in a policy"),
    ("FW-IAM-002", "rds", "AccessDenied", f"{DENY} service control policy"),
    ("FW-IAM-002", "rds", "AccessDenied", f"{DENY} resource control policy"),
    ("FW-IAM-002", "apprunner", "AccessDeniedException", f"{PASS} service control policy"),
    ("FW-IAM-010", "rds", "AccessDenied", f"{DENY} permissions boundary"),
    ("FW-IAM-010", "rds", "AccessDenied", f"{NONE} permissions boundary allows it"),
    ("FW-IAM-011", "rds", "AccessDenied", f"{DENY} session policy"),
    ("FW-IAM-012", "rds", "AccessDenied", f"{NONE} VPC endpoint policy allows it"),
    ("FW-IAM-013", "ecr", "AccessDeniedException", f"{DENY} resource-based policy"),
    ("FW-IAM-001", "ecr", "AccessDeniedException", f"{NONE} resource-based policy allows it"),
    ("FW-IAM-014", "rds", "AccessDenied", f"{DENY} identity-based policy: arn:x"),
    ("FW-IAM-001", "rds", "AccessDenied", f"{NONE} identity-based policy allows it"),
    ("FW-IAM-005", "iam", "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"),
    ("FW-IAM-015", "iam", "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10"),
    ("FW-AWS-003", "iam", "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000"),
    ("FW-SIGN-007", "rds", "RequestExpired", "More than 15 minutes after the date stamp."),
    ("FW-SIGN-001", "rds", "RequestExpired", "Request has expired."),
    ("FW-AWS-006", "rds", "SubscriptionRequiredException", "needs a subscription"),
    ("FW-AWS-006", "ecr", "OptInRequired", "You are not subscribed to this service."),
    ("FW-AWS-008", "rds", "FreeTierRestrictionError", "you need to set WithExpressConfiguration."),
    ("FW-AWS-007", "apprunner", "ValidationException", "Deletion protection is enabled."),
    ("FW-APP-014", "apprunner", "InvalidStateException", "Service is in the state: PAUSED. arn:x"),
    ("FW-RDS-009", "rds", "InvalidVPCNetworkStateFault", f"The VPC vpc-1 {NO_GROUP}"),
    ("FW-RDS-011", "rds", "InvalidDBClusterStateFault", "It is a part of a global cluster"),
    ("FW-RDS-012", "rds", "SnapshotQuotaExceededFault", "Too many snapshots."),
    ("FW-SEC-004", "secretsmanager", "InvalidRequestException", "It was marked for deletion."),
    ("FW-SEC-005", "secretsmanager", "InvalidParameterException", REPLICATED),
    ("FW-SEC-006", "secretsmanager", "DecryptionFailure", "It can't decrypt the secret."),
    ("FW-SEC-006", "secretsmanager", "InvalidRequestException", "Access to KMS is not allowed"),
    ("FW-ECR-004", "ecr", "KmsException", "The key is disabled."),
    ("FW-IAM-003", "iam", "DeleteConflict", "Cannot delete a policy attached to entities."),
    ("FW-IAM-004", "apprunner", "InvalidRequestException", "Error in assuming access role arn:x"),
    ("FW-IAM-005", "iam", "MalformedPolicyDocument", "Syntax errors in policy."),
    ("FW-IAM-007", "apprunner", "AccessDeniedException", "not authorized to perform: iam:PassRole"),
    ("FW-IAM-008", "rds", "AccessDenied", "not allowed: iam:CreateServiceLinkedRole"),
    ("FW-COST-001", "ce", "AccessDeniedException", "User not enabled for cost explorer access"),
    ("FW-COST-001", "ce", "OptInRequired", "You must first enable Cost Explorer."),
    ("FW-COST-002", "ce", "DataUnavailableException", "The requested data is unavailable."),
    ("FW-COST-003", "ce", "AccessDeniedException", "not authorized to perform: ce:Get"),
    ("FW-AWS-001", "rds", "Throttling", "Rate exceeded"),
    ("FW-AWS-002", "apprunner", "InternalServiceErrorException", "An internal error."),
    ("FW-AWS-003", "apprunner", "ServiceQuotaExceededException", "Too many services."),
    ("FW-AWS-003", "rds", "DBClusterQuotaExceededFault", "Too many clusters."),
    ("FW-AWS-004", "rds", "InvalidParameterValue", "Invalid DB engine."),
    ("FW-AWS-005", "iam", "ConcurrentModification", "Someone else changes it."),
    ("FW-APP-001", "apprunner", "SubscriptionRequiredException", "needs a subscription"),
    ("FW-APP-002", "apprunner", "InvalidRequestException", TAKEN_NAME),
    ("FW-APP-003", "apprunner", "InvalidStateException", "Service is in OPERATION_IN_PROGRESS."),
    ("FW-RDS-010", "rds", "DBSubnetGroupDoesNotCoverEnoughAZs", "Two zones are needed."),
    ("FW-RDS-001", "rds", "InvalidVPCNetworkStateFault", "No default subnet detected in VPC."),
    ("FW-RDS-001", "rds", "InvalidSubnet", "No default subnet detected in VPC."),
    ("FW-RDS-002", "rds", "InvalidParameterCombination", "Cannot find version 16.1 for aurora"),
    ("FW-RDS-003", "rds", "InsufficientDBInstanceCapacity", "No capacity."),
    ("FW-RDS-004", "rds", "KMSKeyNotAccessibleFault", "The key is disabled."),
    ("FW-RDS-006", "rds", "InvalidDBClusterStateFault", "The cluster is not available."),
    ("FW-RDS-007", "rds", "InvalidParameterCombination", "Disable deletion protection."),
    ("FW-RDS-020", "rds", "DBClusterSnapshotNotFoundFault", "DBClusterSnapshot x not found."),
    ("FW-RDS-020", "rds", "InvalidDBClusterSnapshotStateFault", "It is still creating."),
    ("FW-RDS-020", "rds-data", "DatabaseErrorException", "ERROR: The snapshot has no database x"),
    ("FW-RDS-008", "rds", "DBClusterNotFoundFault", "DBCluster x not found."),
    ("FW-SQL-001", "rds-data", "HttpEndpointNotEnabledException", "It is off."),
    ("FW-SQL-002", "rds-data", "BadRequestException", "password authentication failed"),
    ("FW-SQL-003", "rds-data", "DatabaseResumingException", "The database is resuming."),
    ("FW-SQL-004", "rds-data", "DatabaseNotFoundException", "No writer."),
    ("FW-SQL-005", "rds-data", "InvalidSecretException", "The secret is no JSON."),
    ("FW-SQL-006", "rds-data", "StatementTimeoutException", "45 seconds are over."),
    ("FW-SQL-007", "rds-data", "DatabaseErrorException", "permission denied to create database"),
    ("FW-SEC-003", "secretsmanager", "ResourceNotFoundException", "It can't find the secret."),
    ("FW-ECR-001", "ecr", "ImageTagAlreadyExistsException", "The tag exists."),
    ("FW-ECR-002", "ecr", "RepositoryNotFoundException", "There is none."),
    ("FW-ECR-003", "ecr", "RepositoryNotEmptyException", "It holds images."),
]  # fmt: skip
"""Code of ours, service, AWS's code, AWS's message."""


def _docker(operation: str, message: str) -> Raised:
    return Raised(service=DOCKER, operation=operation, message=message)


def _aws(service: str, operation: str, code: str, message: str) -> Raised:
    return Raised(service=service, operation=operation, code=code, message=message)


def _log(message: str) -> Raised:
    return Raised(service=APPLICATION, message=message)


def _deployed(message: str) -> Raised:
    return Raised(service=DEPLOYMENT, message=message)


def _cli(message: str) -> Raised:
    return Raised(service=FORMAE, message=message)


OTHERS = [
    ("FW-SEC-001", _aws("secretsmanager", "CreateSecret", "InvalidRequestException", DELETED)),
    ("FW-IAM-009", _aws("iam", "CreateRole", "AccessDenied", f"{DENY} service control policy")),
    ("FW-IAM-009", _aws("iam", "CreateRole", "AccessDenied", f"{DENY} permissions boundary")),
    ("FW-IAM-001", _aws("iam", "CreateRole", "AccessDenied", DENIED)),
    ("FW-APP-005", _log("Failed to create ms: failed to run migrations: EOF")),
    ("FW-APP-006", _log("Auth plugin not installed — refusing to start without auth")),
    ("FW-APP-007", _log("Pkl Error: Cannot find property `x`")),
    ("FW-APP-008", _log("exec /usr/bin/formae: exec format error")),
    ("FW-APP-009", _log("signal: killed")),
    ("FW-APP-010", _log("[AppRunner] Health check failed on port '49684'.")),
    ("FW-APP-011", _log("[AppRunner] Failed to pull your application image from ECR.")),
    ("FW-ECS-002", _deployed("rolled back by the alarm formae-express/formae-express/Rollback")),
    ("FW-ECS-003", _deployed("CannotPullContainerError: pull image manifest: not found")),
    ("FW-ECS-004", _deployed("ResourceInitializationError: unable to pull secrets")),
    ("FW-DOCK-001", _docker("pull", "write /x: no space left on device")),
    ("FW-DOCK-002", _docker("pull", "proxyconnect tcp: dial tcp: EOF")),
    ("FW-DOCK-003", _docker("push", "x509: certificate signed by unknown authority")),
    ("FW-DOCK-004", _docker("push", "tag x already exists and cannot be overwritten")),
    ("FW-DOCK-005", _docker("push", "name unknown: The repository with name 'x'")),
    ("FW-DOCK-006", _docker("push", "denied: Your authorization token has expired.")),
    ("FW-DOCK-007", _docker("push", "no basic auth credentials")),
    ("FW-DOCK-008", _docker("pull", "no matching manifest for linux/amd64")),
    ("FW-DOCK-009", _docker("pull", "manifest unknown")),
    ("FW-DOCK-026", _docker("pull", "x509: certificate has expired or is not yet valid: now")),
    ("FW-DOCK-027", _docker("pull", "name unknown: repository name not known to registry")),
    ("FW-DOCK-028", _docker("pull", "http: server gave HTTP response to HTTPS client")),
    ("FW-DOCK-011", _docker("pull", "toomanyrequests: You have reached your limit")),
    ("FW-DOCK-012", _docker("pull", "pull access denied for x")),
    ("FW-DOCK-013", _docker("push", "read: connection reset by peer")),
    ("FW-CLI-001", _cli("incompatible agent version: expected 0.86.0, got 0.87.0")),
    ("FW-CLI-002", _cli('auth plugin "auth-basic" not installed')),
    ("FW-CLI-003", _cli("formae agent is not running")),
    ("FW-CLI-004", _cli("authentication failed")),
    ("FW-CLI-005", _cli("cli.connection is set alongside deprecated cli.api")),
    ("FW-CLI-006", _cli("profile not found: x")),
    ("FW-CLI-007", _cli("failed to load configuration: x")),
    ("FW-CLI-008", _cli("unknown flag: --x")),
    ("FW-CLI-009", _cli("error fetching stats from agent: x")),
]
