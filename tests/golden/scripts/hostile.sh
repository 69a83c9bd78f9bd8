#!/usr/bin/env bash
# A formae agent called a0-1b-c, on AWS App Runner in eu-west-3.
#
# Written by formae-wizard 0.1.0; it makes the very calls that
# `formae-wizard apply` makes.
#
# Run it:      bash deploy.sh   (bash 3.2 or later, aws 1.45 or 2.14, docker, curl)
# Look first:  every step looks before it makes. Running it again goes on from where it
#              ended, and in the end changes nothing. Stop it with Ctrl-C at any time.
# Not done:    nothing is deleted or changed that does not carry the tag
#              app=formae-agent; nothing is sent anywhere but to AWS, the registries
#              and the agent; nobody is asked anything.
# Exit codes:  0 the agent answers, 1 failed, 2 wrong use, 3 not ready (nothing was
#              created), 130 interrupted, 143 ended by SIGTERM.
# Password:    the API's is generated, unless you give it: in the first line of a file
#              named by API_PASSWORD_FILE (also /dev/fd/3, or - for standard input), or
#              typed, with --ask-password. Secrets are only ever in private files, never
#              on a command line; `bash -x` shows none.
#
# The steps come first, then the helpers they use. The last lines say in which order all
# is done.
#
# SC2310 (a function in a condition runs without `set -e`) is off, because that is how
# these are meant: each checks what it calls itself, and ends with `die` or `refused`.
# shellcheck disable=SC2310
set -euo pipefail

# ==================================================================================================
# Account
# ==================================================================================================

# Your AWS account
# Says which account everything is made in; ARNs contain its number.
ACCOUNT_ID=''
look_account() {
  look_at '' sts get-caller-identity \
    --query "{
      ACCOUNT_ID: Account}" || return 1
}
make_account() {
  die FW-RUN-006 'AWS did not say who is signed in.' '' ''
}

# ==================================================================================================
# Set up the database
# ==================================================================================================

