#!/bin/bash
# What a new user types: the AWS CLI, with no setting but credentials and a region.
# $1: a suffix that makes names unique.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
expect() { # EXPECTED COMMAND...: what the command prints contains the text
  local expected=$1 got
  shift
  got=$("$@")
  [[ $got == *"$expected"* ]] || { echo "$* printed '$got', not '$expected'" >&2; exit 1; }
}

expect '"Arn": "arn:aws:iam::000000000000:root"' aws sts get-caller-identity
AWS_ACCESS_KEY_ID=210987654321 expect 210987654321 aws sts get-caller-identity --query Account

bucket=first-$1
mkdir "$folder/tree" "$folder/back"
echo hello >"$folder/tree/a.txt"
head -c 9000000 /dev/urandom >"$folder/tree/big.bin" # over the CLI's threshold: multipart
aws s3 mb "s3://$bucket"
aws s3 cp --no-progress "$folder/tree/a.txt" "s3://$bucket/"
expect a.txt aws s3 ls "s3://$bucket"
expect hello aws s3 cp "s3://$bucket/a.txt" -
aws s3 sync --no-progress "$folder/tree" "s3://$bucket/tree"
aws s3 sync --no-progress "s3://$bucket/tree" "$folder/back"
diff -r "$folder/tree" "$folder/back"
expect "$bucket" aws s3 ls
aws s3 rm --recursive --quiet "s3://$bucket"
aws s3 rb "s3://$bucket"

url=$(aws sqs create-queue --queue-name "jobs-$1" --query QueueUrl --output text)
[[ $url == "https://sqs.us-east-1.amazonaws.com/000000000000/jobs-$1" ]]
aws sqs send-message --queue-url "$url" --message-body "work" >/dev/null
expect work aws sqs receive-message --queue-url "$url" --wait-time-seconds 5

table=things-$1
aws dynamodb create-table --table-name "$table" --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=N \
  --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE >/dev/null
aws dynamodb wait table-exists --table-name "$table"
aws dynamodb put-item --table-name "$table" \
  --item '{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"123456789012345678901234567890.12345678"}}'
expect 123456789012345678901234567890.12345678 aws dynamodb get-item --table-name "$table" \
  --key '{"pk":{"S":"a"},"sk":{"N":"1"}}'
expect '"Count": 1' aws dynamodb query --table-name "$table" \
  --key-condition-expression 'pk = :p AND sk > :s' \
  --expression-attribute-values '{":p":{"S":"a"},":s":{"N":"0"}}'
aws dynamodb delete-table --table-name "$table" >/dev/null
echo journey done
