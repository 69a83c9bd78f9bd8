#!/usr/bin/env bash
# A formae agent called formae on AWS ECS Gateway in eu-west-1: formae's walkthrough as a script.
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
aws ecs create-gateway --generate-cli-skeleton input >/dev/null 2>&1 || # asks no one
  stop 'This aws does not know ECS Gateway: install the newest aws 2, or use formae-wizard apply instead of this script.'
COPY=docker; docker version >/dev/null 2>&1 || COPY=$(type -P crane skopeo | head -n 1) || [[ -n $COPY ]] || stop 'The Docker engine does not answer: start it, or install crane or skopeo.'
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
  --filters Name=group-name,Values=formae-agent-task "Name=vpc-id,Values=${VPC_ID}" --query "SecurityGroups[0].[GroupId,
    $(tags Tags formae-agent-task)]" ||
  make aws ec2 create-security-group --group-name formae-agent-task \
    --description "The agent's own security group" \
    --vpc-id "$VPC_ID" \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=app,Value=formae-agent},{Key=Name,Value=formae-agent-task}]'
# ---- Set up the database ---------------------------------------------------
# Your database credentials: The secret with the cluster's user and password. The wizard never changes it.
look DATABASE_SECRET_ARN aws secretsmanager describe-secret \
  --secret-id arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared-creds-AbC123 --query "[ARN, !DeletedDate,
    !(RotationEnabled),
    !(Tags[?Key=='app' && Value=='formae-agent'] && (ends_with(Name, '-api-creds') || ends_with(Name, '-config')))]" || true
[[ -n $DATABASE_SECRET_ARN ]] || stop "The secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared-creds-AbC123 does not exist. Enter the ARN of the secret with the cluster's username and password."
look DATABASE_SECRET_VERSION aws secretsmanager list-secret-version-ids --secret-id "$DATABASE_SECRET_ARN" \
  --query "[not_null(Versions, \`[]\`)[?contains(not_null(VersionStages, \`[]\`), 'AWSCURRENT')] | [0].VersionId]"
# Your Aurora cluster: The agent's database is created in this cluster. Nothing else in it is changed.
look 'CLUSTER_ARN CLUSTER_ENDPOINT CLUSTER_PORT CLUSTER_GROUP' aws rds describe-db-clusters \
  --db-cluster-identifier arn:aws:rds:eu-west-1:123456789012:cluster:shared --query "DBClusters[0].[DBClusterArn, Endpoint, Port,
    VpcSecurityGroups[0].VpcSecurityGroupId, Engine == 'aurora-postgresql',
    !contains(['stopped', 'deleted', 'deleting', 'failed', 'inaccessible-encryption-credentials', 'inaccessible-encryption-credentials-recoverable', 'incompatible-network', 'incompatible-parameters', 'incompatible-restore', 'stopping', 'storage-full'], Status)]" || true
[[ -n $CLUSTER_ARN ]] || stop 'The cluster arn:aws:rds:eu-west-1:123456789012:cluster:shared does not exist. Choose one from the list, or let the wizard create one.'
look FOUND aws rds describe-db-clusters --db-cluster-identifier arn:aws:rds:eu-west-1:123456789012:cluster:shared \
  --query "[DBClusters[0]][?HttpEndpointEnabled == \`true\`] | [0].[DBClusterArn]" ||
  make aws rds enable-http-endpoint --resource-arn "$CLUSTER_ARN"
# An available cluster does not accept statements right away; this retries until it does, with the same secret as the agent.
wait_for 2 1 - 'Database|HttpEndpointNotEnabled|InternalServerError|InvalidResourceState|SecretsError|ServiceUnavailable' \
  aws rds-data execute-statement --resource-arn "$CLUSTER_ARN" --secret-arn "$DATABASE_SECRET_ARN" --database postgres \
  --sql 'SELECT 1' --query 'records[0][0].longValue'
