// What the tests of S3's handlers share: a bucket, uploads as the gateway hands them over, and the
// bytes that a download stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/checksum.h"
#include "core/check.h"
#include "core/text.h"
#include "emulators/download.h"
#include "emulators/s3/access.h"
#include "emulators/s3/buckets.h"
#include "emulators/s3/objects.h"
#include "tests/support/service_fixture.h"

namespace fogbank::emulators::s3 {

using tests::error_code;

class S3Fixture final : public tests::ServiceFixture {
 public:
  S3Fixture() {
    core::check(call(create_bucket, {.bucket = "bucket"}).has_value(), "the bucket is made");
  }

  // Bodies above kInlineUploadBytesMax become blobs, as the gateway does it.
  void set_upload(std::string_view bytes) {
    upload_ = {};
    upload_.bytes = bytes.size();
    upload_.md5_hex = core::to_hex(aws::hash(aws::HashKind::kMd5, bytes));
    if (bytes.size() <= kInlineUploadBytesMax) {
      upload_.inline_bytes = bytes;
    } else {
      upload_.blob = make_blob(bytes);
    }
    upload = &upload_;
  }
  // The client declares the right checksum, or the given one.
  void declare(aws::HashKind kind, std::string_view bytes, std::string declared = {}) {
    const std::string computed = core::to_base64(aws::hash(kind, bytes));
    upload_.checksums.push_back({std::string(aws::checksum_algorithm_name(kind)), computed,
                                 declared.empty() ? computed : declared});
  }
  // What the gateway computes without being asked.
  void compute(aws::HashKind kind, std::string_view bytes) {
    upload_.checksums.push_back({std::string(aws::checksum_algorithm_name(kind)),
                                 core::to_base64(aws::hash(kind, bytes)), ""});
  }

  Reply<api::PutObjectOutput> put(const char* key, std::string_view bytes,
                                  api::PutObjectInput in = {}) {
    set_upload(bytes);
    in.bucket = "bucket";
    in.key = key;
    return call(put_object, in);
  }

  std::string get(const char* key) {
    const auto reply = call(get_object, {.bucket = "bucket", .key = key});
    return reply.is_error() ? reply.error().code : downloaded();
  }

  // The bytes of the last call's download.
  std::string downloaded() {
    auto body = BlobBody::open(store(), download);
    if (!body) return "cannot open: " + body.error().message;
    std::string out;
    std::vector<std::byte> buffer(1000);
    while (true) {
      const auto read = (*body)->read(buffer);
      if (!read) return "cannot read: " + read.error().message;
      out += core::as_text(std::span(buffer).first(read->bytes));
      if (read->state == core::AnswerBody::State::kEnd) return out;
    }
  }

  storage::BlobId make_blob(std::string_view bytes) {
    auto writer = store().create_blob();
    core::check(writer && (*writer)->write(core::as_bytes(bytes)), "a blob can be written");
    auto blob = (*writer)->finish();
    core::check(blob.has_value(), "a blob can be finished");
    return *blob;
  }
  // After all removals that the store puts off.
  bool has_blob(const storage::BlobId& blob) {
    restart();
    return store().open_blob(blob).has_value();
  }

 private:
  Upload upload_;
};

// `count` bytes that differ from place to place.
inline std::string sample_bytes(std::size_t count, unsigned seed = 1) {
  std::string out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1'103'515'245U + 12'345U;
    out += static_cast<char>(seed >> 16);
  }
  return out;
}

}  // namespace fogbank::emulators::s3
