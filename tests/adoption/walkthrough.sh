#!/usr/bin/env bash
# formae's walkthrough for App Runner by hand: its commands and its names, no tags, no password on
# the API. Only what has since been withdrawn or cannot be had without Docker differs: the engine's
# minor version, and an image put by the API. Usage: walkthrough.sh FOLDER REGION VERSION [docker]
set -euo pipefail
cd "$1"
region=$2 version=$3 docker=${4:-}
export AWS_DEFAULT_REGION=$region AWS_PAGER=""

aws secretsmanager create-secret --name formae-db-creds \
  --secret-string '{"username":"postgres","password":"by-hand-1"}' >/dev/null
engine=$(aws rds describe-db-engine-versions --engine aurora-postgresql --engine-version 16 \
  --default-only --query "DBEngineVersions[0].EngineVersion" --output text)
aws rds create-db-cluster --db-cluster-identifier formae-db --engine aurora-postgresql \
  --engine-version "$engine" \
  --serverless-v2-scaling-configuration MinCapacity=0.5,MaxCapacity=2 \
  --master-username postgres --master-user-password by-hand-1 --enable-http-endpoint >/dev/null
aws rds create-db-instance --db-instance-identifier formae-db-instance \
  --db-cluster-identifier formae-db --db-instance-class db.serverless \
  --engine aurora-postgresql >/dev/null
cluster=$(aws rds describe-db-clusters --db-cluster-identifier formae-db \
  --query "DBClusters[0].DBClusterArn" --output text)
secret=$(aws secretsmanager describe-secret --secret-id formae-db-creds --query ARN --output text)
for _ in $(seq 60); do
  aws rds-data execute-statement --resource-arn "$cluster" --secret-arn "$secret" \
    --sql "CREATE DATABASE formae" >/dev/null 2>&1 && break
  sleep 10
done

cat >formae.conf.pkl <<PKL
amends "formae:/Config.pkl"

agent {
  datastore {
    datastoreType = "auroradataapi"
    auroraDataAPI {
      clusterArn = "$cluster"
      secretArn = "$secret"
      database = "formae"
      region = "$region"
    }
  }
}
PKL
config=$(aws secretsmanager create-secret --name formae-config \
  --secret-string file://formae.conf.pkl --query ARN --output text)

uri=$(aws ecr create-repository --repository-name formae \
  --query repository.repositoryUri --output text)
if [ "$docker" ]; then
  source=ghcr.io/platform-engineering-labs/formae:$version
  docker pull --quiet --platform linux/amd64 "$source" >/dev/null
  aws ecr get-login-password --region "$region" |
    docker login --username AWS --password-stdin "${uri%%/*}" >/dev/null 2>&1
  docker tag "$source" "$uri:$version"
  docker push --quiet "$uri:$version" >/dev/null
else
  aws ecr put-image --repository-name formae --image-tag "$version" --image-manifest \
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":7,"digest":"sha256:00"},"layers":[]}' \
    >/dev/null
fi

trust() {
  printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}]}' "$1"
}
access=$(aws iam create-role --role-name formae-apprunner-access \
  --assume-role-policy-document "$(trust build.apprunner.amazonaws.com)" \
  --query Role.Arn --output text)
aws iam attach-role-policy --role-name formae-apprunner-access \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess
instance=$(aws iam create-role --role-name formae-apprunner-instance \
  --assume-role-policy-document "$(trust tasks.apprunner.amazonaws.com)" \
  --query Role.Arn --output text)
aws iam put-role-policy --role-name formae-apprunner-instance --policy-name formae-data-api \
  --policy-document "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"rds-data:ExecuteStatement\",\"rds-data:BeginTransaction\",\"rds-data:CommitTransaction\",\"rds-data:RollbackTransaction\"],\"Resource\":\"$cluster\"},{\"Effect\":\"Allow\",\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"$secret*\"}]}"
aws iam attach-role-policy --role-name formae-apprunner-instance \
  --policy-arn arn:aws:iam::aws:policy/PowerUserAccess

for _ in $(seq 60); do
  aws apprunner create-service --service-name formae-agent \
    --source-configuration "{\"AuthenticationConfiguration\":{\"AccessRoleArn\":\"$access\"},\"ImageRepository\":{\"ImageIdentifier\":\"$uri:$version\",\"ImageRepositoryType\":\"ECR\",\"ImageConfiguration\":{\"Port\":\"49684\",\"RuntimeEnvironmentSecrets\":{\"FORMAE_CONFIG\":\"$config\"},\"StartCommand\":\"sh -c printenv\${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&formae\${IFS}agent\${IFS}start\${IFS}--config\${IFS}/tmp/formae.conf.pkl\"}}}" \
    --instance-configuration "{\"Cpu\":\"1024\",\"Memory\":\"2048\",\"InstanceRoleArn\":\"$instance\"}" \
    --health-check-configuration '{"Protocol":"HTTP","Path":"/api/v1/health","Interval":10,"Timeout":5,"HealthyThreshold":1,"UnhealthyThreshold":3}' \
    >service.json 2>service.err && break
  grep -q "Error in assuming" service.err || { cat service.err >&2; exit 1; }
  sleep 10
done
for _ in $(seq 120); do
  status=$(aws apprunner list-services --query "ServiceSummaryList[0].Status" --output text)
  [ "$status" = OPERATION_IN_PROGRESS ] || break
  sleep 10
done
echo "$status"
