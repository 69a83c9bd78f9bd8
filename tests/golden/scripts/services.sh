#!/usr/bin/env bash
# A formae agent called formae on AWS App Runner in eu-west-1: formae's walkthrough as a script.
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
pages() { # COMMAND…: the first row that is not None; the last field of a row is the token of the next page
  local row token=''
  while row=$("$@" ${token:+--next-token "$token"}) || return; do
    token=${row##*$'\t'}
    [[ $row == None* && $token != None ]] || break
  done
  printf %s "${row%$'\t'*}"
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
COPY=docker; docker version >/dev/null 2>&1 || COPY=$(type -P crane skopeo | head -n 1) || [[ -n $COPY ]] || stop 'The Docker engine does not answer: start it, or install crane or skopeo.'
if [[ -n ${API_PASSWORD_FILE:-} ]]; then head -n 1 "$API_PASSWORD_FILE"; else random; fi | tr -d '\r\n' >"$WORK/plain.api"
LC_ALL=C grep -Eq '^[^[:cntrl:]]{12,72}$' "$WORK/plain.api" || stop 'The API password must have 12 to 72 bytes.'
sed 's/[\\"]/\\&/g' "$WORK/plain.api" >"$WORK/password.api"
# Your AWS account: Shows which account the resources are created in; ARNs contain its ID.
ACCOUNT_ID=$(aws sts get-caller-identity --query "Account")
say "account $ACCOUNT_ID, region eu-west-1"
# Everything runs twice: the first pass only checks, so that nothing is changed if there is a problem.
for PASS in look make; do
# ---- Set up the database ---------------------------------------------------
# A secret with the database user and a generated password. The agent uses it through the Data API; no one has to type or know it.
look DATABASE_SECRET_ARN aws secretsmanager describe-secret --secret-id formae-db-creds --query "[ARN,
    $(tags Tags formae-db-creds), !DeletedDate]" || {
  (set +x; printf '{"username":"postgres","password":"%s"}' "$(random)") >"$WORK/database-secret.json"
  make aws secretsmanager create-secret --name formae-db-creds \
    --description 'Database credentials of the formae agent' \
    --secret-string "file://$WORK/database-secret.json" \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-db-creds
}
# Aurora version: AWS withdraws minor versions of Aurora after some months, so the wizard asks for the current one.
ENGINE_VERSION=$(aws rds describe-db-engine-versions --engine aurora-postgresql --engine-version 16 --default-only \
  --query "DBEngineVersions[?!contains(EngineVersion, 'limitless')] | [0].EngineVersion")
