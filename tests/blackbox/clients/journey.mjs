// The same journey with the AWS SDK for JavaScript v3. argv: a suffix that makes names unique.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_HOME}/package.json`);
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const s3 = require("@aws-sdk/client-s3");
const { Upload } = require("@aws-sdk/lib-storage");
const sqs = require("@aws-sdk/client-sqs");
const dynamodb = require("@aws-sdk/client-dynamodb");

const suffix = process.argv[2];
const region = "us-east-1";

async function rejects(name, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    return true;
  });
}

const identity = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
assert.equal(identity.Account, "000000000000");

{
  const client = new s3.S3Client({ region });
  const Bucket = `js-${suffix}`;
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  await client.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body: "hello", Metadata: { x: "y" } }));
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));
  assert.equal(await got.Body.transformToString(), "hello");
  assert.deepEqual(got.Metadata, { x: "y" });
  const upload = new Upload({ client, params: { Bucket, Key: "big", Body: Buffer.alloc(12_000_000, 1) } });
  await upload.done();
  const listed = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  assert.deepEqual(listed.Contents.map((o) => [o.Key, o.Size]), [["a", 5], ["big", 12_000_000]]);
  await rejects("NoSuchKey", client.send(new s3.GetObjectCommand({ Bucket, Key: "none" })));
  for (const { Key } of listed.Contents) await client.send(new s3.DeleteObjectCommand({ Bucket, Key }));
  await client.send(new s3.DeleteBucketCommand({ Bucket }));
}
{
  const client = new sqs.SQSClient({ region });
  const { QueueUrl } = await client.send(new sqs.CreateQueueCommand({ QueueName: `js-${suffix}` }));
  await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  const { Messages } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  assert.equal(Messages[0].Body, "hello");
  await rejects("QueueDoesNotExist", client.send(new sqs.GetQueueUrlCommand({ QueueName: "none" })));
}
{
  const client = new dynamodb.DynamoDBClient({ region });
  const TableName = `js-${suffix}`;
  await client.send(new dynamodb.CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  }));
  await client.send(new dynamodb.PutItemCommand({ TableName, Item: { pk: { S: "a" }, n: { N: "1.50" } } }));
  const { Item } = await client.send(new dynamodb.GetItemCommand({ TableName, Key: { pk: { S: "a" } } }));
  assert.deepEqual(Item, { pk: { S: "a" }, n: { N: "1.5" } });
  await rejects("ResourceNotFoundException", client.send(new dynamodb.DescribeTableCommand({ TableName: "none" })));
  await client.send(new dynamodb.DeleteTableCommand({ TableName }));
}
console.log("journey done");
