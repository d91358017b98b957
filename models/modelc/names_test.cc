#include "models/modelc/names.h"

#include <doctest/doctest.h>

namespace fogbank::modelc {

TEST_CASE("modelc turns names of the model into snake_case") {
  struct Row {
    const char* model;
    const char* cpp;
  };
  const Row rows[] = {{"QueueURL", "queue_url"},
                      {"QueueUrl", "queue_url"},
                      {"queueUrls", "queue_urls"},
                      {"KMSKeyId", "kms_key_id"},
                      {"SSEKMSKeyId", "ssekms_key_id"},
                      {"ETag", "e_tag"},
                      {"MD5OfBody", "md5_of_body"},
                      {"ContentMD5", "content_md5"},
                      {"SSECustomerKeyMD5", "sse_customer_key_md5"},
                      {"AWSAccountIds", "aws_account_ids"},
                      {"AccountIDs", "account_ids"},
                      {"ChecksumCRC32C", "checksum_crc32c"},
                      {"ChecksumCRC64NVME", "checksum_crc64nvme"},
                      {"S3KeyPrefix", "s3_key_prefix"},
                      {"ListObjectsV2", "list_objects_v2"},
                      {"Default", "default_"},
                      {"x-amz-meta", "x_amz_meta"},
                      {"4xx", "n4xx"}};
  for (const Row& row : rows) {
    CAPTURE(row.model);
    CHECK(member_name(row.model) == row.cpp);
  }
}

}  // namespace fogbank::modelc
