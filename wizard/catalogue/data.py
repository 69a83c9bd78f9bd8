"""The database, its Data API, secrets, and the image's repository."""

from wizard.catalogue.entry import Entry, Sign

ELSEWHERE = (
    "Run the same command again from another network, or in AWS CloudShell. Or remove this "
    "database and choose one that is set up without this connection (--database new)."
)

ENTRIES = (
    Entry(
        code="FW-RDS-009",
        title="The default DB subnet group belongs to a deleted VPC",
        why="RDS still uses its DB subnet group “default”, whose VPC was deleted; RDS does not "
        "update it automatically.",
        fix="Delete it with `aws rds delete-db-subnet-group --db-subnet-group-name default`, then "
        "run the same command again. RDS creates a new one for the current default VPC.",
        causes=("The default VPC was deleted and replaced.",),
        alone="It checks this before the first change.",
        signs=(Sign(service="rds", words=r"default subnet group does not exist"),),
    ),
    Entry(
        code="FW-RDS-010",
        title="The default VPC has subnets in too few availability zones",
        why="Aurora needs subnets in at least two availability zones.",
        fix="Create another one with `aws ec2 create-default-subnet --availability-zone …`, or "
        "choose another region or an existing cluster.",
        causes=("Someone removed some of the default VPC's subnets.",),
        alone="It checks this before the first change.",
        signs=(
            Sign(codes=("DBSubnetGroupDoesNotCoverEnoughAZs*",)),
            Sign(service="rds", words=r"availability zone coverage"),
        ),
    ),
    Entry(
        code="FW-RDS-001",
        title="There is no network to place Aurora in",
        why="The region has no default VPC with subnets in two availability zones, which Aurora "
        "needs.",
        fix="Create one with `aws ec2 create-default-vpc`, or choose another region or an existing "
        "cluster.",
        causes=("Someone removed the default VPC, as many organizations do.",),
        alone="It checks the VPC before the first change.",
        signs=(
            Sign(codes=("InvalidSubnet*",)),
            Sign(words=r"No default (subnet|VPC)"),
        ),
    ),
    Entry(
        code="FW-RDS-002",
        title="AWS has withdrawn this database version",
        why="AWS has withdrawn this version.",
        fix=(
            "Use a major version (--engine-version 16), which selects the recommended minor "
            "version."
        ),
        signs=(Sign(words=r"Cannot find version"),),
    ),
    Entry(
        code="FW-RDS-003",
        title="AWS has no capacity for the database right now",
        why="AWS has no capacity for it in the zones of the region's default VPC.",
        fix="Try again later, or choose another region.",
        causes=("A shortage in one zone; it usually lasts a few hours at most.",),
        signs=(Sign(codes=("InsufficientDB*Capacity*", "InsufficientStorageClusterCapacity*")),),
    ),
    Entry(
        code="FW-RDS-004",
        title="The database's encryption key cannot be used",
        why="The KMS key is disabled or deleted, or you are not allowed to use it.",
        fix="Enable the key in the KMS console, or ask for permission to use it.",
        signs=(
            Sign(codes=("KMSKeyNotAccessible*",)),
            Sign(service="rds", words=r"KMS key .*(not|disabled)"),
        ),
    ),
    Entry(
        code="FW-RDS-011",
        title="The cluster belongs to a global database or is a read replica",
        why="AWS does not delete a cluster that is in a global database or is a read replica.",
        fix="Remove it from the global database or promote it in the RDS console, then run the "
        "same command again.",
        alone="It checks this before it removes anything.",
        signs=(Sign(service="rds", words=r"global ?cluster|global database|read replica"),),
    ),
    Entry(
        code="FW-RDS-012",
        title="The account has reached its limit of cluster snapshots",
        why="The account has the maximum number of cluster snapshots.",
        fix="Delete snapshots that you do not need, delete the database without a snapshot "
        "(--database-data delete), or request a quota increase in the Service Quotas console.",
        alone="It checks this before it removes anything.",
        signs=(Sign(codes=("SnapshotQuotaExceeded*",)),),
    ),
    Entry(
        code="FW-RDS-006",
        title="The database is busy",
        why="The cluster or its instance is not in a state that allows this.",
        fix="Wait until it is available, then run the same command again.",
        causes=("A backup, an upgrade, someone else's change, or it is stopped.",),
        alone="It waits for changes in progress before it changes anything.",
        signs=(Sign(codes=("InvalidDBClusterStateFault", "InvalidDBInstanceState*")),),
    ),
    Entry(
        code="FW-RDS-007",
        title="The database has deletion protection",
        fix="If you are sure, remove the protection with --lift-deletion-protection.",
        causes=("Someone switched it on; the wizard never does.",),
        alone="It never removes it without asking.",
        signs=(Sign(service="rds", words=r"deletion.?protection"),),
    ),
    Entry(
        code="FW-RDS-013",
        title="The database belongs to another deployment",
        fix="Choose another name for the database (--database-name), or another cluster.",
        causes=("Another agent keeps its state in the chosen cluster.",),
        alone="It lets several agents share a cluster, each with its own database.",
    ),
    Entry(
        code="FW-RDS-014",
        title="The agent cannot reach the cluster with PostgreSQL",
        fix="Use the Data API (--datastore data-api), or open the cluster to the agent "
        "(--open-database yes).",
        causes=(
            "The cluster is in another VPC than the agent, or in none.",
            "Its security groups do not let the agent in.",
        ),
        alone="It checks this before it creates anything, and adds a rule only if you say so.",
    ),
    Entry(
        code="FW-RDS-015",
        title="This machine does not reach the database on port 5432",
        why="Setting up a database in Aurora's express configuration takes one connection from "
        "this machine, over the internet, to port 5432.",
        fix=ELSEWHERE,
        causes=(
            "A firewall or a company network blocks outbound connections to port 5432.",
            "The database's name is new, and this network's name server does not know it yet.",
        ),
        alone="It tries for more than a minute, and keeps what it has created.",
    ),
    Entry(
        code="FW-RDS-016",
        title="Only a web proxy leads out of this network",
        why="The proxy carries web requests. PostgreSQL's connection to port 5432 needs a direct "
        "way to the internet.",
        fix=ELSEWHERE,
        alone="It tries to connect without the proxy first.",
    ),
    Entry(
        code="FW-RDS-017",
        title="The database's TLS certificate cannot be verified",
        why="Something between this machine and the database answers with another certificate, or "
        "without TLS.",
        fix="Let AWS_CA_BUNDLE name a file that also holds the certificate authority of your "
        f"network. {ELSEWHERE}",
        causes=("A device of your network inspects connections.",),
        alone="It sends neither a token nor a statement before the certificate is verified.",
    ),
    Entry(
        code="FW-RDS-018",
        title="This network does not lead to IPv4 addresses",
        why="The gateway of Aurora's express configuration has IPv4 addresses only.",
        fix=ELSEWHERE,
        causes=("The network has IPv6 only.", "The machine is offline."),
    ),
    Entry(
        code="FW-RDS-019",
        title="The database refuses the IAM token",
        why="The gateway accepts nothing but a token of IAM, valid for 15 minutes.",
        fix="Ask for the permission rds-db:connect on the cluster's master user, and check this "
        "machine's clock. Then run the same command again to resume.",
        causes=(
            "You lack the permission rds-db:connect.",
            "This machine's clock is wrong.",
        ),
        alone="It makes a new token for each try, for more than a minute.",
    ),
    Entry(
        code="FW-RDS-020",
        title="The snapshot cannot be restored",
        why="A new database is restored from a complete, encrypted snapshot of an agent's database "
        "in this account and region, with a key that can be used.",
        fix="Choose another snapshot (--snapshot), or an empty database.",
        causes=(
            "It does not exist, or is still being created.",
            "It is of another engine, or belongs to another account.",
            "The agent's database in it has another name: give that one (--database-name).",
            "Its KMS key is disabled or deleted.",
        ),
        alone="It checks this before it creates anything.",
        signs=(
            Sign(codes=("DBClusterSnapshotNotFound*", "InvalidDBClusterSnapshotState*")),
            Sign(codes=("InvalidRestoreFault",)),
            Sign(service="rds-data", words=r"The snapshot has no database"),
        ),
    ),
    Entry(
        code="FW-RDS-008",
        title="The cluster does not exist",
        why="The cluster does not exist, or is in another region or account.",
        fix="List the clusters with `aws rds describe-db-clusters`, and choose the right one "
        "(--cluster-arn).",
        signs=(Sign(codes=("DBClusterNotFoundFault",)),),
    ),
    Entry(
        code="FW-SQL-001",
        title="The cluster's Data API is off",
        why="The cluster's Data API is off.",
        fix="Enable it (--enable-data-api yes).",
        alone="If you agree, it enables the Data API and waits until it works.",
        signs=(Sign(codes=("HttpEndpointNotEnabled*",)), Sign(words=r"HttpEndpoint ?is not")),
    ),
    Entry(
        code="FW-SQL-002",
        title="The database rejects the secret's password",
        why="The user name or password in the secret is not the database's.",
        fix="Fix the secret, or choose the right one (--cluster-secret-arn).",
        causes=(
            "The password was changed in only one of the two.",
            "The secret belongs to another cluster.",
        ),
        signs=(Sign(words=r"password authentication failed"),),
    ),
    Entry(
        code="FW-SQL-003",
        title="The database does not answer yet",
        why="The database is waking up or busy.",
        fix="Wait a minute, then run the same command again to resume.",
        causes=(
            "It was paused because it was idle.",
            "Its instance is being created or restarted.",
        ),
        alone="It retries for several minutes before it gives up.",
        signs=(Sign(codes=("DatabaseResuming*", "DatabaseUnavailable*")),),
    ),
    Entry(
        code="FW-SQL-004",
        title="The database does not exist",
        why="The cluster has no running writer instance, or no database with this name.",
        fix="Check the cluster in the RDS console: it needs an available instance.",
        signs=(Sign(codes=("DatabaseNotFoundException",)),),
    ),
    Entry(
        code="FW-SQL-005",
        title="The Data API cannot use the secret",
        why="The secret has no “username” and “password”, or the Data API cannot read it.",
        fix="Fix it in the Secrets Manager console, or choose another (--cluster-secret-arn).",
        signs=(Sign(codes=("InvalidSecretException", "SecretsErrorException")),),
    ),
    Entry(
        code="FW-SQL-006",
        title="A database statement took too long",
        why="The Data API stops a statement after 45 seconds.",
        fix="Check whether something blocks the database, then run the same command again.",
        signs=(Sign(codes=("StatementTimeout*",)),),
    ),
    Entry(
        code="FW-SQL-007",
        title="The database user lacks a permission",
        why="The user in the secret lacks a permission in the database.",
        fix="Use the secret of a user who can create databases (--cluster-secret-arn).",
        signs=(Sign(service="rds-data", words=r"permission denied|must be owner"),),
    ),
    Entry(
        code="FW-SQL-008",
        title="The database refuses to create the agent's user",
        why="PostgreSQL refused a statement of the cluster's master user.",
        fix="Read what PostgreSQL says, then run the same command again to resume.",
        causes=("Someone changed the master user's permissions, or owns the database.",),
    ),
    Entry(
        code="FW-SEC-001",
        title="A deleted secret still uses the name",
        why="A deleted secret keeps its name for 7 to 30 days.",
        fix="Restore it with `aws secretsmanager restore-secret`, or choose another --name.",
        causes=("The deployment was removed a few days ago.",),
        signs=(Sign(operation="CreateSecret", words=r"(scheduled|marked) for deletion"),),
    ),
    Entry(
        code="FW-SEC-004",
        title="The secret is scheduled for deletion",
        why="Someone deleted it; until AWS removes it, it can be restored but not read or changed.",
        fix="Restore it with `aws secretsmanager restore-secret`, or choose another one.",
        signs=(Sign(words=r"(scheduled|marked) for deletion"),),
    ),
    Entry(
        code="FW-SEC-005",
        title="The secret has replicas in other regions",
        why="AWS does not delete a secret that has replicas, and does not delete the replicas.",
        fix="Remove the replicas with `aws secretsmanager remove-regions-from-replication`, or "
        "make a replica independent with `aws secretsmanager stop-replication-to-replica`.",
        alone="It checks this before it removes anything.",
        signs=(Sign(service="secretsmanager", words=r"replica"),),
    ),
    Entry(
        code="FW-SEC-006",
        title="The key that encrypts the secret cannot be used",
        why="The KMS key is disabled, deleted or not allowed for this person.",
        fix="Enable the key in the KMS console, or ask for permission to use it.",
        signs=(
            Sign(service="secretsmanager", codes=("DecryptionFailure*", "EncryptionFailure*")),
            Sign(service="secretsmanager", words=r"KMS"),
        ),
    ),
    Entry(
        code="FW-SEC-002",
        title="The secret has an unexpected format",
        fix="Fix it in the Secrets Manager console, or choose another one.",
        causes=("It is not a JSON object, or a field is missing.",),
    ),
    Entry(
        code="FW-SEC-003",
        title="The secret does not exist",
        why="It does not exist in this region and account.",
        fix="List the secrets with `aws secretsmanager list-secrets`.",
        signs=(Sign(service="secretsmanager", codes=("ResourceNotFoundException",)),),
    ),
    Entry(
        code="FW-ECR-001",
        title="The tag already belongs to another image",
        why="The repository's tags are immutable.",
        fix="Choose another version, or delete the image in ECR if nothing uses it.",
        signs=(Sign(codes=("ImageTagAlreadyExists*",)),),
    ),
    Entry(
        code="FW-ECR-002",
        title="The repository does not exist",
        why="It does not exist in this region and account.",
        fix="Run the same command again: it creates the repository again.",
        causes=("Someone removed it during the run.",),
        signs=(Sign(codes=("RepositoryNotFoundException",)),),
    ),
    Entry(
        code="FW-ECR-004",
        title="The key that encrypts the repository cannot be used",
        why="The KMS key is disabled, deleted or not allowed for this person.",
        fix="Enable the key in the KMS console, or ask for permission to use it.",
        signs=(Sign(service="ecr", codes=("KmsException",)),),
    ),
    Entry(
        code="FW-ECR-003",
        title="The repository contains other images",
        why="It is not empty, and the wizard only removes the images it pushed.",
        fix="If you are sure, remove the images in ECR, then run the same command again.",
        signs=(Sign(codes=("RepositoryNotEmptyException",)),),
    ),
)