# Agent database: An empty PostgreSQL database; the agent creates its tables when it first starts.
[[ $PASS == look ]] || look FOUND aws rds-data execute-statement --resource-arn "$CLUSTER_ARN" --secret-arn "$DATABASE_SECRET_ARN" --database postgres \
  --sql 'SELECT datname FROM pg_database WHERE datname = :name' --parameters 'name=name,value={stringValue=agents}' \
  --query "records[0][0].{name: stringValue}.[name]" ||
  make aws rds-data execute-statement --resource-arn "$CLUSTER_ARN" \
    --secret-arn "$DATABASE_SECRET_ARN" \
    --database postgres \
    --sql 'CREATE DATABASE "agents"'
# Over PostgreSQL's port, from the agent's own security group and from nowhere else. The rule is removed with the agent.
look FOUND aws ec2 describe-security-groups \
  --filters "Name=group-id,Values=${CLUSTER_GROUP}" "Name=ip-permission.group-id,Values=${TASK_GROUP_ID}" Name=ip-permission.to-port,Values=5432 \
  --query "SecurityGroups[0].[GroupId]" ||
  make aws ec2 authorize-security-group-ingress --group-id "$CLUSTER_GROUP" \
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
# ECS Gateway cannot mount files, so the config is stored in Secrets Manager and passed to the agent as an environment variable.
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
      database = "agents"; region = "eu-west-1"
    }
    postgres {
      host = "${CLUSTER_ENDPOINT}"; port = "${CLUSTER_PORT}".toInt()
      user = read("env:FORMAE_DATABASE_USER"); password = read("env:FORMAE_DATABASE_PASSWORD")
      database = "agents"; connectionParams = "sslmode=require"
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
      'Key=formae-wizard:access,Value="scope=power-user protect=yes api_user=formae hide_itself=yes allow_cidr= deletion_protection=yes"' \
      'Key=formae-wizard:database,Value="database=existing database_name=agents enable_data_api=yes datastore=postgres open_database=yes"' \
      Key=formae-wizard:policies,Value= Key=formae-wizard:services,Value= \
      'Key=formae-wizard:sizing,Value="cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2 subnets= architecture=arm64"' \
      'Key=formae-wizard:version,Value="image_version=0.88.1 engine_version=16"'
[[ -z $CONFIG_SECRET_ARN ]] || same "$WORK/agent.conf.pkl" aws secretsmanager get-secret-value --secret-id "$CONFIG_SECRET_ARN" \
  --query SecretString
# ---- Push the image to ECR -------------------------------------------------
# ECR repository: Your own copy of formae's image, from which the agent is started.
look 'REPOSITORY_URI REPOSITORY_ARN' aws ecr describe-repositories --repository-names formae/agent \
  --query "repositories[0].[repositoryUri, repositoryArn]" ||
  make aws ecr create-repository --repository-name formae/agent \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae/agent
check aws ecr list-tags-for-resource --resource-arn "$REPOSITORY_ARN" --query "[$(tags tags formae/agent)]"
# Copied from its registry to ECR for linux/arm64, the only platform the agent runs. The version must match the CLI's.
look IMAGE_DIGEST aws ecr describe-images --repository-name formae/agent --image-ids imageTag=0.88.1-arm64 \
  --query "imageDetails[0].[imageDigest]" || {
  aws ecr get-authorization-token --output json --query "{auths: {\"${REPOSITORY_URI%%/*}\": {auth: authorizationData[0].authorizationToken}}}" >"$WORK/config.json"
  case ${COPY##*/} in docker) docker pull --platform linux/arm64 ghcr.io/platform-engineering-labs/formae:0.88.1; docker tag ghcr.io/platform-engineering-labs/formae:0.88.1 "${REPOSITORY_URI}:0.88.1-arm64"
      : "${DOCKER_HOST:=$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
      docker --config "$WORK" -H "$DOCKER_HOST" push "${REPOSITORY_URI}:0.88.1-arm64" ;;
    crane) DOCKER_CONFIG=$WORK crane copy --platform linux/arm64 ghcr.io/platform-engineering-labs/formae:0.88.1 "${REPOSITORY_URI}:0.88.1-arm64" ;;
    skopeo) skopeo copy --override-os linux --override-arch arm64 --dest-authfile "$WORK/config.json" docker://ghcr.io/platform-engineering-labs/formae:0.88.1 docker://"${REPOSITORY_URI}:0.88.1-arm64" ;; esac
  look "${LOOKED[@]}"
}
# ---- Create IAM roles ------------------------------------------------------
# Execution role: ECS assumes it to start the task: it reads the config and writes the logs.
cat >"$WORK/ecs-execution-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look EXECUTION_ROLE_ARN aws iam get-role --role-name formae-ecs-execution --query "Role.[Arn, $(tags Tags formae-ecs-execution),
    AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-execution-trust.json")\`]" ||
  make aws iam create-role --role-name formae-ecs-execution \
    --assume-role-policy-document "file://$WORK/ecs-execution-trust.json" \
    --description 'ECS assumes it to start the task: it reads the config and writes the logs.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-ecs-execution
# Execution role may start tasks: AWS's own policy for this: pulling images and writing logs.
look FOUND aws iam list-attached-role-policies --role-name formae-ecs-execution \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-ecs-execution \
    --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
# Execution role may read the config: The one secret with the agent's config, which ECS passes to the agent.
fill CONFIG_SECRET_ARN >"$WORK/ecs-execution-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${CONFIG_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-ecs-execution --policy-name formae-config --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-execution-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-ecs-execution \
    --policy-name formae-config \
    --policy-document "file://$WORK/ecs-execution-policy.json"
# Gateway role: ECS assumes it to create and keep the load balancer and its certificate.
cat >"$WORK/ecs-gateway-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look GATEWAY_ROLE_ARN aws iam get-role --role-name formae-ecs-gateway --query "Role.[Arn, $(tags Tags formae-ecs-gateway),
    AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-gateway-trust.json")\`]" ||
  make aws iam create-role --role-name formae-ecs-gateway \
    --assume-role-policy-document "file://$WORK/ecs-gateway-trust.json" \
    --description 'ECS assumes it to create and keep the load balancer and its certificate.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-ecs-gateway
# Gateway role may create load balancers: AWS's own policy for this.
look FOUND aws iam list-attached-role-policies --role-name formae-ecs-gateway \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-ecs-gateway \
    --policy-arn arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB
# Gateway role may read the network: AWS's policy lacks three read actions that are needed to create a load balancer.
cat >"$WORK/ecs-gateway-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": [
        "ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways"], "Resource": "*"}]}