[[ $ENGINE_VERSION != None ]] || stop 'Aurora PostgreSQL 16 is not available in eu-west-1. Choose another version (--engine-version), such as 16 for the recommended 16.x.'
# Serverless v2 PostgreSQL with the Data API: App Runner reaches it over HTTPS, without a VPC connector or NAT gateway.
look CLUSTER_ARN aws rds describe-db-clusters --db-cluster-identifier formae-db --query "DBClusters[0].[DBClusterArn,
    $(tags TagList formae-db), !!HttpEndpointEnabled, !(InternetAccessGatewayEnabled), starts_with(EngineVersion, '16.'),
    ServerlessV2ScalingConfiguration.[MinCapacity, MaxCapacity] == \`[0.5, 2.0]\`,
    !((not_null(TagList, \`[]\`)[?Key=='formae-wizard:restored-from'] | [0].Value)),
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
# App Runner cannot mount files, so the config is stored in Secrets Manager and passed to the agent as an environment variable.
member bcrypt "$API_SECRET_ARN" >"$WORK/bcrypt"
fill CLUSTER_ARN DATABASE_SECRET_ARN bcrypt >"$WORK/agent.conf.pkl" <<'END'
amends "formae:/Config.pkl"

import "plugins:/AuthBasic.pkl" as AuthBasic
import "plugins:/Aws.pkl" as Aws

agent {
  server { port = 49684 }
  datastore {
    datastoreType = "auroradataapi"
    auroraDataAPI {
      clusterArn = "${CLUSTER_ARN}"
      secretArn = "${DATABASE_SECRET_ARN}"
      database = "formae"; region = "eu-west-1"
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
      'Key=formae-wizard:access,Value="scope=services protect=yes api_user=formae hide_itself=yes"' \
      'Key=formae-wizard:database,Value="database=new database_name=formae enable_data_api=no"' Key=formae-wizard:policies,Value= \
      'Key=formae-wizard:services,Value="S3 SQS Lambda"' \
      'Key=formae-wizard:sizing,Value="cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2"' \
      'Key=formae-wizard:version,Value="image_version=0.88.1 engine_version=16"'
[[ -z $CONFIG_SECRET_ARN ]] || same "$WORK/agent.conf.pkl" aws secretsmanager get-secret-value --secret-id "$CONFIG_SECRET_ARN" \
  --query SecretString
# ---- Push the image to ECR -------------------------------------------------
# ECR repository: App Runner only pulls images from ECR, so formae's image needs a repository in your account.
look 'REPOSITORY_URI REPOSITORY_ARN' aws ecr describe-repositories --repository-names formae \
  --query "repositories[0].[repositoryUri, repositoryArn]" ||
  make aws ecr create-repository --repository-name formae \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae
check aws ecr list-tags-for-resource --resource-arn "$REPOSITORY_ARN" --query "[$(tags tags formae)]"
# Copied from its registry to ECR for linux/amd64, the only platform App Runner runs. The version must match the CLI's.
look FOUND aws ecr describe-images --repository-name formae --image-ids imageTag=0.88.1 --query "imageDetails[0].[imageDigest]" || {
  aws ecr get-authorization-token --output json --query "{auths: {\"${REPOSITORY_URI%%/*}\": {auth: authorizationData[0].authorizationToken}}}" >"$WORK/config.json"
  case ${COPY##*/} in docker) docker pull --platform linux/amd64 ghcr.io/platform-engineering-labs/formae:0.88.1; docker tag ghcr.io/platform-engineering-labs/formae:0.88.1 "${REPOSITORY_URI}:0.88.1"
      : "${DOCKER_HOST:=$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
      docker --config "$WORK" -H "$DOCKER_HOST" push "${REPOSITORY_URI}:0.88.1" ;;
    crane) DOCKER_CONFIG=$WORK crane copy --platform linux/amd64 ghcr.io/platform-engineering-labs/formae:0.88.1 "${REPOSITORY_URI}:0.88.1" ;;
    skopeo) skopeo copy --override-os linux --override-arch amd64 --dest-authfile "$WORK/config.json" docker://ghcr.io/platform-engineering-labs/formae:0.88.1 docker://"${REPOSITORY_URI}:0.88.1" ;; esac
}
# ---- Create IAM roles ------------------------------------------------------
# Access role: App Runner assumes this role to pull the image from ECR, and for nothing else.
cat >"$WORK/apprunner-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "build.apprunner.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look ACCESS_ROLE_ARN aws iam get-role --role-name formae-apprunner-access --query "Role.[Arn,
    $(tags Tags formae-apprunner-access), AssumeRolePolicyDocument == \`$(cat "$WORK/apprunner-trust.json")\`]" ||
  make aws iam create-role --role-name formae-apprunner-access \
    --assume-role-policy-document "file://$WORK/apprunner-trust.json" \
    --description 'App Runner assumes this role to pull the image from ECR, and for nothing else.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-apprunner-access
# ECR read access attachment: AWS's own managed policy for reading images.
look FOUND aws iam list-attached-role-policies --role-name formae-apprunner-access \
  --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess'] | [0].[PolicyArn]" ||
  make aws iam attach-role-policy --role-name formae-apprunner-access \
    --policy-arn arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess
# Instance role: The agent uses this role; AWS gives it short-lived credentials, so no key is stored anywhere.
cat >"$WORK/apprunner-instance-trust.json" <<'END'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "tasks.apprunner.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
END
look INSTANCE_ROLE_ARN aws iam get-role --role-name formae-apprunner-instance --query "Role.[Arn,
    $(tags Tags formae-apprunner-instance formae-wizard:policies=),
    AssumeRolePolicyDocument == \`$(cat "$WORK/apprunner-instance-trust.json")\`]" ||
  make aws iam create-role --role-name formae-apprunner-instance \
    --assume-role-policy-document "file://$WORK/apprunner-instance-trust.json" \
    --description 'The agent uses this role; AWS gives it short-lived credentials, so no key is stored anywhere.' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-apprunner-instance Key=formae-wizard:policies,Value=
[[ -z $INSTANCE_ROLE_ARN ]] || check aws iam list-attached-role-policies --role-name formae-apprunner-instance \
  --query "[!(AttachedPolicies[?contains(['arn:aws:iam::aws:policy/PowerUserAccess'], PolicyArn)]),
    !(AttachedPolicies[?contains(['formae-agent-2', 'formae-agent-3', 'formae-agent-4', 'formae-agent-5', 'formae-agent-6', 'formae-agent-7', 'formae-agent-8', 'formae-agent-9', 'formae-agent-10'], PolicyName)])]"
# Base policy: Access to the agent's own database and secrets.
fill CONFIG_SECRET_ARN CLUSTER_ARN DATABASE_SECRET_ARN >"$WORK/formae-data-api-policy.json" <<'END'
{"Version": "2012-10-17", "Statement": [
    {"Sid": "Database", "Effect": "Allow", "Action": [
        "rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction",
        "rds-data:RollbackTransaction"], "Resource": "${CLUSTER_ARN}"},
    {"Sid": "OwnSecrets", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [
        "${DATABASE_SECRET_ARN}", "${CONFIG_SECRET_ARN}"]}]}
END
look FOUND aws iam get-role-policy --role-name formae-apprunner-instance --policy-name formae-data-api --query "[PolicyName,
    PolicyDocument == \`$(cat "$WORK/formae-data-api-policy.json")\`]" ||
  make aws iam put-role-policy --role-name formae-apprunner-instance \
    --policy-name formae-data-api \
    --policy-document "file://$WORK/formae-data-api-policy.json"
# The actions that AWS's resource types need to create, read, update, delete and list the services you chose: S3, SQS, Lambda.
fill ACCOUNT_ID >"$WORK/formae-agent-1.json" <<'END'
{"Version": "2012-10-17", "Statement": [
    {"Sid": "CloudControl", "Effect": "Allow", "Action": [
        "cloudformation:CreateResource", "cloudformation:DeleteResource", "cloudformation:GetResource",
        "cloudformation:GetResourceRequestStatus", "cloudformation:ListResources", "cloudformation:UpdateResource"],
      "Resource": "*"},
    {"Sid": "HandOverRoles", "Effect": "Allow", "Action": ["iam:PassRole"],
      "Resource": "arn:aws:iam::${ACCOUNT_ID}:role/formae-managed-*"},
    {"Sid": "Manage", "Effect": "Allow", "Action": [
        "lambda:CreateFunction", "s3:CreateBucket", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging", "s3:ListBucket",
        "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging",
        "sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:SetQueueAttributes"], "Resource": "*"}]}
END
look 'POLICY_1_ARN POLICY_1_DEFAULT_VERSION_ID' aws iam get-policy \
  --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/formae-agent-1" --query "Policy.[Arn, DefaultVersionId,
    $(tags Tags formae-agent-1)]" ||
  make aws iam create-policy --policy-name formae-agent-1 \
    --policy-document "file://$WORK/formae-agent-1.json" \
    --description 'What the formae agent may manage' \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-agent-1
check aws iam get-policy-version --policy-arn "$POLICY_1_ARN" --version-id "$POLICY_1_DEFAULT_VERSION_ID" \
  --query "[PolicyVersion.Document == \`$(cat "$WORK/formae-agent-1.json")\`]"
# formae-agent-1 attachment: The permissions you chose for the agent.
look FOUND aws iam list-attached-role-policies --role-name formae-apprunner-instance \
  --query "AttachedPolicies[?PolicyName=='formae-agent-1'] | [0].[PolicyName]" ||
  make aws iam attach-role-policy --role-name formae-apprunner-instance \
    --policy-arn "$POLICY_1_ARN"
# ---- Deploy the agent ------------------------------------------------------
# Exactly one instance. By default, App Runner would start up to 25, but formae supports only one agent per database.
look SCALING_ARN aws apprunner list-auto-scaling-configurations --auto-scaling-configuration-name formae-agent --latest-only \
  --query "AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE'] | [0].[AutoScalingConfigurationArn]" ||
  make aws apprunner create-auto-scaling-configuration --auto-scaling-configuration-name formae-agent \
    --min-size 1 \
    --max-size 1 \
    --max-concurrency 200 \
    --tags Key=app,Value=formae-agent Key=Name,Value=formae-agent
check aws apprunner describe-auto-scaling-configuration --auto-scaling-configuration-arn "$SCALING_ARN" \
  --query "[AutoScalingConfiguration.MinSize == \`1\`, AutoScalingConfiguration.MaxSize == \`1\`]"
check aws apprunner list-tags-for-resource --resource-arn "$SCALING_ARN" --query "[$(tags Tags formae-agent)]"
# Runs the agent behind HTTPS. It becomes healthy only after the agent has read its config and reached its database.
fill ACCESS_ROLE_ARN REPOSITORY_URI CONFIG_SECRET_ARN AGENT_CONF_PKL_SHA256 INSTANCE_ROLE_ARN SCALING_ARN >"$WORK/create-service.json" <<'END'
{"ServiceName": "formae-agent",
  "SourceConfiguration": {"AuthenticationConfiguration": {"AccessRoleArn": "${ACCESS_ROLE_ARN}"}, "AutoDeploymentsEnabled": false,
    "ImageRepository": {"ImageIdentifier": "${REPOSITORY_URI}:0.88.1", "ImageRepositoryType": "ECR",
      "ImageConfiguration": {"Port": "49684", "RuntimeEnvironmentSecrets": {"FORMAE_CONFIG": "${CONFIG_SECRET_ARN}"},
        "RuntimeEnvironmentVariables": {"FORMAE_CONFIG_SHA256": "${AGENT_CONF_PKL_SHA256}"},
        "StartCommand": "sh -c umask${IFS}077;rm${IFS}-f${IFS}/tmp/formae.pid;printenv${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&exec${IFS}formae${IFS}agent${IFS}start${IFS}--config${IFS}/tmp/formae.conf.pkl"}}},
  "InstanceConfiguration": {"Cpu": "1024", "Memory": "2048", "InstanceRoleArn": "${INSTANCE_ROLE_ARN}"},
  "HealthCheckConfiguration": {"Protocol": "HTTP", "Path": "/api/v1/health", "Interval": 10, "Timeout": 5, "HealthyThreshold": 1,
    "UnhealthyThreshold": 3}, "AutoScalingConfigurationArn": "${SCALING_ARN}", "Tags": [
    {"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "formae-agent"},
    {"Key": "formae-wizard:tags", "Value": ""}]}
END
look SERVICE_ARN pages aws apprunner list-services \
  --query "[ServiceSummaryList[?ServiceName=='formae-agent' && Status!='DELETED'] | [0].ServiceArn, NextToken]" ||
  NOT_YET='Error in assuming|InvalidState' make aws apprunner create-service --cli-input-json "file://$WORK/create-service.json"
wait_for 45 SUCCEEDED 'FAILED|ROLLBACK_FAILED|ROLLBACK_SUCCEEDED' "^\$" aws apprunner list-operations \
  --service-arn "$SERVICE_ARN" --query 'OperationSummaryList[0].Status' ||
  { aws logs filter-log-events --log-group-name "/aws/apprunner/formae-agent/${SERVICE_ARN##*/}/application" \
    --query 'events[-20:].[message]' >&2 || true; exit 1; }
look SERVICE_URL aws apprunner describe-service --service-arn "$SERVICE_ARN" --query "[Service.ServiceUrl,
    !contains(['PAUSED', 'CREATE_FAILED'], Service.Status)]"
[[ -z $SERVICE_ARN ]] || holds "$WORK/create-service.json" aws apprunner describe-service --service-arn "$SERVICE_ARN"
check aws apprunner list-tags-for-resource --resource-arn "$SERVICE_ARN" --query "[$(tags Tags formae-agent formae-wizard:tags=)]"
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
