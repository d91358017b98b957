#include "emulators/s3/multipart.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "emulators/s3/checksums.h"
#include "emulators/s3/copy.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/test_support.h"
#include "emulators/s3/upload_listing.h"

namespace fogbank::emulators::s3 {
namespace {

using aws::HashKind;

std::string md5_hex(std::string_view bytes) {
  return core::to_hex(aws::hash(HashKind::kMd5, bytes));
}

// An upload to "bucket", and what the client remembers of its parts.
class Uploading final {
 public:
  Uploading(S3Fixture& s3, const char* key, api::CreateMultipartUploadInput in = {})
      : s3_(s3), key_(key) {
    in.bucket = "bucket";
    in.key = key;
    const auto reply = s3.call(create_multipart_upload, in);
    REQUIRE(reply);
    id = reply->upload_id.str();
  }

  Reply<api::UploadPartOutput> put(int32_t number, std::string_view bytes) {
    s3_.set_upload(bytes);
    return put_prepared(number);
  }
  Reply<api::UploadPartOutput> put_prepared(int32_t number) {
    return s3_.call(upload_part,
                    {.bucket = "bucket", .key = key_, .part_number = number, .upload_id = id});
  }
  void add(int32_t number, std::string_view bytes) {
    const auto reply = put(number, bytes);
    REQUIRE(reply);
    name(number, reply->e_tag);
  }
  void name(int32_t number, aws::Text e_tag) {
    parts.append(s3_.arena(), {.e_tag = e_tag, .part_number = number});
  }

  Reply<api::CompleteMultipartUploadOutput> complete(api::CompleteMultipartUploadInput in = {}) {
    api::CompletedMultipartUpload list{.parts = parts};
    in.bucket = "bucket";
    in.key = key_;
    in.multipart_upload = aws::Ptr<api::CompletedMultipartUpload>(&list);
    in.upload_id = id;
    return s3_.call(complete_multipart_upload, in);
  }

  std::string id;
  aws::List<api::CompletedPart> parts;