END
MADE=0
look FOUND aws iam get-role-policy --role-name formae-ecs-gateway --policy-name formae-network --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-gateway-policy.json")\`]" || {
  make aws iam put-role-policy --role-name formae-ecs-gateway \
    --policy-name formae-network \
    --policy-document "file://$WORK/ecs-gateway-policy.json"
  MADE=$SECONDS
}
aged 45 'IAM propagates a new role before ECS uses it (normal)'
# The one secret with the database's user and password, which ECS hands to the agent.
fill DATABASE_SECRET_ARN >"$WORK/ecs-database-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${DATABASE_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-ecs-execution --policy-name formae-database --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/ecs-database-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-ecs-execution \
    --policy-name formae-database \
    --policy-document "file://$WORK/ecs-database-policy.json"
# Task role: The agent works with this role; AWS gives it short-lived credentials, so no key is stored anywhere.
look INSTANCE_ROLE_ARN aws iam get-role --role-name formae-ecs-task --query "Role.[Arn,
    $(tags Tags formae-ecs-task formae-wizard:policies=),
    AssumeRolePolicyDocument == \`$(cat "$WORK/ecs-execution-trust.json")\`]" ||
  make aws iam create-role --role-name formae-ecs-task \
    --assume-role-policy-document "file://$WORK/ecs-execution-trust.json" \
    --description 'The agent works with this role; AWS gives it short-lived credentials, so no key is stored anywhere.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-ecs-task Key=formae-wizard:policies,Value=
[[ -z $INSTANCE_ROLE_ARN ]] || check aws iam list-attached-role-policies --role-name formae-ecs-task \
  --query "[!(AttachedPolicies[?contains(['formae-agent-1', 'formae-agent-2', 'formae-agent-3', 'formae-agent-4', 'formae-agent-5', 'formae-agent-6', 'formae-agent-7', 'formae-agent-8', 'formae-agent-9', 'formae-agent-10'], PolicyName)])]"
# Base policy: Access to the agent's own config, and nothing else: it reaches its database with a password that ECS gives it.
fill CONFIG_SECRET_ARN >"$WORK/formae-data-api-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Sid": "OwnConfig", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "${CONFIG_SECRET_ARN}"}]}
END
look FOUND aws iam get-role-policy --role-name formae-ecs-task --policy-name formae-data-api --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/formae-data-api-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-ecs-task \
    --policy-name formae-data-api \
    --policy-document "file://$WORK/formae-data-api-policy.json"
# PowerUserAccess attachment: The permissions you chose for the agent.
look FOUND aws iam list-attached-role-policies --role-name formae-ecs-task \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/PowerUserAccess'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-ecs-task \
    --policy-arn arn:aws:iam::aws:policy/PowerUserAccess
# ---- Deploy the agent ------------------------------------------------------
# Who may reach the agent: The load balancer accepts only the addresses in this security group.
look INBOUND_GROUP_ID aws ec2 describe-security-groups \
  --filters Name=group-name,Values=formae-agent-inbound "Name=vpc-id,Values=${VPC_ID}" --query "SecurityGroups[0].[GroupId,
    $(tags Tags formae-agent-inbound)]" ||
  make aws ec2 create-security-group --group-name formae-agent-inbound \
    --description 'Who may reach the agent' \
    --vpc-id "$VPC_ID" \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=app,Value=formae-agent},{Key=Name,Value=formae-agent-inbound}]'
# Callers from anywhere are accepted: Over HTTPS, from anywhere: the agent's password protects it.
look FOUND aws ec2 describe-security-groups --filters Name=group-name,Values=formae-agent-inbound "Name=vpc-id,Values=${VPC_ID}" \
  --query "SecurityGroups[0].IpPermissions[?FromPort==\`443\` && IpRanges[?CidrIp=='0.0.0.0/0']] | [0].[FromPort]" ||
  make aws ec2 authorize-security-group-ingress --group-id "$INBOUND_GROUP_ID" \
    --ip-permissions \
      'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0,Description="Callers of the formae agent"}]'
# Log group: What the agent writes is kept here.
look FOUND aws logs describe-log-groups --log-group-name-prefix /ecs/formae-agent \
  --query "logGroups[?logGroupName=='/ecs/formae-agent'] | [0].[logGroupName]" ||
  make aws logs create-log-group --log-group-name /ecs/formae-agent \
    --tags app=formae-agent,Name=/ecs/formae-agent
[[ -z $FOUND ]] || check aws logs list-tags-for-resource \
  --resource-arn "arn:aws:logs:eu-west-1:${ACCOUNT_ID}:log-group:/ecs/formae-agent" \
  --query "[tags.[app, Name] == \`[\"formae-agent\", \"/ecs/formae-agent\"]\`]"
# Logs are kept for 30 days: Without a limit, CloudWatch keeps them forever, and bills them.
look FOUND aws logs describe-log-groups --log-group-name-prefix /ecs/formae-agent \
  --query "logGroups[?logGroupName=='/ecs/formae-agent' && retentionInDays] | [0].[retentionInDays]" ||
  make aws logs put-retention-policy --log-group-name /ecs/formae-agent \
    --retention-in-days 30
# ECS cluster: A name for the agent to run under; it has no machines, because Fargate provides them.
look ECS_CLUSTER_ARN aws ecs describe-clusters --clusters formae-agent --query "clusters[?status=='ACTIVE'] | [0].[clusterArn]" ||
  make aws ecs create-cluster --cluster-name formae-agent \
    --tags key=app,value=formae-agent key=Name,value=formae-agent
check aws ecs list-tags-for-resource --resource-arn "$ECS_CLUSTER_ARN" --query "[$(tags tags formae-agent)]"
# ECS gateway: Gives the agent its address: ECS creates a load balancer with a certificate for it.
look GATEWAY_ARN aws ecs list-gateways --names formae-agent --query "gateways[0].[gatewayArn]" ||
  NOT_YET='Unable to assume' make aws ecs create-gateway --name formae-agent \
    --infrastructure-role-arn "$GATEWAY_ROLE_ARN" \
    --no-deletion-protection \
    --configuration \
      "hostSharedAlb={scheme=internet-facing,networkConfiguration={subnets=[${SUBNETS_FIRST},${SUBNETS_SECOND}],inboundSecurityGroup=${INBOUND_GROUP_ID},ipAddressType=ipv4}}" \
    --tags key=app,value=formae-agent key=Name,value=formae-agent
look GATEWAY_SEEN_1 aws ec2 describe-subnets --filters "Name=vpc-id,Values=${VPC_ID}" Name=default-for-az,Values=true \
  --query "[Subnets[].SubnetId && join('/', Subnets[].SubnetId)]"
check aws ecs describe-gateway --gateway "$GATEWAY_ARN" \
  --query "[!(gateway && gateway.configuration.hostSharedAlb.scheme != 'internet-facing'),
    gateway.configuration.hostSharedAlb.networkConfiguration.inboundSecurityGroup == '${INBOUND_GROUP_ID}',
    !(gateway && '${GATEWAY_SEEN_1}' && ((gateway.configuration.hostSharedAlb.networkConfiguration.subnets[0] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[0])) || (gateway.configuration.hostSharedAlb.networkConfiguration.subnets[1] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[1])) || (gateway.configuration.hostSharedAlb.networkConfiguration.subnets[2] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[2])) || (gateway.configuration.hostSharedAlb.networkConfiguration.subnets[3] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[3])) || (gateway.configuration.hostSharedAlb.networkConfiguration.subnets[4] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[4])) || (gateway.configuration.hostSharedAlb.networkConfiguration.subnets[5] && !contains('${GATEWAY_SEEN_1}', gateway.configuration.hostSharedAlb.networkConfiguration.subnets[5]))) && gateway.configuration.hostSharedAlb.networkConfiguration.subnets)]"
check aws ecs list-tags-for-resource --resource-arn "$GATEWAY_ARN" --query "[$(tags tags formae-agent)]"
# The cluster uses the gateway: Services of the cluster can have an address of the gateway.
look FOUND aws ecs list-gateway-cluster-associations --gateway "$GATEWAY_ARN" --cluster "$ECS_CLUSTER_ARN" \
  --query "gatewayClusterAssociations[0].[status]" ||
  make aws ecs associate-gateway-with-cluster --gateway "$GATEWAY_ARN" \
    --cluster "$ECS_CLUSTER_ARN"
# Task definition: What ECS starts: formae's image, its size, its roles and its config.
fill EXECUTION_ROLE_ARN INSTANCE_ROLE_ARN REPOSITORY_URI IMAGE_DIGEST AGENT_CONF_PKL_SHA256 DATABASE_SECRET_VERSION CONFIG_SECRET_ARN DATABASE_SECRET_ARN >"$WORK/task-definition.json" <<'END'
{"family": "formae-agent", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "1024", "memory": "2048",
  "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}, "executionRoleArn": "${EXECUTION_ROLE_ARN}",
  "taskRoleArn": "${INSTANCE_ROLE_ARN}", "containerDefinitions": [
    {"name": "agent", "image": "${REPOSITORY_URI}:0.88.1-arm64@${IMAGE_DIGEST}", "essential": true, "command": [
        "sh", "-c",
        "umask 077; rm -f /tmp/formae.pid; printenv FORMAE_CONFIG>/tmp/formae.conf.pkl && exec formae agent start --config /tmp/formae.conf.pkl"],
      "portMappings": [{"containerPort": 49684, "name": "api", "protocol": "tcp"}], "environment": [
        {"name": "FORMAE_CONFIG_SHA256", "value": "${AGENT_CONF_PKL_SHA256}"},
        {"name": "FORMAE_DATABASE_SECRET_VERSION", "value": "${DATABASE_SECRET_VERSION}"}], "secrets": [
        {"name": "FORMAE_CONFIG", "valueFrom": "${CONFIG_SECRET_ARN}"},
        {"name": "FORMAE_DATABASE_USER", "valueFrom": "${DATABASE_SECRET_ARN}:username::"},
        {"name": "FORMAE_DATABASE_PASSWORD", "valueFrom": "${DATABASE_SECRET_ARN}:password::"}],
      "logConfiguration": {"logDriver": "awslogs",
        "options": {"awslogs-group": "/ecs/formae-agent", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "agent"}}}],
  "tags": [{"key": "app", "value": "formae-agent"}, {"key": "Name", "value": "formae-agent"}]}
END
look TASK_DEFINITION_ARN aws ecs describe-task-definition --task-definition formae-agent \
  --query "[taskDefinition.taskDefinitionArn]" ||
  make aws ecs register-task-definition --cli-input-json "file://$WORK/task-definition.json"
[[ -z $TASK_DEFINITION_ARN ]] || holds "$WORK/task-definition.json" aws ecs describe-task-definition \
  --task-definition formae-agent
check aws ecs list-tags-for-resource --resource-arn "$TASK_DEFINITION_ARN" --query "[$(tags tags formae-agent)]"
# The service starts without a task, so that its load balancer and certificate are created at the same time as the database.
fill ECS_CLUSTER_ARN TASK_DEFINITION_ARN SUBNETS_FIRST SUBNETS_SECOND TASK_GROUP_ID >"$WORK/create-ecs-service.json" <<'END'
{"serviceName": "formae-agent", "cluster": "${ECS_CLUSTER_ARN}", "taskDefinition": "${TASK_DEFINITION_ARN}", "desiredCount": 0,
  "launchType": "FARGATE", "availabilityZoneRebalancing": "DISABLED", "healthCheckGracePeriodSeconds": 300,
  "deploymentConfiguration": {"strategy": "ROLLING", "maximumPercent": 100, "minimumHealthyPercent": 0,
    "deploymentCircuitBreaker": {"enable": true, "rollback": true}},
  "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["${SUBNETS_FIRST}", "${SUBNETS_SECOND}"], "securityGroups": [
        "${TASK_GROUP_ID}"], "assignPublicIp": "ENABLED"}}, "gatewayConnectors": [
    {"portName": "api", "healthCheck": {"healthCheckProtocol": "HTTP", "healthCheckPath": "/api/v1/health"},
      "deregistrationDelay": {"timeoutSeconds": 5}}], "tags": [
    {"key": "app", "value": "formae-agent"}, {"key": "Name", "value": "formae-agent"},
    {"key": "formae-wizard:tags", "value": ""}]}
END
look ADDRESS_ARN aws ecs describe-services --cluster formae-agent --services formae-agent \
  --query "services[?status!='INACTIVE'] | [0].[serviceArn, status != 'DRAINING', resourceManagementType != 'ECS']" ||
  NOT_YET='Unable to assume the service|Unable to Start a service' make aws ecs create-service \
    --cli-input-json "file://$WORK/create-ecs-service.json"
wait_for 30 ACTIVE 'CREATE_FAILED|DELETE_FAILED|UPDATE_FAILED' "^\$" aws ecs list-gateway-routes --service formae-agent \
  --cluster formae-agent --query 'gatewayRoutes[0].status' ||
  { aws ecs describe-gateway --gateway formae-agent --query 'gateway.failures[-1].errors[-20:].[message]' >&2 || true; exit 1; }
[[ -z $ADDRESS_ARN ]] || check aws ecs list-gateway-routes --service formae-agent --cluster formae-agent \
  --query "[gatewayRoutes[0].status != 'CREATE_FAILED']"
check aws ecs list-tags-for-resource --resource-arn "$ADDRESS_ARN" --query "[$(tags tags formae-agent formae-wizard:tags=)]"
# ECS service: Exactly one agent: a deployment stops the old one before it starts the new one.
look FOUND aws ecs describe-services --cluster formae-agent --services formae-agent \
  --query "services[?status=='ACTIVE' && desiredCount > \`0\`] | [0].[serviceArn, taskDefinition == '${TASK_DEFINITION_ARN}',
    [desiredCount, deploymentConfiguration.strategy, deploymentConfiguration.maximumPercent, deploymentConfiguration.minimumHealthyPercent, deploymentConfiguration.deploymentCircuitBreaker.enable, deploymentConfiguration.deploymentCircuitBreaker.rollback, availabilityZoneRebalancing, healthCheckGracePeriodSeconds] == \`[1, \"ROLLING\", 100, 0, true, true, \"DISABLED\", 300]\`]" ||
  make aws ecs update-service --cluster formae-agent \
    --service formae-agent \
    --task-definition "$TASK_DEFINITION_ARN" \
    --desired-count 1 \
    --deployment-configuration \
      'strategy=ROLLING,maximumPercent=100,minimumHealthyPercent=0,deploymentCircuitBreaker={enable=true,rollback=true}' \
    --availability-zone-rebalancing DISABLED \
    --health-check-grace-period-seconds 300 \
    --force-new-deployment
wait_for 45 SUCCESSFUL 'ROLLBACK_FAILED|ROLLBACK_SUCCESSFUL|STOPPED' "^\$" aws ecs list-service-deployments \
  --cluster formae-agent --service formae-agent --query 'serviceDeployments[0].status' ||
  { aws ecs describe-services --cluster formae-agent --services formae-agent \
    --query "reverse(not_null(services[0].events, \`[]\`))[-20:].[message]" >&2 || true;
  aws logs filter-log-events --log-group-name /ecs/formae-agent --query 'events[-20:].[message]' >&2 || true; exit 1; }
look SERVICE_GATEWAY_ROUTE_ARN aws ecs list-gateway-routes --service formae-agent --cluster formae-agent \
  --query "[gatewayRoutes[0].gatewayRouteArn]"
look SERVICE_URL aws ecs describe-gateway-route --gateway-route-arn "$SERVICE_GATEWAY_ROUTE_ARN" \
  --query "[gatewayRoute.serviceUrl]"
# AWS deletes it only after the protection is removed. It is switched on last, so that a setup that fails can be removed.
look FOUND aws ecs describe-gateway --gateway formae-agent --query "[gateway][?deletionProtection] | [0].[gatewayArn]" ||
  make aws ecs update-gateway --gateway formae-agent \
    --deletion-protection
done
# ---- Verify ----------------------------------------------------------------
# The agent answers.
answers 200 "${SERVICE_URL}/api/v1/health"
# Requests without a password are refused.
answers 401 "${SERVICE_URL}/api/v1/stats"
# Your password is accepted.
member password "$API_SECRET_ARN" >"$WORK/password"
answers 200 "${SERVICE_URL}/api/v1/stats" formae
# ---- Point the formae CLI at it --------------------------------------------
# formae CLI config: Written to ~/.config/formae/formae.conf.pkl.
fill SERVICE_URL password >"$WORK/formae.conf.pkl" <<'END'
amends "formae:/Config.pkl"
import "plugins:/AuthBasic.pkl" as AuthBasic

cli {
  api {
    url = "${SERVICE_URL}"
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
echo "The formae agent answers: ${SERVICE_URL}"
