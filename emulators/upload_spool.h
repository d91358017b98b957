// The body of a streaming input on its way to memory or to a blob: framing removed, digested,
// measured. Bodies of up to kInlineUploadBytesMax stay in memory.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/checksum.h"
#include "aws/chunked.h"
#include "aws/error.h"
#include "core/http.h"
#include "core/result.h"
#include "emulators/service.h"

namespace fogbank::emulators {

class UploadSpool final {
 public:
  // Decides by the request's headers what is to be digested and whether the body is aws-chunked.
  UploadSpool(storage::Store& store, const core::HttpRequest& request);

  core::Result<void, aws::AwsError> write(std::span<const std::byte> piece);
  // The body has ended: checks lengths and framing, computes the digests.
  core::Result<void, aws::AwsError> end(std::span<const core::HttpHeader> trailers);

  // After end(): the file to be finished, or null when the body is inline.
  [[nodiscard]] std::unique_ptr<storage::BlobWriter> take_writer() { return std::move(writer_); }
  [[nodiscard]] Upload& upload() { return upload_; }
  // Lower-case hex of the bytes that the signature covers; empty unless the client declared one.
  [[nodiscard]] const std::string& declared_sha256() const { return declared_sha256_; }

 private:
  core::Result<void> take(std::span<const std::byte> data);

  storage::Store& store_;
  Upload upload_;
  std::unique_ptr<storage::BlobWriter> writer_;
  aws::Hasher md5_{aws::HashKind::kMd5};
  std::vector<aws::Hasher> checksums_;     // parallel to upload_.checksums
  std::optional<aws::Hasher> sha256_;      // of x-amz-content-sha256
  std::string declared_sha256_;
  std::optional<uint64_t> declared_bytes_;  // of the decoded body
  std::unique_ptr<aws::ChunkedDecoder> chunked_;
};

}  // namespace fogbank::emulators