# Database credentials
# A secret with the database's user and a generated password. The agent signs in with it through the
# Data API; nobody has to type or know it.
DATABASE_SECRET_ARN='' DATABASE_SECRET_FITS_1='' DATABASE_SECRET_FITS_2=''
look_database_secret() {
  look_at ResourceNotFoundException secretsmanager describe-secret --secret-id a0-1b-c-db-creds \
    --query "{
      DATABASE_SECRET_ARN: ARN,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      DORMANT: DeletedDate != null,
      DATABASE_SECRET_FITS_1: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-db-creds\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      DATABASE_SECRET_FITS_2: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
  if [[ "${DORMANT}" == true && "${OURS}" != true ]]; then
    refuse_if true \
      'The secret a0-1b-c-db-creds is scheduled for deletion and holds its name until then. It does not carry the tag app=formae-agent, so the wizard does not bring it back.' \
      "Bring it back with \`aws secretsmanager restore-secret --secret-id a0-1b-c-db-creds --region eu-west-3\`, or choose another name for the deployment (--name). Or let the wizard take it over (--adopt yes): it is brought back and gets the tag."
  fi
}
make_database_secret() {
  new_password database
  document database_secret-secret-string json password@"${WORK}/password.database" <<'END'
{"username":"postgres","password":"${password}"}
END
  retrying '^InvalidRequestException: .*scheduled for deletion' 5 300 \
    'AWS is still removing an earlier secret of that name for good' secretsmanager create-secret \
    --name a0-1b-c-db-creds --description 'Database credentials of the formae agent' \
    --secret-string "file://${WORK}/database_secret-secret-string" \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db-creds"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
revive_database_secret() {
  say 'scheduled for deletion: brought back, with the password it has'
  change secretsmanager restore-secret --secret-id "${DATABASE_SECRET_ARN}" || refused
  revived 1 60
}
mend_database_secret() {
  if [[ "${DATABASE_SECRET_FITS_1}" != true ]]; then
    mending 'its tags'
    change secretsmanager tag-resource --secret-id "${DATABASE_SECRET_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db-creds"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${DATABASE_SECRET_FITS_2}" != true ]]; then
    mending 'a tag you do not name any more'
    change secretsmanager untag-resource --secret-id "${DATABASE_SECRET_ARN}" \
      --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# A version AWS offers now
# AWS withdraws minor versions of Aurora after some months, so the one to use is asked for and not
# written down.
ENGINE_VERSION_VERSION=''
look_engine_version() {
  look_at '' rds describe-db-engine-versions --engine aurora-postgresql --engine-version 16 \
    --default-only \
    --query "DBEngineVersions[?!contains(EngineVersion, 'limitless')] | [0] | {
      ENGINE_VERSION_VERSION: EngineVersion}" || return 1
}
make_engine_version() {
  die FW-RUN-006 'Aurora PostgreSQL 16 is not offered in eu-west-3.' '' \
    'Choose another version (--engine-version), such as 16 for the recommended 16.x.'
}

# Aurora cluster
# Serverless v2 PostgreSQL with the Data API: App Runner reaches it over HTTPS, without a VPC
# connector or NAT gateway. Storage is encrypted.
CLUSTER_ARN='' CLUSTER_ID='' CLUSTER_REFUSED_1='' CLUSTER_REFUSED_2='' CLUSTER_REFUSED_3='' \
  CLUSTER_FITS_1='' CLUSTER_FITS_2='' CLUSTER_FITS_3='' CLUSTER_FITS_4=''
look_cluster() {
  look_at DBClusterNotFoundFault rds describe-db-clusters --db-cluster-identifier a0-1b-c-db \
    --query "DBClusters[0] | {
      CLUSTER_ARN: DBClusterArn,
      CLUSTER_ID: DBClusterIdentifier,
      OURS: length(not_null(TagList, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      CLUSTER_REFUSED_1: !starts_with(EngineVersion, '16.'),
      CLUSTER_REFUSED_2: Status=='stopped',
      CLUSTER_REFUSED_3: Status=='deleted' || Status=='deleting' || Status=='failed' || Status=='inaccessible-encryption-credentials' || Status=='inaccessible-encryption-credentials-recoverable' || Status=='incompatible-network' || Status=='incompatible-parameters' || Status=='incompatible-restore' || Status=='stopping' || Status=='storage-full',
      CLUSTER_FITS_1: ServerlessV2ScalingConfiguration.MinCapacity == \`0.5\`
        && ServerlessV2ScalingConfiguration.MaxCapacity == \`2.0\`,
      CLUSTER_FITS_2: HttpEndpointEnabled == \`true\`,
      CLUSTER_FITS_3: ([length(not_null(TagList, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-db\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      CLUSTER_FITS_4: length(not_null(TagList, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
  refuse_if "${CLUSTER_REFUSED_1}" \
    'The cluster a0-1b-c-db is there already, with another major version of PostgreSQL than 16, and the wizard does not upgrade one.' \
    "Upgrade it yourself, which takes the agent down for some minutes (\`aws rds modify-db-cluster --allow-major-version-upgrade\`), leave the version as it is (--engine-version), or choose another name for the deployment (--name)."
  refuse_if "${CLUSTER_REFUSED_2}" \
    'The cluster a0-1b-c-db is stopped. Someone stopped it; AWS starts it after seven days.' \
    "Let the wizard do it (formae-wizard apply --wake yes), or do it yourself: \`aws rds start-db-cluster --db-cluster-identifier a0-1b-c-db --region eu-west-3\`."
  refuse_if "${CLUSTER_REFUSED_3}" \
    'The cluster a0-1b-c-db is in a state in which it takes no connections.' \
    'See it in the RDS console: wait if it is being stopped or deleted, and run this again.'
}
make_cluster() {
  secret_member "${DATABASE_SECRET_ARN}" password "${WORK}/master-user-password"
  retrying '^InvalidDBClusterStateFault' 15 900 'the cluster is busy with another change' \
    rds create-db-cluster --db-cluster-identifier a0-1b-c-db --engine aurora-postgresql \
    --engine-version "${ENGINE_VERSION_VERSION}" \
    --serverless-v2-scaling-configuration '{"MinCapacity": 0.5, "MaxCapacity": 2.0}' \
    --master-username postgres --master-user-password "file://${WORK}/master-user-password" \
    --database-name Select_FROM_1 --enable-http-endpoint --storage-encrypted --copy-tags-to-snapshot \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
mend_cluster() {
  if [[ "${CLUSTER_FITS_1}" != true ]]; then
    mending "the database's capacity"
    retrying '^InvalidDBClusterStateFault' 15 900 'the cluster is busy with another change' \
      rds modify-db-cluster --db-cluster-identifier a0-1b-c-db \
      --serverless-v2-scaling-configuration '{"MinCapacity": 0.5, "MaxCapacity": 2.0}' \
      --apply-immediately || refused
  fi
  if [[ "${CLUSTER_FITS_2}" != true ]]; then
    mending 'the Data API is on'
    retrying '^InvalidDBClusterStateFault' 15 900 'the cluster is busy with another change' \
      rds enable-http-endpoint --resource-arn "${CLUSTER_ARN}" || refused
  fi
  if [[ "${CLUSTER_FITS_3}" != true ]]; then
    mending 'its tags'
    retrying '^InvalidDBClusterStateFault' 15 900 'the cluster is busy with another change' \
      rds add-tags-to-resource --resource-name "${CLUSTER_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${CLUSTER_FITS_4}" != true ]]; then
    mending 'a tag you do not name any more'
    retrying '^InvalidDBClusterStateFault' 15 900 'the cluster is busy with another change' \
      rds remove-tags-from-resource --resource-name "${CLUSTER_ARN}" --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# Aurora instance
# The cluster is storage; this is the computer that serves it, growing and shrinking between the two
# capacities. It has no public address.
INSTANCE_ARN='' INSTANCE_REFUSED_1='' INSTANCE_FITS_1='' INSTANCE_FITS_2=''
look_instance() {
  look_at 'DBInstanceNotFound DBInstanceNotFoundFault' rds describe-db-instances \
    --db-instance-identifier a0-1b-c-db-instance \
    --query "DBInstances[0] | {
      INSTANCE_ARN: DBInstanceArn,
      OURS: length(not_null(TagList, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      BROKEN: DBInstanceStatus=='failed' || DBInstanceStatus=='incompatible-network' || DBInstanceStatus=='incompatible-parameters' || DBInstanceStatus=='incompatible-restore',
      INSTANCE_REFUSED_1: DBInstanceStatus=='inaccessible-encryption-credentials' || DBInstanceStatus=='inaccessible-encryption-credentials-recoverable' || DBInstanceStatus=='storage-full',
      INSTANCE_FITS_1: ([length(not_null(TagList, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-db-instance\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(TagList, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      INSTANCE_FITS_2: length(not_null(TagList, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
  refuse_if "${INSTANCE_REFUSED_1}" \
    'The instance a0-1b-c-db-instance takes no connections, and no other would.' \
    'Its state in the RDS console says why: storage that is full, or a key that was withdrawn. Repair that, and run this again.'
}
make_instance() {
  change rds create-db-instance --db-instance-identifier a0-1b-c-db-instance \
    --db-cluster-identifier "${CLUSTER_ID}" --db-instance-class db.serverless \
    --engine aurora-postgresql --no-publicly-accessible \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db-instance"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
wait_instance() {
  await available \
    'deleted deleting failed inaccessible-encryption-credentials inaccessible-encryption-credentials-recoverable incompatible-network incompatible-parameters incompatible-restore stopped stopping storage-full' \
    10 1800 '' rds describe-db-instances --db-instance-identifier a0-1b-c-db-instance \
    --query "DBInstances[0].DBInstanceStatus"
}
report_instance() {
  tell_report rds describe-events --source-identifier a0-1b-c-db-instance --source-type db-instance \
    --duration 60 --query "Events[].{id: Date, text: Message} | [].text"
}
mend_instance() {
  if [[ "${INSTANCE_FITS_1}" != true ]]; then
    mending 'its tags'
    change rds add-tags-to-resource --resource-name "${INSTANCE_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-db-instance"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${INSTANCE_FITS_2}" != true ]]; then
    mending 'a tag you do not name any more'
    change rds remove-tags-from-resource --resource-name "${INSTANCE_ARN}" \
      --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}
unmake_instance() {
  change rds delete-db-instance --db-instance-identifier a0-1b-c-db-instance --skip-final-snapshot || return 1
}

# The Data API answers
# An available cluster is not yet one that takes statements; this asks until it does, with the very
# secret the agent will use.
wait_data_api() {
  await 1 '' 5 600 \
    'DatabaseNotFoundException DatabaseResumingException DatabaseUnavailableException HttpEndpointNotEnabledException InternalServerErrorException InvalidResourceStateException SecretsErrorException ServiceUnavailableError' \
    rds-data execute-statement --resource-arn "${CLUSTER_ARN}" --secret-arn "${DATABASE_SECRET_ARN}" \
    --database postgres --sql 'SELECT 1' --query "records[0][0].longValue"
}

# The agent's database
# An empty PostgreSQL database; the agent makes its tables itself at its first start.
look_database() {
  look_at \
    'DatabaseNotFoundException DatabaseResumingException DatabaseUnavailableException HttpEndpointNotEnabledException InternalServerErrorException InvalidResourceStateException SecretsErrorException ServiceUnavailableError' \
    rds-data execute-statement --resource-arn "${CLUSTER_ARN}" --secret-arn "${DATABASE_SECRET_ARN}" \
    --database postgres --sql 'SELECT datname FROM pg_database WHERE datname = :name' \
    --parameters '[{"name": "name", "value": {"stringValue": "Select_FROM_1"}}]' \
    --query "records[0][0].{name: stringValue} | {
      THERE: \`true\`}" || return 1
}
make_database() {
  change rds-data execute-statement --resource-arn "${CLUSTER_ARN}" \
    --secret-arn "${DATABASE_SECRET_ARN}" --database postgres --sql 'CREATE DATABASE "Select_FROM_1"'
}

# ==================================================================================================
# Configure the agent
# ==================================================================================================

# API password
# The agent's address is open to the internet; this password closes it. Kept here so that your other
# machines can find it; the agent itself gets only its bcrypt hash.
API_SECRET_ARN='' API_SECRET_FITS_1='' API_SECRET_FITS_2='' API_SECRET_FITS_3=''
look_api_secret() {
  look_at ResourceNotFoundException secretsmanager describe-secret --secret-id a0-1b-c-api-creds \
    --query "{
      API_SECRET_ARN: ARN,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      DORMANT: DeletedDate != null,
      API_SECRET_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-api-creds\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      API_SECRET_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
  if [[ "${DORMANT}" == true && "${OURS}" != true ]]; then
    refuse_if true \
      'The secret a0-1b-c-api-creds is scheduled for deletion and holds its name until then. It does not carry the tag app=formae-agent, so the wizard does not bring it back.' \
      "Bring it back with \`aws secretsmanager restore-secret --secret-id a0-1b-c-api-creds --region eu-west-3\`, or choose another name for the deployment (--name). Or let the wizard take it over (--adopt yes): it is brought back and gets the tag."
  fi
  if [[ "${DORMANT}" == true ]]; then return 0; fi
  look_at_secret '' "${API_SECRET_ARN}" "${WORK}/api_secret.secret" || return 1
  API_SECRET_FITS_1=true
  [[ ! -e "${WORK}/given.api" ]] || member_is "${WORK}/api_secret.secret" password "${WORK}/password.api" || API_SECRET_FITS_1=false
  printf %s -@._-.o@p.s_- >"${WORK}/wanted"
  member_is "${WORK}/api_secret.secret" username "${WORK}/wanted" || API_SECRET_FITS_1=false
}
make_api_secret() {
  new_password api
  new_hash api
  document api_secret-secret-string json password@"${WORK}/password.api" bcrypt@"${WORK}/hash.api" \
    <<'END'
{"username":"-@._-.o@p.s_-","password":"${password}","bcrypt":"${bcrypt}"}
END
  retrying '^InvalidRequestException: .*scheduled for deletion' 5 300 \
    'AWS is still removing an earlier secret of that name for good' secretsmanager create-secret \
    --name a0-1b-c-api-creds --description 'API credentials of the formae agent' \
    --secret-string "file://${WORK}/api_secret-secret-string" \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-api-creds"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
revive_api_secret() {
  say 'scheduled for deletion: brought back, with a new password'
  change secretsmanager restore-secret --secret-id "${API_SECRET_ARN}" || refused
  revived 1 60
  new_password api
  new_hash api
  document api_secret-secret-string json password@"${WORK}/password.api" bcrypt@"${WORK}/hash.api" \
    <<'END'
{"username":"-@._-.o@p.s_-","password":"${password}","bcrypt":"${bcrypt}"}
END
  change secretsmanager put-secret-value --secret-id "${API_SECRET_ARN}" \
    --secret-string "file://${WORK}/api_secret-secret-string" || refused
}
mend_api_secret() {
  if [[ "${API_SECRET_FITS_1}" != true ]]; then
    mending "the API's user and password"
    given_or_kept password api "${WORK}/api_secret.secret" password "${WORK}/kept.password"
    given_or_kept hash api "${WORK}/api_secret.secret" bcrypt "${WORK}/kept.bcrypt"
    document api_secret-secret-string json password@"${WORK}/kept.password" \
      bcrypt@"${WORK}/kept.bcrypt" <<'END'
{"username":"-@._-.o@p.s_-","password":"${password}","bcrypt":"${bcrypt}"}
END
    change secretsmanager put-secret-value --secret-id "${API_SECRET_ARN}" \
      --secret-string "file://${WORK}/api_secret-secret-string" || refused
  fi
  if [[ "${API_SECRET_FITS_2}" != true ]]; then
    mending 'its tags'
    change secretsmanager tag-resource --secret-id "${API_SECRET_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-api-creds"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${API_SECRET_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    change secretsmanager untag-resource --secret-id "${API_SECRET_ARN}" \
      --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# Agent config
# App Runner cannot mount files, so the config lies in Secrets Manager and is handed to the agent as
# an environment variable.
CONFIG_SECRET_ARN='' CONFIG_SECRET_FITS_1='' CONFIG_SECRET_FITS_2='' CONFIG_SECRET_FITS_3='' \
  CONFIG_SECRET_FITS_4='' CONFIG_SECRET_FITS_5='' CONFIG_SECRET_FITS_6='' CONFIG_SECRET_FITS_7='' \
  CONFIG_SECRET_FITS_8='' CONFIG_SECRET_FITS_9=''
prepare_config_secret() {
  secret_member "${API_SECRET_ARN}" bcrypt "${WORK}/password_hash"
  document agent.conf.pkl pkl cluster_arn="${CLUSTER_ARN}" secret_arn="${DATABASE_SECRET_ARN}" \
    password_hash@"${WORK}/password_hash" <<'END'
amends "formae:/Config.pkl"

import "plugins:/AuthBasic.pkl" as AuthBasic
import "plugins:/Aws.pkl" as Aws

agent {
  server {
    port = 49684
  }
  datastore {
    datastoreType = "auroradataapi"
    auroraDataAPI {
      clusterArn = "${cluster_arn}"
      secretArn = "${secret_arn}"
      database = "Select_FROM_1"
      region = "eu-west-3"
    }
  }
  auth = new AuthBasic.AgentConfig {
    authorizedUsers {
      new AuthBasic.AuthorizedUser {
        username = "-@._-.o@p.s_-"
        password = "${password_hash}"
      }
    }
  }
  resourcePlugins {
    new Aws.PluginConfig {
      // Setting filters replaces the plugin's own, so its filter for Kubernetes clusters is repeated.
      discoveryFilters {
        new MatchFilter {
          resourceTypes {
            "AWS::RDS::DBCluster"
            "AWS::RDS::DBInstance"
            "AWS::AppRunner::Service"
            "AWS::AppRunner::AutoScalingConfiguration"
            "AWS::SecretsManager::Secret"
            "AWS::ECR::Repository"
            "AWS::IAM::Role"
            "AWS::IAM::ManagedPolicy"
          }
          conditions {
            new FilterCondition {
              propertyPath = "$.Tags[?(@.Key=='app')].Value"
              propertyValue = "formae-agent"
            }
          }
        }
        new MatchFilter {
          resourceTypes {
            "AWS::EC2::Instance"
            "AWS::EC2::SecurityGroup"
            "AWS::EC2::NetworkInterface"
            "AWS::EC2::LaunchTemplate"
            "AWS::EC2::VPCEndpoint"
            "AWS::EC2::RouteTable"
            "AWS::EC2::Subnet"
            "AWS::EC2::Volume"
            "AWS::AutoScaling::AutoScalingGroup"
            "AWS::EFS::FileSystem"
            "AWS::EFS::MountTarget"
            "AWS::IAM::Role"
            "AWS::IAM::InstanceProfile"
            "AWS::ElasticLoadBalancingV2::LoadBalancer"
            "AWS::ElasticLoadBalancingV2::TargetGroup"
            "AWS::Logs::LogGroup"
          }
          conditions {
            new FilterCondition {
              propertyPath = "$.Tags[?match(@.Key, \"kubernetes\\\\.io/cluster/.*\")].Value"
              propertyValue = "owned"
            }
          }
        }
      }
    }
  }
}
END
}
look_config_secret() {
  look_at ResourceNotFoundException secretsmanager describe-secret --secret-id a0-1b-c-config \
    --query "{
      CONFIG_SECRET_ARN: ARN,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      DORMANT: DeletedDate != null,
      CONFIG_SECRET_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-config\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      CONFIG_SECRET_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`,
      CONFIG_SECRET_FITS_4: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:access'].Value | [0]) == 'scope=file protect=yes api_user=-@._-.o@p.s_- hide_itself=yes',
      CONFIG_SECRET_FITS_5: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:database'].Value | [0]) == 'database=new database_name=Select_FROM_1 enable_data_api=no',
      CONFIG_SECRET_FITS_6: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:policies'].Value | [0]) == '',
      CONFIG_SECRET_FITS_7: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:services'].Value | [0]) == '',
      CONFIG_SECRET_FITS_8: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:sizing'].Value | [0]) == 'cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2',
      CONFIG_SECRET_FITS_9: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:version'].Value | [0]) == 'image_version=0.88.1 engine_version=16'}" || return 1
  if [[ "${DORMANT}" == true && "${OURS}" != true ]]; then
    refuse_if true \
      'The secret a0-1b-c-config is scheduled for deletion and holds its name until then. It does not carry the tag app=formae-agent, so the wizard does not bring it back.' \
      "Bring it back with \`aws secretsmanager restore-secret --secret-id a0-1b-c-config --region eu-west-3\`, or choose another name for the deployment (--name). Or let the wizard take it over (--adopt yes): it is brought back and gets the tag."
  fi
  if [[ "${DORMANT}" == true ]]; then return 0; fi
  look_at_secret '' "${CONFIG_SECRET_ARN}" "${WORK}/config_secret.secret" || return 1
  CONFIG_SECRET_FITS_1=true
  cmp -s "${WORK}/config_secret.secret" "${WORK}/agent.conf.pkl" || CONFIG_SECRET_FITS_1=false
}
make_config_secret() {
  retrying '^InvalidRequestException: .*scheduled for deletion' 5 300 \
    'AWS is still removing an earlier secret of that name for good' secretsmanager create-secret \
    --name a0-1b-c-config --description 'Config of the formae agent (Pkl)' \
    --secret-string "file://${WORK}/agent.conf.pkl" \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-config"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}, {"Key": "formae-wizard:access", "Value": "scope=file protect=yes api_user=-@._-.o@p.s_- hide_itself=yes"}, {"Key": "formae-wizard:database", "Value": "database=new database_name=Select_FROM_1 enable_data_api=no"}, {"Key": "formae-wizard:policies", "Value": ""}, {"Key": "formae-wizard:services", "Value": ""}, {"Key": "formae-wizard:sizing", "Value": "cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2"}, {"Key": "formae-wizard:version", "Value": "image_version=0.88.1 engine_version=16"}]'
}
revive_config_secret() {
  say 'scheduled for deletion: brought back'
  change secretsmanager restore-secret --secret-id "${CONFIG_SECRET_ARN}" || refused
  revived 1 60
}
mend_config_secret() {
  if [[ "${CONFIG_SECRET_FITS_1}" != true ]]; then
    mending "the agent's config"
    change secretsmanager put-secret-value --secret-id "${CONFIG_SECRET_ARN}" \
      --secret-string "file://${WORK}/agent.conf.pkl" || refused
  fi
  if [[ "${CONFIG_SECRET_FITS_2}" != true ]]; then
    mending 'its tags'
    change secretsmanager tag-resource --secret-id "${CONFIG_SECRET_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-config"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${CONFIG_SECRET_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    change secretsmanager untag-resource --secret-id "${CONFIG_SECRET_ARN}" \
      --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
  if [[ "${CONFIG_SECRET_FITS_4}" != true || "${CONFIG_SECRET_FITS_5}" != true || "${CONFIG_SECRET_FITS_6}" != true || "${CONFIG_SECRET_FITS_7}" != true || "${CONFIG_SECRET_FITS_8}" != true || "${CONFIG_SECRET_FITS_9}" != true ]]; then
    mending 'the record of what was chosen'
    change secretsmanager tag-resource --secret-id "${CONFIG_SECRET_ARN}" \
      --tags '[{"Key": "formae-wizard:access", "Value": "scope=file protect=yes api_user=-@._-.o@p.s_- hide_itself=yes"}, {"Key": "formae-wizard:database", "Value": "database=new database_name=Select_FROM_1 enable_data_api=no"}, {"Key": "formae-wizard:policies", "Value": ""}, {"Key": "formae-wizard:services", "Value": ""}, {"Key": "formae-wizard:sizing", "Value": "cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2"}, {"Key": "formae-wizard:version", "Value": "image_version=0.88.1 engine_version=16"}]' || refused
  fi
}

# ==================================================================================================
# Push the image to ECR
# ==================================================================================================

# ECR repository
# App Runner pulls images only from ECR, so formae's image gets a repository in your account.
REPOSITORY_URI='' REPOSITORY_NAME='' REPOSITORY_ARN='' REPOSITORY_FITS_1='' REPOSITORY_FITS_2=''
look_repository() {
  look_at RepositoryNotFoundException ecr describe-repositories --repository-names a0-1b-c \
    --query "repositories[0] | {
      REPOSITORY_URI: repositoryUri,
      REPOSITORY_NAME: repositoryName,
      REPOSITORY_ARN: repositoryArn}" || return 1
  look_at '' ecr list-tags-for-resource --resource-arn "${REPOSITORY_ARN}" \
    --query "{Tags: tags} | {
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      REPOSITORY_FITS_1: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      REPOSITORY_FITS_2: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
}
make_repository() {
  change ecr create-repository --repository-name a0-1b-c \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
mend_repository() {
  if [[ "${REPOSITORY_FITS_1}" != true ]]; then
    mending 'its tags'
    change ecr tag-resource --resource-arn "${REPOSITORY_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${REPOSITORY_FITS_2}" != true ]]; then
    mending 'a tag you do not name any more'
    change ecr untag-resource --resource-arn "${REPOSITORY_ARN}" --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# formae image 0.88.1
# Pulled for linux/amd64, the only platform App Runner runs, and pushed through your Docker engine.
# The version is the CLI's own, because the CLI refuses any other.
look_image() {
  look_at 'ImageNotFoundException RepositoryNotFoundException' ecr describe-images \
    --repository-name "${REPOSITORY_NAME}" --image-ids '[{"imageTag": "0.88.1"}]' \
    --query "imageDetails[0] | {
      THERE: \`true\`}" || return 1
}
make_image() {
  copy_image ghcr.io/platform-engineering-labs/formae:0.88.1 "${REPOSITORY_URI}:0.88.1" linux/amd64
}

# ==================================================================================================
# Create IAM roles
# ==================================================================================================

# Access role
# App Runner takes it on to pull the image from ECR, and for nothing else.
ACCESS_ROLE_ARN='' ACCESS_ROLE_NAME='' ACCESS_ROLE_FITS_1='' ACCESS_ROLE_FITS_2='' \
  ACCESS_ROLE_FITS_3=''
prepare_access_role() {
  document apprunner-trust.json json <<'END'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "build.apprunner.amazonaws.com"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
END
}
look_access_role() {
  local wanted_1
  wanted_1=$(query_literal "${WORK}/apprunner-trust.json")
  look_at NoSuchEntity iam get-role --role-name a0-1b-c-apprunner-access \
    --query "Role | {
      ACCESS_ROLE_ARN: Arn,
      ACCESS_ROLE_NAME: RoleName,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      ACCESS_ROLE_FITS_1: AssumeRolePolicyDocument == ${wanted_1},
      ACCESS_ROLE_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-apprunner-access\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      ACCESS_ROLE_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
}
make_access_role() {
  change iam create-role --role-name a0-1b-c-apprunner-access \
    --assume-role-policy-document "file://${WORK}/apprunner-trust.json" \
    --description 'App Runner takes it on to pull the image from ECR, and for nothing else.' \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-apprunner-access"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
mend_access_role() {
  if [[ "${ACCESS_ROLE_FITS_1}" != true ]]; then
    mending 'who may take on the role'
    change iam update-assume-role-policy --role-name a0-1b-c-apprunner-access \
      --policy-document "file://${WORK}/apprunner-trust.json" || refused
  fi
  if [[ "${ACCESS_ROLE_FITS_2}" != true ]]; then
    mending 'its tags'
    change iam tag-role --role-name a0-1b-c-apprunner-access \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-apprunner-access"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${ACCESS_ROLE_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    change iam untag-role --role-name a0-1b-c-apprunner-access --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# Access role may pull from ECR
# AWS's own policy for exactly this: reading images.
look_access_role_policy() {
  look_at NoSuchEntity iam list-attached-role-policies --role-name "${ACCESS_ROLE_NAME}" \
    --query "AttachedPolicies[?PolicyArn=='arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess'] | [0] | {
      THERE: \`true\`}" || return 1
}
make_access_role_policy() {
  change iam attach-role-policy --role-name "${ACCESS_ROLE_NAME}" \
    --policy-arn arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess
}

# Instance role
# The agent works with this role; AWS gives it short-lived credentials, so no key is stored
# anywhere.
INSTANCE_ROLE_ARN='' INSTANCE_ROLE_NAME='' INSTANCE_ROLE_FITS_1='' INSTANCE_ROLE_FITS_2='' \
  INSTANCE_ROLE_FITS_3='' INSTANCE_ROLE_FITS_4='' INSTANCE_ROLE_FITS_5='' INSTANCE_ROLE_FITS_6='' \
  INSTANCE_ROLE_FITS_7='' INSTANCE_ROLE_FITS_8='' INSTANCE_ROLE_FITS_9='' INSTANCE_ROLE_FITS_10='' \
  INSTANCE_ROLE_FITS_11='' INSTANCE_ROLE_FITS_12='' INSTANCE_ROLE_FITS_13='' \
  INSTANCE_ROLE_FITS_14=''
prepare_instance_role() {
  document apprunner-instance-trust.json json <<'END'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "tasks.apprunner.amazonaws.com"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
END
}
look_instance_role() {
  local wanted_1
  wanted_1=$(query_literal "${WORK}/apprunner-instance-trust.json")
  look_at NoSuchEntity iam get-role --role-name a0-1b-c-apprunner-instance \
    --query "Role | {
      INSTANCE_ROLE_ARN: Arn,
      INSTANCE_ROLE_NAME: RoleName,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      INSTANCE_ROLE_FITS_1: AssumeRolePolicyDocument == ${wanted_1},
      INSTANCE_ROLE_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-apprunner-instance\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      INSTANCE_ROLE_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`,
      INSTANCE_ROLE_FITS_14: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:policies'].Value | [0]) == ''}" || return 1
  look_at '' iam list-attached-role-policies --role-name a0-1b-c-apprunner-instance \
    --query "{Attached: AttachedPolicies} | {
      INSTANCE_ROLE_FITS_4: (length(Attached[?PolicyName=='a0-1b-c-agent-2'])) == \`0\`,
      INSTANCE_ROLE_FITS_5: (length(Attached[?PolicyName=='a0-1b-c-agent-3'])) == \`0\`,
      INSTANCE_ROLE_FITS_6: (length(Attached[?PolicyName=='a0-1b-c-agent-4'])) == \`0\`,
      INSTANCE_ROLE_FITS_7: (length(Attached[?PolicyName=='a0-1b-c-agent-5'])) == \`0\`,
      INSTANCE_ROLE_FITS_8: (length(Attached[?PolicyName=='a0-1b-c-agent-6'])) == \`0\`,
      INSTANCE_ROLE_FITS_9: (length(Attached[?PolicyName=='a0-1b-c-agent-7'])) == \`0\`,
      INSTANCE_ROLE_FITS_10: (length(Attached[?PolicyName=='a0-1b-c-agent-8'])) == \`0\`,
      INSTANCE_ROLE_FITS_11: (length(Attached[?PolicyName=='a0-1b-c-agent-9'])) == \`0\`,
      INSTANCE_ROLE_FITS_12: (length(Attached[?PolicyName=='a0-1b-c-agent-10'])) == \`0\`,
      INSTANCE_ROLE_FITS_13: (length(Attached[?PolicyArn=='arn:aws:iam::aws:policy/PowerUserAccess'])) == \`0\`}" || return 1
}
make_instance_role() {
  change iam create-role --role-name a0-1b-c-apprunner-instance \
    --assume-role-policy-document "file://${WORK}/apprunner-instance-trust.json" \
    --description 'The agent works with this role; AWS gives it short-lived credentials, so no key is stored anywhere.' \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-apprunner-instance"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}, {"Key": "formae-wizard:policies", "Value": ""}]'
}
mend_instance_role() {
  if [[ "${INSTANCE_ROLE_FITS_1}" != true ]]; then
    mending 'who may take on the role'
    change iam update-assume-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-document "file://${WORK}/apprunner-instance-trust.json" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_2}" != true ]]; then
    mending 'its tags'
    change iam tag-role --role-name a0-1b-c-apprunner-instance \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-apprunner-instance"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    change iam untag-role --role-name a0-1b-c-apprunner-instance --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_4}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-2" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_5}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-3" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_6}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-4" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_7}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-5" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_8}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-6" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_9}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-7" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_10}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-8" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_11}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-9" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_12}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-10" || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_13}" != true ]]; then
    mending 'no more permissions than chosen'
    change iam detach-role-policy --role-name a0-1b-c-apprunner-instance \
      --policy-arn arn:aws:iam::aws:policy/PowerUserAccess || refused
  fi
  if [[ "${INSTANCE_ROLE_FITS_14}" != true ]]; then
    mending 'the record of the policies attached'
    change iam tag-role --role-name a0-1b-c-apprunner-instance \
      --tags '[{"Key": "formae-wizard:policies", "Value": ""}]' || refused
  fi
}

# What the agent itself needs
# Its own database and its own secrets. Without the config secret the agent would not even start
# once the scope below is narrow.
RUNTIME_POLICY_REFUSED_1='' RUNTIME_POLICY_FITS_1=''
prepare_runtime_policy() {
  document formae-data-api-policy.json json cluster_arn="${CLUSTER_ARN}" \
    database_secret_arn="${DATABASE_SECRET_ARN}" config_secret_arn="${CONFIG_SECRET_ARN}" <<'END'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Database",
      "Effect": "Allow",
      "Action": [
        "rds-data:ExecuteStatement",
        "rds-data:BatchExecuteStatement",
        "rds-data:BeginTransaction",
        "rds-data:CommitTransaction",
        "rds-data:RollbackTransaction"
      ],
      "Resource": "${cluster_arn}"
    },
    {
      "Sid": "OwnSecrets",
      "Effect": "Allow",
      "Action": "secretsmanager:GetSecretValue",
      "Resource": [
        "${database_secret_arn}",
        "${config_secret_arn}"
      ]
    }
  ]
}
END
}
look_runtime_policy() {
  local wanted_1
  wanted_1=$(query_literal "${WORK}/formae-data-api-policy.json")
  look_at NoSuchEntity iam get-role-policy --role-name "${INSTANCE_ROLE_NAME}" \
    --policy-name a0-1b-c-data-api \
    --query "{
      RUNTIME_POLICY_REFUSED_1: contains(to_string(PolicyDocument), ':rds:') && !contains(to_string(PolicyDocument), ':rds:eu-west-3:'),
      RUNTIME_POLICY_FITS_1: PolicyDocument == ${wanted_1}}" || return 1
  refuse_if "${RUNTIME_POLICY_REFUSED_1}" \
    "The role a0-1b-c-apprunner-instance serves a deployment called a0-1b-c in another region: IAM's roles are the same in each." \
    "Choose another name for the deployment (--name), or remove the other one first (\`formae-wizard status --all-regions\` tells where it is)."
}
make_runtime_policy() {
  change iam put-role-policy --role-name "${INSTANCE_ROLE_NAME}" --policy-name a0-1b-c-data-api \
    --policy-document "file://${WORK}/formae-data-api-policy.json"
}
mend_runtime_policy() {
  if [[ "${RUNTIME_POLICY_FITS_1}" != true ]]; then
    mending 'what the agent itself may do'
    change iam put-role-policy --role-name "${INSTANCE_ROLE_NAME}" --policy-name a0-1b-c-data-api \
      --policy-document "file://${WORK}/formae-data-api-policy.json" || refused
  fi
}

# Policy a0-1b-c-agent-1
# Your policy, as it stands in tests/answers/policies/it's "$(id)" `id` \(1) %n! é; #<&>|.json.
POLICY_1_ARN='' POLICY_1_DEFAULT_VERSION_ID='' POLICY_1_FOUND_6='' POLICY_1_FITS_1='' \
  POLICY_1_FITS_2='' POLICY_1_FITS_3='' POLICY_1_ROOM_1=''
prepare_policy_1() {
  document a0-1b-c-agent-1.json json <<'END'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": "*"
    }
  ]
}
END
}
look_policy_1() {
  look_at NoSuchEntity iam get-policy \
    --policy-arn "arn:aws:iam::${ACCOUNT_ID}:policy/a0-1b-c-agent-1" \
    --query "Policy | {
      POLICY_1_ARN: Arn,
      POLICY_1_DEFAULT_VERSION_ID: DefaultVersionId,
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      POLICY_1_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-agent-1\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      POLICY_1_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
  local wanted_1
  wanted_1=$(query_literal "${WORK}/a0-1b-c-agent-1.json")
  look_at '' iam get-policy-version --policy-arn "${POLICY_1_ARN}" \
    --version-id "${POLICY_1_DEFAULT_VERSION_ID}" \
    --query "{Version: PolicyVersion} | {
      POLICY_1_FITS_1: Version.Document == ${wanted_1}}" || return 1
  look_at '' iam list-policy-versions --policy-arn "${POLICY_1_ARN}" \
    --query "{Versions: Versions} | {
      POLICY_1_FOUND_6: sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId,
      POLICY_1_ROOM_1: length(Versions) >= \`5\`}" || return 1
}
make_policy_1() {
  change iam create-policy --policy-name a0-1b-c-agent-1 \
    --policy-document "file://${WORK}/a0-1b-c-agent-1.json" \
    --description 'What the formae agent may manage' \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent-1"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
mend_policy_1() {
  if [[ "${POLICY_1_FITS_1}" != true ]]; then
    mending 'what the agent may manage'
    if [[ "${POLICY_1_ROOM_1}" == true ]]; then
      change iam delete-policy-version --policy-arn "${POLICY_1_ARN}" \
        --version-id "${POLICY_1_FOUND_6}" || refused
    fi
    change iam create-policy-version --policy-arn "${POLICY_1_ARN}" \
      --policy-document "file://${WORK}/a0-1b-c-agent-1.json" --set-as-default || refused
  fi
  if [[ "${POLICY_1_FITS_2}" != true ]]; then
    mending 'its tags'
    change iam tag-policy --policy-arn "${POLICY_1_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent-1"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${POLICY_1_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    change iam untag-policy --policy-arn "${POLICY_1_ARN}" --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# Agent may use a0-1b-c-agent-1
# What the agent may manage in your account, as you chose it.
look_scope_1() {
  look_at NoSuchEntity iam list-attached-role-policies --role-name "${INSTANCE_ROLE_NAME}" \
    --query "AttachedPolicies[?PolicyName=='a0-1b-c-agent-1'] | [0] | {
      THERE: \`true\`}" || return 1
}
make_scope_1() {
  change iam attach-role-policy --role-name "${INSTANCE_ROLE_NAME}" --policy-arn "${POLICY_1_ARN}"
}

# ==================================================================================================
# Deploy the agent
# ==================================================================================================

# Exactly one instance
# App Runner would start up to 25; several agents on one database is what formae does not support.
SCALING_ARN='' SCALING_FITS_1='' SCALING_FITS_2='' SCALING_FITS_3='' SCALING_FITS_4=''
look_scaling() {
  look_through '' apprunner list-auto-scaling-configurations \
    --auto-scaling-configuration-name a0-1b-c-agent --latest-only \
    --query "merge(not_null(AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE'] | [0] | {
      THERE: \`true\`,
      SCALING_ARN: AutoScalingConfigurationArn}, \`{}\`), {MORE: NextToken})" || return 1
  look_at '' apprunner describe-auto-scaling-configuration \
    --auto-scaling-configuration-arn "${SCALING_ARN}" \
    --query "{Detail: AutoScalingConfiguration} | {
      SCALING_FITS_1: Detail.MinSize == \`1\`,
      SCALING_FITS_2: Detail.MaxSize == \`1\`}" || return 1
  look_at ResourceNotFoundException apprunner list-tags-for-resource \
    --resource-arn "${SCALING_ARN}" \
    --query "{Tags: Tags} | {
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      SCALING_FITS_3: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      SCALING_FITS_4: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`}" || return 1
}
make_scaling() {
  change apprunner create-auto-scaling-configuration \
    --auto-scaling-configuration-name a0-1b-c-agent --min-size 1 --max-size 1 --max-concurrency 200 \
    --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]'
}
mend_scaling() {
  if [[ "${SCALING_FITS_1}" != true || "${SCALING_FITS_2}" != true ]]; then
    mending 'one instance'
    change apprunner create-auto-scaling-configuration \
      --auto-scaling-configuration-name a0-1b-c-agent --min-size 1 --max-size 1 --max-concurrency 200 \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${SCALING_FITS_3}" != true ]]; then
    mending 'its tags'
    change apprunner tag-resource --resource-arn "${SCALING_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${SCALING_FITS_4}" != true ]]; then
    mending 'a tag you do not name any more'
    change apprunner untag-resource --resource-arn "${SCALING_ARN}" --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
}