 private:
  S3Fixture& s3_;
  std::string key_;
};

const std::string kFive = sample_bytes(kPartBytesMin, 5);
const std::string kSix = sample_bytes(kPartBytesMin + 1'000'000, 6);

TEST_CASE("s3 a completed upload is its parts one after another") {
  S3Fixture s3;
  Uploading uploading(s3, "k", {.content_type = "text/plain", .tagging = "a=1"});
  CHECK(uploading.id.size() == 128);
  uploading.add(1, kFive);
  uploading.add(3, kSix);
  uploading.add(7, "tail");
  const auto done = uploading.complete();
  REQUIRE(done);
  const std::string md5s = aws::hash(HashKind::kMd5, kFive) + aws::hash(HashKind::kMd5, kSix) +
                           aws::hash(HashKind::kMd5, "tail");
  CHECK(done->e_tag.view() == "\"" + md5_hex(md5s) + "-3\"");
  CHECK(done->location == "https://bucket.s3.us-east-1.amazonaws.com/k");
  const std::string whole = kFive + kSix + "tail";
  CHECK(s3.get("k") == whole);
  const auto head = s3.call(head_object, {.bucket = "bucket", .key = "k", .part_number = 3});
  REQUIRE(head);
  CHECK(s3.status == 206);
  CHECK(*head->parts_count == 3);
  CHECK(*head->content_length == static_cast<int64_t>(kSix.size()));
  CHECK(head->content_type == "text/plain");
  CHECK(*head->tag_count == 1);
  REQUIRE(s3.call(get_object, {.bucket = "bucket", .key = "k", .part_number = 7}));
  CHECK(s3.downloaded() == "tail");
  CHECK(error_code(s3.call(get_object, {.bucket = "bucket", .key = "k", .part_number = 2})) ==
        "InvalidPartNumber");
  const std::string range = "bytes=5242870-6242890";
  REQUIRE(s3.call(get_object, {.bucket = "bucket", .key = "k", .range = range}));
  CHECK(s3.downloaded() == whole.substr(5242870, 1'000'021));
  REQUIRE(s3.call(get_object, {.bucket = "bucket", .key = "k", .range = "bytes=-6"}));
  CHECK(s3.downloaded() == whole.substr(whole.size() - 6));
}

TEST_CASE("s3 CompleteMultipartUpload again answers the same; a finished upload takes no part") {
  S3Fixture s3;
  Uploading uploading(s3, "k");
  uploading.add(1, "x");
  const auto first = uploading.complete();
  const auto again = uploading.complete();
  REQUIRE(first);
  REQUIRE(again);
  CHECK(first->e_tag.view() == again->e_tag.view());
  CHECK(error_code(uploading.put(2, "y")) == "NoSuchUpload");
  REQUIRE(s3.put("k", "other"));
  CHECK(error_code(uploading.complete()) == "NoSuchUpload");
}

TEST_CASE("s3 CompleteMultipartUpload refuses lists that are not the upload's") {
  S3Fixture s3;
  Uploading uploading(s3, "k");
  const auto small = uploading.put(1, "small");
  const auto five = uploading.put(2, kFive);
  const auto six = uploading.put(3, kSix);
  REQUIRE((small && five && six));
  struct Row {
    const char* name;
    std::vector<std::pair<int32_t, aws::Text>> parts;
    const char* error;
  };
  const Row rows[] = {
      {"none", {}, "MalformedXML"},
      {"out of order", {{3, six->e_tag}, {2, five->e_tag}}, "InvalidPartOrder"},
      {"twice", {{2, five->e_tag}, {2, five->e_tag}}, "InvalidPartOrder"},
      {"another tag", {{2, six->e_tag}}, "InvalidPart"},
      {"missing", {{2, five->e_tag}, {4, five->e_tag}}, "InvalidPart"},
      {"small but last", {{1, small->e_tag}, {2, five->e_tag}}, "EntityTooSmall"},
      {"number 0", {{0, small->e_tag}}, "InvalidArgument"},
      {"number 10001", {{10'001, small->e_tag}}, "InvalidArgument"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    uploading.parts = {};
    for (const auto& [number, e_tag] : row.parts) uploading.name(number, e_tag);
    CHECK(error_code(uploading.complete()) == row.error);
  }
  uploading.parts = {};
  uploading.name(2, five->e_tag);
  uploading.name(3, six->e_tag);
  CHECK(error_code(uploading.complete({.mpu_object_size = 1})) == "InvalidRequest");
  CHECK(error_code(uploading.complete({.if_match = "\"x\""})) == "NoSuchKey");
  REQUIRE(s3.put("k", "there"));
  CHECK(error_code(uploading.complete({.if_none_match = "*"})) == "PreconditionFailed");
  CHECK(uploading.complete());
}

TEST_CASE("s3 parts that are replaced, unused or aborted leave no blob behind") {
  S3Fixture s3;
  std::vector<storage::BlobId> blobs;
  const auto put = [&](Uploading& uploading, int32_t number, const std::string& bytes) {
    const auto reply = uploading.put(number, bytes);
    REQUIRE(reply);
    blobs.push_back(*s3.upload->blob);
    return reply->e_tag;
  };
  {
    Uploading uploading(s3, "k");
    put(uploading, 1, kSix);
    uploading.name(1, put(uploading, 1, kFive));
    put(uploading, 2, kSix);
    REQUIRE(uploading.complete());
    CHECK_FALSE(s3.has_blob(blobs[0]));
    CHECK(s3.has_blob(blobs[1]));
    CHECK_FALSE(s3.has_blob(blobs[2]));
    REQUIRE(s3.call(delete_object, {.bucket = "bucket", .key = "k"}));
    CHECK_FALSE(s3.has_blob(blobs[1]));
  }
  Uploading aborted(s3, "k");
  put(aborted, 1, kFive);
  CHECK(s3.has_blob(blobs[3]));
  REQUIRE(
      s3.call(abort_multipart_upload, {.bucket = "bucket", .key = "k", .upload_id = aborted.id}));
  CHECK_FALSE(s3.has_blob(blobs[3]));
  CHECK(error_code(s3.call(abort_multipart_upload,
                           {.bucket = "bucket", .key = "k", .upload_id = aborted.id})) ==
        "NoSuchUpload");
  Uploading left(s3, "k");
  put(left, 1, kFive);
  REQUIRE(s3.call(delete_bucket, {.bucket = "bucket"}));
  CHECK_FALSE(s3.has_blob(blobs[4]));
}

TEST_CASE("s3 checksums of an upload: composite of digests, or of the whole object") {
  struct Row {
    const char* name;
    HashKind kind;
    aws::Text algorithm;
    aws::Text type;
    bool is_composite;
  };
  const Row rows[] = {
      {"default", HashKind::kCrc64Nvme, {}, {}, false},
      {"crc64nvme", HashKind::kCrc64Nvme, "CRC64NVME", {}, false},
      {"crc32", HashKind::kCrc32, "CRC32", {}, true},
      {"crc32 whole", HashKind::kCrc32, "CRC32", "FULL_OBJECT", false},
      {"crc32c whole", HashKind::kCrc32c, "CRC32C", "FULL_OBJECT", false},
      {"sha1", HashKind::kSha1, "SHA1", {}, true},
      {"sha256", HashKind::kSha256, "SHA256", "COMPOSITE", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    S3Fixture s3;
    Uploading uploading(s3, "k", {.checksum_algorithm = row.algorithm, .checksum_type = row.type});
    const std::string parts[] = {kFive, "tail"};
    std::string digests;
    for (int32_t i = 0; i < 2; ++i) {
      s3.set_upload(parts[i]);
      if (row.algorithm) {
        s3.declare(row.kind, parts[i]);
      } else {
        s3.compute(row.kind, parts[i]);
      }
      const auto reply = uploading.put_prepared(i + 1);
      REQUIRE(reply);
      const std::string digest = aws::hash(row.kind, parts[i]);
      digests += digest;
      api::CompletedPart part{.e_tag = reply->e_tag, .part_number = i + 1};
      checksum_member(part, row.kind) = s3.arena().copy(core::to_base64(digest));
      uploading.parts.append(s3.arena(), part);
    }
    const std::string expected = row.is_composite
                                     ? core::to_base64(aws::hash(row.kind, digests)) + "-2"
                                     : core::to_base64(aws::hash(row.kind, kFive + "tail"));
    api::CompleteMultipartUploadInput wrong;
    checksum_member(wrong, row.kind) = "AAAAAA==";
    CHECK(error_code(uploading.complete(wrong)) == "BadDigest");
    api::CompleteMultipartUploadInput right;
    checksum_member(right, row.kind) = aws::Text(expected);
    const auto done = uploading.complete(right);
    REQUIRE(done);
    CHECK(checksum_member(*done, row.kind).view() == expected);
    CHECK(done->checksum_type == (row.is_composite ? "COMPOSITE" : "FULL_OBJECT"));
    const auto head =
        s3.call(head_object,
                {.bucket = "bucket", .key = "k", .part_number = 2, .checksum_mode = "ENABLED"});
    REQUIRE(head);
    CHECK(checksum_member(*head, row.kind).view() == core::to_base64(aws::hash(row.kind, "tail")));
  }
}

TEST_CASE("s3 CreateMultipartUpload: which checksum types an algorithm has") {
  struct Row {
    const char* algorithm;
    const char* type;
    const char* error;
  };
  const Row rows[] = {{"CRC64NVME", "COMPOSITE", "InvalidRequest"},
                      {"SHA256", "FULL_OBJECT", "InvalidRequest"},
                      {"SHA1", "FULL_OBJECT", "InvalidRequest"},
                      {"CRC32", "OTHER", "InvalidRequest"},
                      {"SHA512", "COMPOSITE", "NotImplemented"}};
  for (const Row& row : rows) {
    CAPTURE(row.algorithm);
    S3Fixture s3;
    CHECK(error_code(s3.call(create_multipart_upload, {.bucket = "bucket",
                                                       .key = "k",
                                                       .checksum_algorithm = row.algorithm,
                                                       .checksum_type = row.type})) == row.error);
  }
}

TEST_CASE("s3 UploadPart: the checksum must be of the upload's algorithm") {
  S3Fixture s3;
  Uploading uploading(s3, "k", {.checksum_algorithm = "SHA256"});
  s3.set_upload("x");
  s3.declare(HashKind::kCrc32, "x");
  CHECK(error_code(uploading.put_prepared(1)) == "InvalidRequest");
  CHECK(error_code(uploading.put(1, "x")) == "InvalidRequest");
  s3.set_upload("x");
  s3.declare(HashKind::kSha256, "x");
  const auto put = uploading.put_prepared(1);
  REQUIRE(put);
  uploading.name(1, put->e_tag);
  CHECK(error_code(uploading.complete()) == "InvalidRequest");
}

TEST_CASE("s3 ListParts in pages") {
  S3Fixture s3;
  Uploading uploading(s3, "k", {.storage_class = "STANDARD_IA"});
  for (const int32_t number : {1, 2, 5, 10'000}) uploading.add(number, std::to_string(number));
  std::string seen;
  aws::Opt<int32_t> after;
  bool is_truncated = true;
  while (is_truncated) {
    const auto page = s3.call(list_parts, {.bucket = "bucket",
                                           .key = "k",
                                           .max_parts = 3,
                                           .part_number_marker = after,
                                           .upload_id = uploading.id});
    REQUIRE(page);
    CHECK(page->storage_class == "STANDARD_IA");
    for (const api::Part& part : page->parts) {
      seen += std::to_string(*part.part_number) + ":" + std::to_string(*part.size) + " ";
    }
    seen += "| ";
    after = page->next_part_number_marker;
    is_truncated = *page->is_truncated;
  }
  CHECK(seen == "1:1 2:1 5:1 | 10000:5 | ");
  CHECK(error_code(s3.call(list_parts, {.bucket = "bucket", .key = "k", .upload_id = "x"})) ==
        "NoSuchUpload");
  CHECK(error_code(uploading.put(10'001, "x")) == "InvalidArgument");
  CHECK(error_code(uploading.put(0, "x")) == "InvalidArgument");
}

TEST_CASE("s3 ListMultipartUploads: by key, then by time; prefixes, pages") {
  S3Fixture s3;
  std::vector<std::string> ids;
  for (const char* key : {"b", "a/1", "a/2", "a/1", "c"}) {
    ids.push_back(Uploading(s3, key).id);
    s3.clock.advance_ms(1);
  }
  const auto all = s3.call(list_multipart_uploads, {.bucket = "bucket"});
  REQUIRE(all);
  REQUIRE(all->uploads.size() == 5);
  CHECK(all->uploads[0].upload_id.view() == ids[1]);
  CHECK(all->uploads[1].upload_id.view() == ids[3]);
  CHECK(all->uploads[2].upload_id.view() == ids[2]);
  CHECK(all->uploads[3].key == "b");
  CHECK(all->uploads[0].owner->id.size() == 64);
  const auto rolled = s3.call(list_multipart_uploads, {.bucket = "bucket", .delimiter = "/"});
  REQUIRE(rolled);
  CHECK(rolled->uploads.size() == 2);
  CHECK(rolled->common_prefixes[0].prefix == "a/");
  for (int32_t page_size = 1; page_size < 6; ++page_size) {
    CAPTURE(page_size);
    std::vector<std::string> seen;
    aws::Text key_marker, id_marker;
    bool is_truncated = true;
    while (is_truncated) {
      const auto page = s3.call(list_multipart_uploads, {.bucket = "bucket",
                                                         .key_marker = key_marker,
                                                         .max_uploads = page_size,
                                                         .upload_id_marker = id_marker});
      REQUIRE(page);
      for (const auto& upload : page->uploads) seen.push_back(upload.upload_id.str());
      is_truncated = *page->is_truncated;
      key_marker = page->next_key_marker;
      id_marker = page->next_upload_id_marker;
    }
    CHECK(seen == std::vector<std::string>{ids[1], ids[3], ids[2], ids[0], ids[4]});
  }
}

TEST_CASE("s3 UploadPartCopy: ranges of objects in any form become parts") {
  S3Fixture s3;
  Uploading first(s3, "source");
  first.add(1, kFive);
  first.add(2, "tail");
  REQUIRE(first.complete());
  REQUIRE(s3.put("large", kSix));
  REQUIRE(s3.put("small", "0123456789"));

  Uploading uploading(s3, "k");
  const auto copy = [&](int32_t number, const char* source, aws::Text range) {
    const auto reply = s3.call(upload_part_copy, {.bucket = "bucket",
                                                  .copy_source = source,
                                                  .copy_source_range = range,
                                                  .key = "k",
                                                  .part_number = number,
                                                  .upload_id = uploading.id});
    if (!reply.is_error()) uploading.name(number, reply->copy_part_result->e_tag);
    return error_code(reply);
  };
  CHECK(copy(1, "bucket/source", {}) == "");  // ends in bytes that are no blob
  CHECK(copy(2, "/bucket/large", "bytes=1000000-6242879") == "");
  CHECK(copy(3, "bucket/small", "bytes=2-4") == "");
  CHECK(copy(4, "bucket/small", "bytes=2-10") == "InvalidArgument");
  CHECK(copy(4, "bucket/small", "bytes=2-") == "InvalidArgument");
  CHECK(copy(4, "bucket/absent", {}) == "NoSuchKey");
  CHECK(copy(4, "absent/small", {}) == "NoSuchBucket");
  CHECK(copy(4, "bucket", {}) == "InvalidArgument");
  REQUIRE(uploading.complete());
  for (const char* key : {"source", "large", "small"}) {
    REQUIRE(s3.call(delete_object, {.bucket = "bucket", .key = key}));
  }
  s3.restart();
  CHECK(s3.get("k") == kFive + "tail" + kSix.substr(1'000'000) + "234");
}

}  // namespace
}  // namespace fogbank::emulators::s3
