#!/usr/bin/env bash
# A formae agent called formae on AWS ECS Express Mode in eu-west-1: formae's walkthrough as a script.
# Written by formae-wizard 0.1.0; run it with: bash deploy.sh
# Run it again to resume after a stop. It keeps existing resources that have the tag app=formae-agent and match; if anything
# differs, it stops first. Passwords are only in private files. API_PASSWORD_FILE may name a file with the API password.
# shellcheck disable=SC2153 # look gives the variables their values
set -euo pipefail; umask 077
export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_DEFAULT_OUTPUT=text AWS_PAGER=''
export AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8 AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5
PASS=look WORK=$(mktemp -d)
trap '[[ $? == 0 ]] || say "To resume, run this script again."; rm -rf "$WORK"' EXIT
# ---- Helpers ---------------------------------------------------------------
say() { printf '%02d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "${*//[[:cntrl:]]/ }" >&2; }
stop() { printf 'Error: %s\n' "$*" >&2; if [[ $PASS == look ]]; then exit 3; else exit 1; fi; }
differs() { stop "this exists, but the wizard did not create it, or it differs from this script. See the difference
  with formae-wizard plan, and fix it with formae-wizard apply. Found with: ${*//[[:cntrl:]]/ }"; }
look() { # NAMES COMMAND…: NAMES become the first fields that AWS shows; every further one must be True
  local name value row first
  LOOKED=("$@"); for name in $1; do printf -v "$name" %s ''; done
  for value in "${@:2}"; do [[ -n $value ]] || return 0; done # part of something that does not exist yet
  row=$("${@:2}" 2>"$WORK/error") || grep -Eq 'NotFound|NoSuchEntity|describe task def' "$WORK/error" || stop "$(cat "$WORK/error")"
  row=${row:-None}$'\t' first=${row%%$'\t'*}
  for name in $1; do
    value=${row%%$'\t'*} row=${row#*$'\t'}
    [[ $value != *[!A-Za-z0-9:/._+=@!-]* ]] || stop "AWS returned an unexpected name or address: $value"
    printf -v "$name" %s "${value#None}"
  done
  if [[ $first == None ]]; then [[ $PASS == look ]]; return; fi # if this fails, the code after || creates it
  [[ $PASS == made || -z ${row//True$'\t'/} ]] || differs "${@:2}"
}
make() { # COMMAND…: creates what look did not find, and looks again; retries an error in NOT_YET
  local PASS=made; say "${*:2:2}"
  wait_for 3 '.*' - "${NOT_YET:-^$}" "$@" || stop "$(cat "$WORK/error")"
  for _ in {1..60}; do ! look "${LOOKED[@]}" || return 0; sleep 2; done
  stop "this was created, but AWS does not show it: ${LOOKED[*]:1}"
}
check() { look '' "$@" || true; } # COMMAND…: if the resource exists, every field must be True
tags() { # PATH NAME KEY=VALUE…: JMESPath that is true if the tags at PATH are the wizard's for a resource of this name
  printf -v wanted "'%s', " app=formae-agent "Name=$2" "${@:3}"
  printf "length(not_null($1, \`[]\`)[?contains([%s], join('=', [not_null(Key, key), not_null(Value, value)]))]) == \`%d\`" "${wanted%, }" "$#"
}
same() (set +x; [[ $(cat "$1") == "$("${@:2}")" ]] || differs "${@:2}") # FILE COMMAND…: it must print the content of FILE
holds() { # FILE COMMAND…: AWS must show every setting in the JSON file, except tags and the cluster
  local not='"[Tt]ags": \[([^]"]|"([^"\\]|\\.)*")*\]|"cluster": "[^"]*"' setting='("\w+": )?("([^"\\]|\\.)*"|[0-9.]+|true|false)'
  "${@:2}" --output json >"$WORK/seen" 2>"$WORK/error" || stop "$(cat "$WORK/error")"
  comm -23 <(tr '\n' ' ' <"$1" | sed -E "s/$not//g" | grep -oE "$setting" | sort -u) <(grep -oE "$setting" "$WORK/seen" | sort -u) >"$WORK/error"
  [[ ! -s $WORK/error ]] || differs "${@:2}"
}
wait_for() { # MINUTES WANTED ENDS NOT-YET COMMAND…: repeat until the answer is WANTED; an error with NOT-YET does not stop it
  local until=$((SECONDS + $1 * 60)) wanted="^($2)\$" ends="^($3)\$" not_yet=$4 answer=''; shift 4
  while [[ $PASS != look ]]; do
    answer=$("$@" 2>"$WORK/error") || answer="refused: $(cat "$WORK/error")"
    [[ $answer == refused:* || ! $answer =~ $wanted ]] || return 0
    say "$answer"
    if [[ $answer =~ $ends || ($answer == refused:* && ! $answer =~ $not_yet) ]] || ((SECONDS > until)); then return 1; fi
    sleep 10
  done
}
aged() { # SECONDS WHY: wait until it is so old: created at MADE, or before this script started
  local age=$((SECONDS - MADE))
  [[ $PASS == look ]] || ((age >= $1)) || { say "$(($1 - age)) s more: $2"; sleep $(($1 - age)); }
}
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi <"$1" | cut -c 1-64; }
random() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9 | cut -c 1-32 | tr -d '\n'; }
member() { # KEY SECRET-ARN: prints a field of a JSON secret, if it exists, as written between its quotes
  [[ -z $2 ]] || aws secretsmanager get-secret-value --secret-id "$2" --query SecretString |
    sed -nE "s/.*\"$1\": *\"(([^\"\\\\]|\\\\[\"\\\\])+)\".*/\\1/p" | tr -d '\n' | grep . | tr -d '\n' ||
    stop "The secret $2 has no readable $1."
}
fill() ( # NAME…: standard input with each ${NAME} replaced by that file in $WORK, or by that variable
  set +x; text=$(cat)
  for name in "$@"; do value=$(cat "$WORK/$name" 2>/dev/null) || value=${!name}; text=${text//"\${$name}"/"$value"}; done
  printf '%s\n' "$text"
)
answers() { # STATUS URL [USER]: the agent must answer like this within five minutes
  printf 'url = "%s"\nsilent\nmax-time = 15\noutput = /dev/null\nwrite-out = "%%{http_code}"\n' "$2" >"$WORK/curl"
  [[ -z ${3:-} ]] || { printf 'user = "%s:' "$3"; cat "$WORK/password"; echo '"'; } >>"$WORK/curl"
  wait_for 5 "$1" - . curl -q --config "$WORK/curl" ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"}
  say "$2 answers $1"
}
# ---- Account ---------------------------------------------------------------
for tool in aws curl; do type -P $tool >/dev/null || stop "$tool is not installed."; done
VERSION='aws-cli/(1\.(4[5-9]|[5-9][0-9])|2\.(1[4-9]|[2-9][0-9]))'; [[ $(aws --version 2>&1) =~ $VERSION ]] || stop 'aws 1.45 or 2.14 is needed.'
aws ecs create-express-gateway-service --generate-cli-skeleton input >/dev/null 2>&1 || # asks no one
  stop 'This aws does not know ECS Express Mode: install the newest aws 2, or use formae-wizard apply instead of this script.'
if [[ -n ${API_PASSWORD_FILE:-} ]]; then head -n 1 "$API_PASSWORD_FILE"; else random; fi | tr -d '\r\n' >"$WORK/plain.api"
LC_ALL=C grep -Eq '^[^[:cntrl:]]{12,72}$' "$WORK/plain.api" || stop 'The API password must have 12 to 72 bytes.'
sed 's/[\\"]/\\&/g' "$WORK/plain.api" >"$WORK/password.api"
# Your AWS account: Shows which account the resources are created in; ARNs contain its ID.
ACCOUNT_ID=$(aws sts get-caller-identity --query "Account")
say "account $ACCOUNT_ID, region eu-west-1"
# Everything runs twice: the first pass only checks, so that nothing is changed if there is a problem.
for PASS in look make; do
# ---- Set up the network ----------------------------------------------------
# Default VPC: The agent's task and the load balancer run in it.
VPC_ID=$(aws ec2 describe-vpcs --filters Name=is-default,Values=true --query "Vpcs[0].VpcId")
[[ $VPC_ID != None ]] || stop "There is no default VPC in eu-west-1. Choose subnets of another VPC (--subnets), or create a default VPC with \`aws ec2 create-default-vpc --region eu-west-1\`."
# Two of its subnets: In two zones, because a load balancer needs at least two.
look 'SUBNETS_FIRST SUBNETS_SECOND' aws ec2 describe-subnets \
  --filters "Name=vpc-id,Values=${VPC_ID}" Name=default-for-az,Values=true \
  --query "{Subnets: sort_by(Subnets, &AvailabilityZone)}.[Subnets[0].SubnetId, Subnets[1].SubnetId, !(length(Subnets) < \`2\`),
    !(length(Subnets[:2] | [?AvailableIpAddressCount < \`8\`]) > \`0\`)]" || true
[[ -n $SUBNETS_FIRST ]] || stop 'The default VPC in eu-west-1 has no subnets.'
# The agent's own security group: The agent can call out; only the load balancer can call it, for which ECS adds its own group.
look TASK_GROUP_ID aws ec2 describe-security-groups \
  --filters Name=group-name,Values=formae-express-task "Name=vpc-id,Values=${VPC_ID}" --query "SecurityGroups[0].[GroupId,
    $(tags Tags formae-express-task)]" ||
  make aws ec2 create-security-group --group-name formae-express-task \
    --description "The agent's own security group" \
    --vpc-id "$VPC_ID" \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=app,Value=formae-agent},{Key=Name,Value=formae-express-task}]'
# ---- Set up the database ---------------------------------------------------
# The database's security group: Only what this group names can reach the cluster over the network.
look DATABASE_GROUP_ID aws ec2 describe-security-groups \
  --filters Name=group-name,Values=formae-db "Name=vpc-id,Values=${VPC_ID}" --query "SecurityGroups[0].[GroupId,
    $(tags Tags formae-db)]" ||
  make aws ec2 create-security-group --group-name formae-db \
    --description "The database's security group" \
    --vpc-id "$VPC_ID" \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=app,Value=formae-agent},{Key=Name,Value=formae-db}]'
# Database credentials: A secret with the database user and a generated password.
look DATABASE_SECRET_ARN aws secretsmanager describe-secret --secret-id formae-db-creds --query "[ARN,
    $(tags Tags formae-db-creds), !DeletedDate]" || {
  (set +x; printf '{"username":"postgres","password":"%s"}' "$(random)") >"$WORK/database-secret.json"
  make aws secretsmanager create-secret --name formae-db-creds \
    --description 'Database credentials of the formae agent' \
    --secret-string "file://$WORK/database-secret.json" \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-db-creds
}
look DATABASE_SECRET_VERSION aws secretsmanager list-secret-version-ids --secret-id "$DATABASE_SECRET_ARN" \
  --query "[not_null(Versions, \`[]\`)[?contains(not_null(VersionStages, \`[]\`), 'AWSCURRENT')] | [0].VersionId]"
# Aurora version: AWS withdraws minor versions of Aurora after some months, so the wizard asks for the current one.
ENGINE_VERSION=$(aws rds describe-db-engine-versions --engine aurora-postgresql --engine-version 16 --default-only \
  --query "DBEngineVersions[?!contains(EngineVersion, 'limitless')] | [0].EngineVersion")
[[ $ENGINE_VERSION != None ]] || stop 'Aurora PostgreSQL 16 is not available in eu-west-1. Choose another version (--engine-version), such as 16 for the recommended 16.x.'
# Serverless v2 PostgreSQL in the default VPC, where the agent reaches it. The wizard uses its Data API. Storage is encrypted.
look 'CLUSTER_ARN CLUSTER_ENDPOINT CLUSTER_PORT' aws rds describe-db-clusters --db-cluster-identifier formae-db \
  --query "DBClusters[0].[DBClusterArn, Endpoint, Port, $(tags TagList formae-db), !!HttpEndpointEnabled,
    !(InternetAccessGatewayEnabled), starts_with(EngineVersion, '16.'),
    ServerlessV2ScalingConfiguration.[MinCapacity, MaxCapacity] == \`[0.5, 2.0]\`,
    !((not_null(TagList, \`[]\`)[?Key=='formae-wizard:restored-from'] | [0].Value)),
    contains(not_null(VpcSecurityGroups, \`[]\`)[].VpcSecurityGroupId, '${DATABASE_GROUP_ID}'),
    !contains(['stopped', 'deleted', 'deleting', 'failed', 'inaccessible-encryption-credentials', 'inaccessible-encryption-credentials-recoverable', 'incompatible-network', 'incompatible-parameters', 'incompatible-restore', 'stopping', 'storage-full'], Status)]" || {
  member password "$DATABASE_SECRET_ARN" >"$WORK/password"
  make aws rds create-db-cluster --db-cluster-identifier formae-db \
    --engine aurora-postgresql \
    --engine-version "$ENGINE_VERSION" \
    --serverless-v2-scaling-configuration MinCapacity=0.5,MaxCapacity=2.0 \
    --master-username postgres \
    --master-user-password "file://$WORK/password" \
    --database-name formae \
    --enable-http-endpoint \
    --storage-encrypted \
    --copy-tags-to-snapshot \
    --vpc-security-group-ids "$DATABASE_GROUP_ID" \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-db
}
# Aurora instance: The cluster is storage; the instance is the compute that scales between the minimum and maximum capacity.
look FOUND aws rds describe-db-instances --db-instance-identifier formae-db-instance \
  --query "DBInstances[0].[DBInstanceIdentifier, $(tags TagList formae-db-instance),
    !contains(['inaccessible-encryption-credentials', 'inaccessible-encryption-credentials-recoverable', 'storage-full', 'failed', 'incompatible-network', 'incompatible-parameters', 'incompatible-restore'], DBInstanceStatus)]" ||
  make aws rds create-db-instance --db-instance-identifier formae-db-instance \
    --db-cluster-identifier formae-db \
    --db-instance-class db.serverless \
    --engine aurora-postgresql \
    --no-publicly-accessible \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-db-instance
wait_for 30 available 'deleted|deleting|failed|inaccessible-.*|incompatible-.*|stopped|stopping|storage-full' "^\$" \
  aws rds describe-db-instances --db-instance-identifier formae-db-instance --query 'DBInstances[0].DBInstanceStatus'
# An available cluster does not accept statements right away; this retries until it does, with the same secret as the agent.
wait_for 10 1 - 'Database|HttpEndpointNotEnabled|InternalServerError|InvalidResourceState|SecretsError|ServiceUnavailable' \
  aws rds-data execute-statement --resource-arn "$CLUSTER_ARN" --secret-arn "$DATABASE_SECRET_ARN" --database formae \
  --sql 'SELECT 1' --query 'records[0][0].longValue'
# The database accepts the agent: Over PostgreSQL's port, from the agent's own security group and from nowhere else.
look FOUND aws ec2 describe-security-groups \
  --filters "Name=group-id,Values=${DATABASE_GROUP_ID}" "Name=ip-permission.group-id,Values=${TASK_GROUP_ID}" Name=ip-permission.to-port,Values=5432 \
  --query "SecurityGroups[0].[GroupId]" ||
  make aws ec2 authorize-security-group-ingress --group-id "$DATABASE_GROUP_ID" \
    --ip-permissions \
      "IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=${TASK_GROUP_ID},Description=\"The formae agent\"}]"
# ---- Configure the agent ---------------------------------------------------
# API password: The agent's address is public; this password protects it.
look API_SECRET_ARN aws secretsmanager describe-secret --secret-id formae-api-creds --query "[ARN, $(tags Tags formae-api-creds),
    !DeletedDate]" || {
  htpasswd -niBC 10 '' <"$WORK/plain.api" 2>/dev/null | tr -d ':\n' >"$WORK/hash.api" ||
    perl -e 'open R, "/dev/urandom"; read R, $r, 21; @c = (".", "/", "A" .. "Z", "a" .. "z", 0 .. 9); print crypt <STDIN>,
      "\$2b\$10\$" . join("", map { $c[ord() % 64] } split //, $r) . "u"' <"$WORK/plain.api" >"$WORK/hash.api"
  grep -Eq '^.2[aby].10.[./A-Za-z0-9]{53}$' "$WORK/hash.api" || stop 'No bcrypt hash was created: install htpasswd.'
  (set +x; printf '{"username":"formae","password":"%s","bcrypt":"%s"}' "$(cat "$WORK/password.api")" "$(cat "$WORK/hash.api")") >"$WORK/api-secret.json"
  make aws secretsmanager create-secret --name formae-api-creds \
    --description 'API credentials of the formae agent' \
    --secret-string "file://$WORK/api-secret.json" \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-api-creds
}
[[ -z $API_SECRET_ARN || -z ${API_PASSWORD_FILE:-} ]] || same "$WORK/password.api" member password "$API_SECRET_ARN"
# Agent config: ECS Express Mode cannot mount files, so the config is stored in Secrets Manager and passed to the agent as an
# environment variable.
member bcrypt "$API_SECRET_ARN" >"$WORK/bcrypt"
fill CLUSTER_ARN DATABASE_SECRET_ARN CLUSTER_ENDPOINT CLUSTER_PORT bcrypt >"$WORK/agent.conf.pkl" <<'END'
amends "formae:/Config.pkl"

import "plugins:/AuthBasic.pkl" as AuthBasic
import "plugins:/Aws.pkl" as Aws

agent {
  server { port = 49684 }
  datastore {
    datastoreType = "postgres"
    auroraDataAPI {
      clusterArn = "${CLUSTER_ARN}"
      secretArn = "${DATABASE_SECRET_ARN}"
      database = "formae"; region = "eu-west-1"
    }
    postgres {
      host = "${CLUSTER_ENDPOINT}"; port = "${CLUSTER_PORT}".toInt()
      user = read("env:FORMAE_DATABASE_USER"); password = read("env:FORMAE_DATABASE_PASSWORD")
      database = "formae"; connectionParams = "sslmode=require"
    }
  }
  auth = new AuthBasic.AgentConfig {
    authorizedUsers { new AuthBasic.AuthorizedUser { username = "formae"; password = "${bcrypt}" } }
  }
  // Setting filters replaces the plugin's own, so its filter for Kubernetes clusters is repeated.
  resourcePlugins { new Aws.PluginConfig { discoveryFilters {
    new MatchFilter {
      resourceTypes {
        "AWS::RDS::DBCluster"; "AWS::RDS::DBInstance"; "AWS::SecretsManager::Secret"; "AWS::ECR::Repository"
        "AWS::AppRunner::Service"; "AWS::AppRunner::AutoScalingConfiguration"; "AWS::IAM::Role"; "AWS::IAM::ManagedPolicy"
        "AWS::ECS::Cluster"; "AWS::ECS::Service"; "AWS::ECS::ExpressGatewayService"; "AWS::ECS::TaskDefinition"
        "AWS::Logs::LogGroup"; "AWS::EC2::SecurityGroup"
      }
      conditions { new { propertyPath = "$.Tags[?(@.Key=='app')].Value"; propertyValue = "formae-agent" } }
    }
    new MatchFilter {
      resourceTypes {
        "AWS::EC2::Instance"; "AWS::EC2::SecurityGroup"; "AWS::EC2::NetworkInterface"; "AWS::EC2::LaunchTemplate"
        "AWS::EC2::VPCEndpoint"; "AWS::EC2::RouteTable"; "AWS::EC2::Subnet"; "AWS::EC2::Volume"; "AWS::Logs::LogGroup"
        "AWS::AutoScaling::AutoScalingGroup"; "AWS::ElasticLoadBalancingV2::LoadBalancer"; "AWS::EFS::FileSystem"
        "AWS::ElasticLoadBalancingV2::TargetGroup"; "AWS::EFS::MountTarget"; "AWS::IAM::Role"; "AWS::IAM::InstanceProfile"
      }
      conditions { new { propertyPath = "$.Tags[?match(@.Key, \"kubernetes\\\\.io/cluster/.*\")].Value"; propertyValue = "owned" } }
    }
  } } }
}
END
sha256 "$WORK/agent.conf.pkl" >"$WORK/AGENT_CONF_PKL_SHA256"
look CONFIG_SECRET_ARN aws secretsmanager describe-secret --secret-id formae-config --query "[ARN, $(tags Tags formae-config),
    !DeletedDate]" ||
  make aws secretsmanager create-secret --name formae-config \
    --description 'Config of the formae agent (Pkl)' \
    --secret-string "file://$WORK/agent.conf.pkl" \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-config \
      'Key=formae-wizard:access,Value="scope=power-user protect=yes api_user=formae hide_itself=yes"' \
      'Key=formae-wizard:database,Value="database=new database_name=formae enable_data_api=no datastore=postgres"' \
      Key=formae-wizard:policies,Value= Key=formae-wizard:services,Value= \
      'Key=formae-wizard:sizing,Value="cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2 subnets= architecture=x86_64"' \
      'Key=formae-wizard:version,Value="image_version=0.88.1 engine_version=16"' \
      Key=formae-wizard:image,Value=ghcr.io/platform-engineering-labs/formae:0.88.1
[[ -z $CONFIG_SECRET_ARN ]] || same "$WORK/agent.conf.pkl" aws secretsmanager get-secret-value --secret-id "$CONFIG_SECRET_ARN" \
  --query SecretString
# ---- Create IAM roles ------------------------------------------------------
# AWSServiceRoleForECS: A role that AWS keeps for ecs.amazonaws.com.
look FOUND aws iam get-role --role-name AWSServiceRoleForECS --query "Role.[Arn]" ||
  make aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com
# AWSServiceRoleForElasticLoadBalancing: A role that AWS keeps for elasticloadbalancing.amazonaws.com.
look FOUND aws iam get-role --role-name AWSServiceRoleForElasticLoadBalancing --query "Role.[Arn]" ||
  make aws iam create-service-linked-role --aws-service-name elasticloadbalancing.amazonaws.com
# AWSServiceRoleForApplicationAutoScaling_ECSService: A role that AWS keeps for ecs.application-autoscaling.amazonaws.com.
look FOUND aws iam get-role --role-name AWSServiceRoleForApplicationAutoScaling_ECSService --query "Role.[Arn]" ||
  make aws iam create-service-linked-role --aws-service-name ecs.application-autoscaling.amazonaws.com
# Execution role: ECS assumes it to start the task: it reads the config and writes the logs.
cat >"$WORK/ecs-execution-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look EXECUTION_ROLE_ARN aws iam get-role --role-name formae-express-execution --query "Role.[Arn,
    $(tags Tags formae-express-execution), AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-execution-trust.json")\`]" ||
  make aws iam create-role --role-name formae-express-execution \
    --assume-role-policy-document "file://$WORK/ecs-execution-trust.json" \
    --description 'ECS assumes it to start the task: it reads the config and writes the logs.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-express-execution
# Execution role may start tasks: AWS's own policy for this: pulling images and writing logs.
look FOUND aws iam list-attached-role-policies --role-name formae-express-execution \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-express-execution \
    --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
# Execution role may read the config: The one secret with the agent's config, which ECS passes to the agent.
fill CONFIG_SECRET_ARN >"$WORK/ecs-execution-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${CONFIG_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-express-execution --policy-name formae-config --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-execution-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-express-execution \
    --policy-name formae-config \
    --policy-document "file://$WORK/ecs-execution-policy.json"
# Infrastructure role: ECS assumes it to create and keep the load balancer, its certificate and its alarms.
cat >"$WORK/ecs-infrastructure-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look INFRASTRUCTURE_ROLE_ARN aws iam get-role --role-name formae-express-infrastructure --query "Role.[Arn,
    $(tags Tags formae-express-infrastructure), AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-infrastructure-trust.json")\`]" ||
  make aws iam create-role --role-name formae-express-infrastructure \
    --assume-role-policy-document "file://$WORK/ecs-infrastructure-trust.json" \
    --description 'ECS assumes it to create and keep the load balancer, its certificate and its alarms.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-express-infrastructure
# Infrastructure role may create load balancers: AWS's own policy for this.
look FOUND aws iam list-attached-role-policies --role-name formae-express-infrastructure \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-express-infrastructure \
    --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices
# Infrastructure role may read the network: AWS's policy lacks three read actions that are needed to create a load balancer.
cat >"$WORK/ecs-infrastructure-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": [
        "ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways"], "Resource": "*"}]}
END
MADE=0
look FOUND aws iam get-role-policy --role-name formae-express-infrastructure --policy-name formae-network --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-infrastructure-policy.json")\`]" || {
  make aws iam put-role-policy --role-name formae-express-infrastructure \
    --policy-name formae-network \
    --policy-document "file://$WORK/ecs-infrastructure-policy.json"
  MADE=$SECONDS
}
aged 45 'IAM propagates a new role before ECS uses it (normal)'
# The one secret with the database's user and password, which ECS hands to the agent.
fill DATABASE_SECRET_ARN >"$WORK/ecs-database-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${DATABASE_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-express-execution --policy-name formae-database --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-database-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-express-execution \
    --policy-name formae-database \
    --policy-document "file://$WORK/ecs-database-policy.json"
# Task role: The agent works with this role; AWS gives it short-lived credentials, so no key is stored anywhere.
look INSTANCE_ROLE_ARN aws iam get-role --role-name formae-express-task --query "Role.[Arn,
    $(tags Tags formae-express-task formae-wizard:policies=),
    AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-execution-trust.json")\`]" ||
  make aws iam create-role --role-name formae-express-task \
    --assume-role-policy-document "file://$WORK/ecs-execution-trust.json" \
    --description 'The agent works with this role; AWS gives it short-lived credentials, so no key is stored anywhere.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-express-task Key=formae-wizard:policies,Value=
[[ -z $INSTANCE_ROLE_ARN ]] || check aws iam list-attached-role-policies --role-name formae-express-task \
  --query "[!(AttachedPolicies[?contains(['formae-agent-1', 'formae-agent-2', 'formae-agent-3', 'formae-agent-4', 'formae-agent-5', 'formae-agent-6', 'formae-agent-7', 'formae-agent-8', 'formae-agent-9', 'formae-agent-10'], PolicyName)])]"
# Base policy: Access to the agent's own config, and nothing else: it reaches its database with a password that ECS gives it.
fill CONFIG_SECRET_ARN >"$WORK/formae-data-api-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Sid": "OwnConfig", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${CONFIG_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-express-task --policy-name formae-data-api --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/formae-data-api-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-express-task \
    --policy-name formae-data-api \
    --policy-document "file://$WORK/formae-data-api-policy.json"
# PowerUserAccess attachment: The permissions you chose for the agent.
look FOUND aws iam list-attached-role-policies --role-name formae-express-task \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/PowerUserAccess'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-express-task \
    --policy-arn arn:aws:iam::aws:policy/PowerUserAccess
# ---- Deploy the agent ------------------------------------------------------
# Log group: What the agent writes is kept here.
look FOUND aws logs describe-log-groups --log-group-name-prefix /ecs/formae-express \
  --query "logGroups[?logGroupName=='/ecs/formae-express'] | [0].[logGroupName]" ||
  make aws logs create-log-group --log-group-name /ecs/formae-express \
    --tags app=formae-agent,Name=/ecs/formae-express
[[ -z $FOUND ]] || check aws logs list-tags-for-resource \
  --resource-arn "arn:aws:logs:eu-west-1:${ACCOUNT_ID}:log-group:/ecs/formae-express" \
  --query "[tags.[app, Name] == \`[\"formae-agent\", \"/ecs/formae-express\"]\`]"
# Logs are kept for 30 days: Without a limit, CloudWatch keeps them forever, and bills them.
look FOUND aws logs describe-log-groups --log-group-name-prefix /ecs/formae-express \
  --query "logGroups[?logGroupName=='/ecs/formae-express' && retentionInDays] | [0].[retentionInDays]" ||
  make aws logs put-retention-policy --log-group-name /ecs/formae-express \
    --retention-in-days 30
# ECS cluster: A name for the agent to run under; it has no machines, because Fargate provides them.
look ECS_CLUSTER_ARN aws ecs describe-clusters --clusters formae-express --query "clusters[?status=='ACTIVE'] | [0].[clusterArn]" ||
  make aws ecs create-cluster --cluster-name formae-express \
    --tags key=app,value=formae-agent key=Name,value=formae-express
check aws ecs list-tags-for-resource --resource-arn "$ECS_CLUSTER_ARN" --query "[$(tags tags formae-express)]"
# Runs the agent behind HTTPS. It becomes healthy only after the agent has read its config and reached its database.
fill INFRASTRUCTURE_ROLE_ARN EXECUTION_ROLE_ARN INSTANCE_ROLE_ARN AGENT_CONF_PKL_SHA256 DATABASE_SECRET_VERSION CONFIG_SECRET_ARN DATABASE_SECRET_ARN SUBNETS_FIRST SUBNETS_SECOND TASK_GROUP_ID >"$WORK/create-express-gateway-service.json" <<'END'
{"serviceName": "formae-express", "cluster": "formae-express", "infrastructureRoleArn": "${INFRASTRUCTURE_ROLE_ARN}",
  "executionRoleArn": "${EXECUTION_ROLE_ARN}", "taskRoleArn": "${INSTANCE_ROLE_ARN}",
  "primaryContainer": {"image": "ghcr.io/platform-engineering-labs/formae:0.88.1", "containerPort": 49684,
    "awsLogsConfiguration": {"logGroup": "/ecs/formae-express", "logStreamPrefix": "agent"}, "command": [
      "sh", "-c",
      "umask 077; rm -f /tmp/formae.pid; printenv FORMAE_CONFIG>/tmp/formae.conf.pkl && exec formae agent start --config /tmp/formae.conf.pkl"],
    "environment": [
      {"name": "FORMAE_CONFIG_SHA256", "value": "${AGENT_CONF_PKL_SHA256}"},
      {"name": "FORMAE_DATABASE_SECRET_VERSION", "value": "${DATABASE_SECRET_VERSION}"}], "secrets": [
      {"name": "FORMAE_CONFIG", "valueFrom": "${CONFIG_SECRET_ARN}"},
      {"name": "FORMAE_DATABASE_USER", "valueFrom": "${DATABASE_SECRET_ARN}:username::"},
      {"name": "FORMAE_DATABASE_PASSWORD", "valueFrom": "${DATABASE_SECRET_ARN}:password::"}]}, "cpu": "1024", "memory": "2048",
  "healthCheckPath": "/api/v1/health",
  "networkConfiguration": {"subnets": ["${SUBNETS_FIRST}", "${SUBNETS_SECOND}"], "securityGroups": ["${TASK_GROUP_ID}"]},
  "scalingTarget": {"minTaskCount": 1, "maxTaskCount": 1}, "tags": [
    {"key": "app", "value": "formae-agent"}, {"key": "Name", "value": "formae-express"},
    {"key": "formae-wizard:tags", "value": ""}]}
END
look SERVICE_ARN aws ecs describe-services --cluster formae-express --services formae-express \
  --query "services[?status!='INACTIVE'] | [0].[serviceArn, status != 'DRAINING', !(resourceManagementType!='ECS'),
    desiredCount > \`0\` == \`true\`]" ||
  NOT_YET='Unable to (assume|Start a service)' make aws ecs create-express-gateway-service \
    --cli-input-json "file://$WORK/create-express-gateway-service.json"
wait_for 45 SUCCESSFUL 'ROLLBACK_FAILED|ROLLBACK_SUCCESSFUL|STOPPED' "^\$" aws ecs list-service-deployments \
  --cluster formae-express --service formae-express --query 'serviceDeployments[0].status' ||
  { aws ecs describe-services --cluster formae-express --services formae-express \
    --query "reverse(not_null(services[0].events, \`[]\`))[-20:].[message]" >&2 || true;
  aws logs filter-log-events --log-group-name /ecs/formae-express --query 'events[-20:].[message]' >&2 || true; exit 1; }
wait_for 30 ADDRESS - "^\$" aws ecs describe-express-gateway-service --service-arn "$SERVICE_ARN" \
  --query "service.activeConfigurations[].ingressPaths[].endpoint | [0] && 'ADDRESS'"
look SERVICE_URL aws ecs describe-express-gateway-service --service-arn "$SERVICE_ARN" \
  --query "service.activeConfigurations && merge(max_by(service.activeConfigurations, &createdAt), {infrastructureRoleArn: service.infrastructureRoleArn}) | [ingressPaths[0].endpoint,
    not_null(cpuArchitecture, 'X86_64') == 'X86_64', infrastructureRoleArn == '${INFRASTRUCTURE_ROLE_ARN}',
    contains(networkConfiguration.subnets, '${SUBNETS_FIRST}'), contains(networkConfiguration.subnets, '${SUBNETS_SECOND}'),
    contains(networkConfiguration.securityGroups, '${TASK_GROUP_ID}')]"
[[ -z $SERVICE_ARN ]] || holds "$WORK/create-express-gateway-service.json" aws ecs describe-express-gateway-service \
  --service-arn "$SERVICE_ARN"
[[ -z $SERVICE_ARN ]] || check aws ecs list-service-deployments --cluster formae-express --service formae-express \
  --query "[((serviceDeployments[0].status == 'STOPPED' || serviceDeployments[0].status == 'ROLLBACK_FAILED') && serviceDeployments[0].status || 'SUCCESSFUL') == 'SUCCESSFUL']"
check aws ecs list-tags-for-resource --resource-arn "$SERVICE_ARN" --query "[$(tags tags formae-express formae-wizard:tags=)]"
done
# ---- Verify ----------------------------------------------------------------
# The agent answers.
answers 200 "https://${SERVICE_URL}/api/v1/health"
# Requests without a password are refused.
answers 401 "https://${SERVICE_URL}/api/v1/stats"
# Your password is accepted.
member password "$API_SECRET_ARN" >"$WORK/password"
answers 200 "https://${SERVICE_URL}/api/v1/stats" formae
# ---- Point the formae CLI at it --------------------------------------------
# formae CLI config: Written to ~/.config/formae/formae.conf.pkl.
fill SERVICE_URL password >"$WORK/formae.conf.pkl" <<'END'
amends "formae:/Config.pkl"
import "plugins:/AuthBasic.pkl" as AuthBasic

cli {
  api {
    url = "https://${SERVICE_URL}"
    port = 443
  }
  auth = new AuthBasic.CliConfig {
    username = "formae"
    password = "${password}"
  }
}
END
CONFIG=$HOME/.config/formae; [[ -e $CONFIG ]] || CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}/formae
CONFIG=${FORMAE_CONFIG_DIR:-$CONFIG}/formae.conf.pkl
[[ ! -d ${CONFIG%/*}/profiles ]] || CONFIG=${CONFIG%/*}/profiles/formae.pkl
[[ ! -e $CONFIG ]] || cmp -s "$WORK/formae.conf.pkl" "$CONFIG" || { CONFIG=${CONFIG%.pkl}.wanted.pkl
  say "Your config is unchanged. To use the new one: formae status agent --config $CONFIG"; }
mkdir -p "${CONFIG%/*}"; rm -f "$CONFIG.part"; cp "$WORK/formae.conf.pkl" "$CONFIG.part"; mv -f "$CONFIG.part" "$CONFIG"
[[ $CONFIG != */profiles/formae.pkl ]] || formae profile use formae
echo "The formae agent answers: https://${SERVICE_URL}"