# App Runner service
# Runs the agent behind HTTPS. It is reported healthy only once the agent has read its config and
# reached its database.
SERVICE_ARN='' SERVICE_URL='' SERVICE_ID='' SERVICE_REFUSED_1='' SERVICE_FITS_1='' \
  SERVICE_FITS_2='' SERVICE_FITS_3='' SERVICE_FITS_4='' SHA256_AGENT_CONF_PKL=''
prepare_service() {
  SHA256_AGENT_CONF_PKL=$(sha256_of "${WORK}/agent.conf.pkl")
  document create-service.json json access_role_arn="${ACCESS_ROLE_ARN}" \
    image_identifier="${REPOSITORY_URI}:0.88.1" formae_config="${CONFIG_SECRET_ARN}" \
    formae_config_sha256="${SHA256_AGENT_CONF_PKL}" instance_role_arn="${INSTANCE_ROLE_ARN}" \
    auto_scaling_configuration_arn="${SCALING_ARN}" <<'END'
{
  "ServiceName": "a0-1b-c-agent",
  "SourceConfiguration": {
    "AuthenticationConfiguration": {
      "AccessRoleArn": "${access_role_arn}"
    },
    "AutoDeploymentsEnabled": false,
    "ImageRepository": {
      "ImageIdentifier": "${image_identifier}",
      "ImageRepositoryType": "ECR",
      "ImageConfiguration": {
        "Port": "49684",
        "RuntimeEnvironmentSecrets": {
          "FORMAE_CONFIG": "${formae_config}"
        },
        "RuntimeEnvironmentVariables": {
          "FORMAE_CONFIG_SHA256": "${formae_config_sha256}"
        },
        "StartCommand": "sh -c umask${IFS}077;rm${IFS}-f${IFS}/tmp/formae.pid;printenv${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&exec${IFS}formae${IFS}agent${IFS}start${IFS}--config${IFS}/tmp/formae.conf.pkl"
      }
    }
  },
  "InstanceConfiguration": {
    "Cpu": "1024",
    "Memory": "2048",
    "InstanceRoleArn": "${instance_role_arn}"
  },
  "HealthCheckConfiguration": {
    "Protocol": "HTTP",
    "Path": "/api/v1/health",
    "Interval": 10,
    "Timeout": 5,
    "HealthyThreshold": 1,
    "UnhealthyThreshold": 3
  },
  "AutoScalingConfigurationArn": "${auto_scaling_configuration_arn}",
  "Tags": [
    {
      "Key": "app",
      "Value": "formae-agent"
    },
    {
      "Key": "Name",
      "Value": "a0-1b-c-agent"
    },
    {
      "Key": "Größe @ /:.+-_",
      "Value": "a=b =c= @/:.+-_ ñ 日本"
    },
    {
      "Key": "-o",
      "Value": "--output=text"
    },
    {
      "Key": "empty",
      "Value": ""
    },
    {
      "Key": "two  blanks",
      "Value": "x  y"
    },
    {
      "Key": "formae-wizard:tags",
      "Value": "29272c2e1cfa322c16b9de1d"
    }
  ]
}
END
}
look_service() {
  look_through '' apprunner list-services \
    --query "merge(not_null(ServiceSummaryList[?ServiceName=='a0-1b-c-agent' && Status!='DELETED'] | [0] | {
      THERE: \`true\`,
      SERVICE_ARN: ServiceArn,
      SERVICE_ID: ServiceId}, \`{}\`), {MORE: NextToken})" || return 1
  look_at ResourceNotFoundException apprunner describe-service --service-arn "${SERVICE_ARN}" \
    --query "{Service: Service} | {
      SERVICE_URL: Service.ServiceUrl,
      BROKEN: Service.Status=='CREATE_FAILED',
      SERVICE_REFUSED_1: Service.Status=='PAUSED',
      SERVICE_FITS_1: Service.SourceConfiguration.AuthenticationConfiguration.AccessRoleArn == '${ACCESS_ROLE_ARN}'
        && Service.SourceConfiguration.AutoDeploymentsEnabled == \`false\`
        && Service.SourceConfiguration.ImageRepository.ImageIdentifier == '${REPOSITORY_URI}:0.88.1'
        && Service.SourceConfiguration.ImageRepository.ImageRepositoryType == 'ECR'
        && Service.SourceConfiguration.ImageRepository.ImageConfiguration.Port == '49684'
        && Service.SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentSecrets.FORMAE_CONFIG == '${CONFIG_SECRET_ARN}'
        && Service.SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.FORMAE_CONFIG_SHA256 == '${SHA256_AGENT_CONF_PKL}'
        && Service.SourceConfiguration.ImageRepository.ImageConfiguration.StartCommand == 'sh -c umask\${IFS}077;rm\${IFS}-f\${IFS}/tmp/formae.pid;printenv\${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&exec\${IFS}formae\${IFS}agent\${IFS}start\${IFS}--config\${IFS}/tmp/formae.conf.pkl'
        && Service.InstanceConfiguration.Cpu == '1024'
        && Service.InstanceConfiguration.Memory == '2048'
        && Service.InstanceConfiguration.InstanceRoleArn == '${INSTANCE_ROLE_ARN}'
        && Service.HealthCheckConfiguration.Protocol == 'HTTP'
        && Service.HealthCheckConfiguration.Path == '/api/v1/health'
        && Service.HealthCheckConfiguration.Interval == \`10\`
        && Service.HealthCheckConfiguration.Timeout == \`5\`
        && Service.HealthCheckConfiguration.HealthyThreshold == \`1\`
        && Service.HealthCheckConfiguration.UnhealthyThreshold == \`3\`
        && Service.AutoScalingConfigurationSummary.AutoScalingConfigurationArn == '${SCALING_ARN}'}" || return 1
  refuse_if "${SERVICE_REFUSED_1}" \
    'The service a0-1b-c-agent is paused, and App Runner changes nothing on a paused service.' \
    "Let the wizard do it (formae-wizard apply --wake yes), or do it yourself: \`aws apprunner resume-service --region eu-west-3 --service-arn ARN\`, with the ARN that \`aws apprunner list-services --region eu-west-3 --output text --query \"ServiceSummaryList[?ServiceName=='a0-1b-c-agent'].ServiceArn\"\` tells."
  if [[ -n "${REFUSAL}" ]]; then return 0; fi
  look_at ResourceNotFoundException apprunner list-tags-for-resource \
    --resource-arn "${SERVICE_ARN}" \
    --query "{Tags: Tags} | {
      OURS: length(not_null(Tags, \`[]\`)[?Key=='app' && Value=='formae-agent']) > \`0\`,
      SERVICE_FITS_2: ([length(not_null(Tags, \`[]\`)[?Key==\`\"app\"\` && Value==\`\"formae-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Name\"\` && Value==\`\"a0-1b-c-agent\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"Gr\\u00f6\\u00dfe @ /:.+-_\"\` && Value==\`\"a=b =c= @/:.+-_ \\u00f1 \\u65e5\\u672c\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"-o\"\` && Value==\`\"--output=text\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"empty\"\` && Value==\`\"\"\`]), length(not_null(Tags, \`[]\`)[?Key==\`\"two  blanks\"\` && Value==\`\"x  y\"\`])]) == \`[1, 1, 1, 1, 1, 1]\`,
      SERVICE_FITS_3: length(not_null(Tags, \`[]\`)[].Key | [?contains(\`${EARLIER_TAGS}\`, @)]) == \`0\`,
      SERVICE_FITS_4: (not_null(Tags, \`[]\`)[?Key=='formae-wizard:tags'].Value | [0]) == '29272c2e1cfa322c16b9de1d'}" || return 1
}
make_service() {
  retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
    'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
    apprunner create-service --cli-input-json "file://${WORK}/create-service.json"
}
wait_service() {
  await SUCCEEDED 'FAILED ROLLBACK_FAILED ROLLBACK_SUCCEEDED' 5 2700 '' apprunner list-operations \
    --service-arn "${SERVICE_ARN}" --query "OperationSummaryList[0].Status"
}
report_service() {
  tell_report logs filter-log-events \
    --log-group-name "/aws/apprunner/a0-1b-c-agent/${SERVICE_ID}/service" \
    --query "events[].{id: message, text: message} | [].text"
  tell_report logs filter-log-events \
    --log-group-name "/aws/apprunner/a0-1b-c-agent/${SERVICE_ID}/application" \
    --query "events[].{id: message, text: message} | [].text"
}
mend_service() {
  if [[ "${SERVICE_FITS_1}" != true ]]; then
    mending "the service's settings"
    merged "${WORK}/service-runtime_environment_secrets" apprunner describe-service \
      --service-arn "${SERVICE_ARN}" \
      --query "merge(not_null(Service.SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentSecrets, \`{}\`), {\"FORMAE_CONFIG_SHA256\": \`null\`, \"FORMAE_CONFIG\": '${CONFIG_SECRET_ARN}'})"
    merged "${WORK}/service-runtime_environment_variables" apprunner describe-service \
      --service-arn "${SERVICE_ARN}" \
      --query "merge(not_null(Service.SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables, \`{}\`), {\"FORMAE_CONFIG\": \`null\`, \"FORMAE_CONFIG_SHA256\": '${SHA256_AGENT_CONF_PKL}'})"
    document service-update-service.json json service_arn="${SERVICE_ARN}" \
      access_role_arn="${ACCESS_ROLE_ARN}" image_identifier="${REPOSITORY_URI}:0.88.1" \
      runtime_environment_secrets%"${WORK}/service-runtime_environment_secrets" \
      runtime_environment_variables%"${WORK}/service-runtime_environment_variables" \
      instance_role_arn="${INSTANCE_ROLE_ARN}" auto_scaling_configuration_arn="${SCALING_ARN}" <<'END'
{
  "ServiceArn": "${service_arn}",
  "SourceConfiguration": {
    "AuthenticationConfiguration": {
      "AccessRoleArn": "${access_role_arn}"
    },
    "AutoDeploymentsEnabled": false,
    "ImageRepository": {
      "ImageIdentifier": "${image_identifier}",
      "ImageRepositoryType": "ECR",
      "ImageConfiguration": {
        "Port": "49684",
        "RuntimeEnvironmentSecrets": "${runtime_environment_secrets}",
        "RuntimeEnvironmentVariables": "${runtime_environment_variables}",
        "StartCommand": "sh -c umask${IFS}077;rm${IFS}-f${IFS}/tmp/formae.pid;printenv${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&exec${IFS}formae${IFS}agent${IFS}start${IFS}--config${IFS}/tmp/formae.conf.pkl"
      }
    }
  },
  "InstanceConfiguration": {
    "Cpu": "1024",
    "Memory": "2048",
    "InstanceRoleArn": "${instance_role_arn}"
  },
  "HealthCheckConfiguration": {
    "Protocol": "HTTP",
    "Path": "/api/v1/health",
    "Interval": 10,
    "Timeout": 5,
    "HealthyThreshold": 1,
    "UnhealthyThreshold": 3
  },
  "AutoScalingConfigurationArn": "${auto_scaling_configuration_arn}"
}
END
    retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
      'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
      apprunner update-service --cli-input-json "file://${WORK}/service-update-service.json" || refused
    settled
  fi
  if [[ "${SERVICE_FITS_2}" != true ]]; then
    mending 'its tags'
    retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
      'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
      apprunner tag-resource --resource-arn "${SERVICE_ARN}" \
      --tags '[{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": "a0-1b-c-agent"}, {"Key": "Größe @ /:.+-_", "Value": "a=b =c= @/:.+-_ ñ 日本"}, {"Key": "-o", "Value": "--output=text"}, {"Key": "empty", "Value": ""}, {"Key": "two  blanks", "Value": "x  y"}]' || refused
  fi
  if [[ "${SERVICE_FITS_3}" != true ]]; then
    mending 'a tag you do not name any more'
    retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
      'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
      apprunner untag-resource --resource-arn "${SERVICE_ARN}" --tag-keys "${EARLIER_KEYS[@]}" || refused
  fi
  if [[ "${SERVICE_FITS_4}" != true ]]; then
    mending 'the record of what was chosen'
    retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
      'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
      apprunner tag-resource --resource-arn "${SERVICE_ARN}" \
      --tags '[{"Key": "formae-wizard:tags", "Value": "29272c2e1cfa322c16b9de1d"}]' || refused
  fi
}
unmake_service() {
  retrying '^InvalidRequestException: Error in assuming|^InvalidStateException' 5 180 \
    'waiting for the new roles to be known everywhere in IAM (normal, up to a minute)' \
    apprunner delete-service --service-arn "${SERVICE_ARN}" || return 1
}

# ==================================================================================================
# Verify
# ==================================================================================================

# The agent answers
# It opens its port only after it has read its config, reached its database and made its tables; so
# this one answer proves them all.
make_health() {
  probe "https://${SERVICE_URL}/api/v1/health" 200 5 300 ''
}

# Strangers are refused
# Without the password the API must answer 401.
make_refuses() {
  probe "https://${SERVICE_URL}/api/v1/stats" 401 5 60 ''
}

# You are let in
# With the password the API answers, and says which version runs.
make_accepts() {
  secret_member "${API_SECRET_ARN}" password "${WORK}/api_password"
  probe "https://${SERVICE_URL}/api/v1/stats" 200 5 60 Version -@._-.o@p.s_- "${WORK}/api_password"
}

# ==================================================================================================
# Point the formae CLI at it
# ==================================================================================================

# The formae CLI's config
# Written where the formae CLI of this machine reads it from. What is there already stays: a file
# with other things in it is left alone, and the connection goes beside it.
make_client_config() {
  split_address "https://${SERVICE_URL}"
  secret_member "${API_SECRET_ARN}" password "${WORK}/password"
  document formae.conf.pkl pkl url="${AGENT_URL}" port#"${AGENT_PORT}" password@"${WORK}/password" \
    <<'END'
amends "formae:/Config.pkl"
import "plugins:/AuthBasic.pkl" as AuthBasic

cli {
  api {
    url = "${url}"
    port = "${port}"
  }
  auth = new AuthBasic.CliConfig {
    username = "-@._-.o@p.s_-"
    password = "${password}"
  }
}
END
  point_client a0-1b-c true "${WORK}/formae.conf.pkl"
  ask_through_client if-possible
}

# ==================================================================================================
# Helpers, the same in every script
[assets/script/prelude.sh]
# What is done, in which order
# ==================================================================================================
ASK_PASSWORD=''
options() {
  local word
  for word in "$@"; do
    case "${word}" in
      -h | --help) printf '%s\n' 'Usage: bash deploy.sh [--ask-password]; its first lines say more.'; exit 0 ;;
      --ask-password) ASK_PASSWORD='yes' ;;
      *) printf '%s\n' "Unknown: ${word}" 'Usage: bash deploy.sh [--ask-password]' >&2; exit 2 ;;
    esac
  done
}

finished() {
  PHASE='done'
  printf 'The formae agent answers: https://%s\n' "${SERVICE_URL}"
  printf 'Service: %s\n' "${SERVICE_ARN}"
  printf 'Changed: %s\n' "${MADE:-nothing, everything was as wanted}"
  printf '%s\n' \
    'Its user and password: aws secretsmanager get-secret-value --region eu-west-3 --secret-id a0-1b-c-api-creds'
}

main() {
  options "$@"
  begin
  export AWS_REGION=eu-west-3 AWS_DEFAULT_REGION=eu-west-3
  IMAGE=ghcr.io/platform-engineering-labs/formae:0.88.1
  if [[ -n "${ASK_PASSWORD}" ]]; then
    ask_password api
  elif [[ -n "${API_PASSWORD_FILE:-}" ]]; then
    given_password api "${API_PASSWORD_FILE}"
  fi
  check_tools

  # First see whether something stands in the way; nothing is made or changed here.
  survey account 'Your AWS account' 'AWS did not say who is signed in.'
  survey database_secret 'Database credentials'
  survey engine_version 'A version AWS offers now' \
    'Aurora PostgreSQL 16 is not offered in eu-west-3.' \
    'Choose another version (--engine-version), such as 16 for the recommended 16.x.'
  survey cluster 'Aurora cluster'
  survey instance 'Aurora instance'
  survey api_secret 'API password'
  survey config_secret 'Agent config'
  survey repository 'ECR repository'
  survey access_role 'Access role'
  survey instance_role 'Instance role'
  if [[ -n "${INSTANCE_ROLE_NAME}" ]]; then survey runtime_policy 'What the agent itself needs'; fi
  survey scaling 'Exactly one instance'
  survey service 'App Runner service'
  earlier_tags service 'Größe @ /:.+-_' -o empty 'two  blanks'

  # Then one step after the other, in the walkthrough's order.
  bring_about account 'Your AWS account' proof
  bring_about database_secret 'Database credentials'
  bring_about engine_version 'A version AWS offers now' proof
  bring_about cluster 'Aurora cluster'
  bring_about instance 'Aurora instance'
  bring_about data_api 'The Data API answers' proof
  bring_about database "The agent's database"
  bring_about api_secret 'API password'
  bring_about config_secret 'Agent config'
  bring_about repository 'ECR repository'
  bring_about image 'formae image 0.88.1'
  bring_about access_role 'Access role'
  bring_about access_role_policy 'Access role may pull from ECR'
  bring_about instance_role 'Instance role'
  policies_go "${ACCOUNT_ID}" a0-1b-c-apprunner-instance a0-1b-c-agent-2 a0-1b-c-agent-3 \
    a0-1b-c-agent-4 a0-1b-c-agent-5 a0-1b-c-agent-6 a0-1b-c-agent-7 a0-1b-c-agent-8 a0-1b-c-agent-9 \
    a0-1b-c-agent-10
  bring_about runtime_policy 'What the agent itself needs'
  bring_about policy_1 'Policy a0-1b-c-agent-1'
  bring_about scope_1 'Agent may use a0-1b-c-agent-1'
  bring_about scaling 'Exactly one instance'
  bring_about service 'App Runner service'
  bring_about health 'The agent answers' proof
  bring_about refuses 'Strangers are refused' proof
  bring_about accepts 'You are let in' proof
  bring_about client_config "The formae CLI's config"
  finished
}

main "$@"
