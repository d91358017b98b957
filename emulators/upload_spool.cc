#include "emulators/upload_spool.h"

#include <algorithm>

#include "core/text.h"

namespace fogbank::emulators {
namespace {

constexpr std::string_view kChecksumHeader = "x-amz-checksum-";
// Headers that begin like a checksum and are none.
constexpr std::string_view kNoChecksums[] = {"x-amz-checksum-algorithm", "x-amz-checksum-mode",
                                             "x-amz-checksum-type"};

aws::AwsError incomplete_body() {
  return {.code = "IncompleteBody",
          .message = "You did not provide the number of bytes specified by the Content-Length HTTP "
                     "header"};
}

aws::AwsError internal_error() {
  return {.code = "InternalError",
          .message = "We encountered an internal error. Please try again.",
          .status = 500};
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

bool is_sha256_hex(std::string_view text) {
  return text.size() == 64 && core::from_hex(text).has_value();
}

}  // namespace

UploadSpool::UploadSpool(storage::Store& store, const core::HttpRequest& request) : store_(store) {
  const auto want = [&](std::string_view name, std::string_view declared) {
    const auto kind = aws::parse_checksum_algorithm(name);
    if (!kind) return;
    upload_.checksums.push_back({upper(name), "", std::string(declared)});
    checksums_.emplace_back(*kind);
  };
  for (const core::HttpHeader& header : request.headers) {
    if (header.name.starts_with(kChecksumHeader) &&
        std::ranges::find(kNoChecksums, header.name) == std::end(kNoChecksums)) {
      want(header.name.substr(kChecksumHeader.size()), header.value);
    }
  }
  const std::string_view trailer = request.header("x-amz-trailer").value_or("");
  if (upload_.checksums.empty() && trailer.starts_with(kChecksumHeader)) {
    want(trailer.substr(kChecksumHeader.size()), "");
  }
  if (upload_.checksums.empty()) {
    if (const auto named = request.header("x-amz-sdk-checksum-algorithm")) want(*named, "");
  }
  // What S3 computes unasked: of what nobody described, and of every part, because an object
  // made of parts gets it whatever the parts' own checksums are.
  const bool is_part = request.query.find("uploadId=") != std::string_view::npos;
  const bool has_crc64 =
      !upload_.checksums.empty() && upload_.checksums.front().algorithm == "CRC64NVME";
  if (upload_.checksums.empty() || (is_part && !has_crc64)) want("CRC64NVME", "");

  const std::string_view sha256 = request.header("x-amz-content-sha256").value_or("");
  if (sha256.starts_with("STREAMING-")) {
    chunked_ = std::make_unique<aws::ChunkedDecoder>();
    if (const auto bytes = request.header("x-amz-decoded-content-length")) {
      declared_bytes_ = core::parse_number<uint64_t>(*bytes);
    }
  } else {
    if (is_sha256_hex(sha256)) {
      declared_sha256_ = core::to_lower(sha256);
      sha256_.emplace(aws::HashKind::kSha256);
    }
    declared_bytes_ = request.body_bytes;
  }
}

core::Result<void> UploadSpool::take(std::span<const std::byte> data) {
  md5_.update(data);
  for (aws::Hasher& hasher : checksums_) hasher.update(data);
  if (sha256_) sha256_->update(data);
  upload_.bytes += data.size();
  if (writer_ == nullptr) {
    upload_.inline_bytes += core::as_text(data);
    if (upload_.bytes <= kInlineUploadBytesMax) return {};
    auto created = store_.create_blob();
    if (!created) return created.error();
    writer_ = std::move(*created);
    const auto written = writer_->write(core::as_bytes(upload_.inline_bytes));
    upload_.inline_bytes = {};
    return written;
  }
  return writer_->write(data);
}

core::Result<void, aws::AwsError> UploadSpool::write(std::span<const std::byte> piece) {
  if (chunked_ == nullptr) {
    if (!take(piece)) return internal_error();
    return {};
  }
  bool is_disk_bad = false;
  const auto fed = chunked_->feed(piece, [&](std::span<const std::byte> data) {
    auto taken = take(data);
    is_disk_bad = !taken;
    return taken;
  });
  if (is_disk_bad) return internal_error();
  if (!fed) return incomplete_body();
  return {};
}

core::Result<void, aws::AwsError> UploadSpool::end(std::span<const core::HttpHeader> trailers) {
  if (chunked_ != nullptr && !chunked_->is_complete()) return incomplete_body();
  if (declared_bytes_ && *declared_bytes_ != upload_.bytes) return incomplete_body();
  upload_.md5_hex = core::to_hex(md5_.finish());
  for (std::size_t i = 0; i < checksums_.size(); ++i) {
    UploadChecksum& checksum = upload_.checksums[i];
    checksum.computed = core::to_base64(checksums_[i].finish());
    const std::string name = core::to_lower(std::string(kChecksumHeader) + checksum.algorithm);
    for (const core::HttpHeader& trailer : trailers) {
      if (trailer.name == name) checksum.declared = trailer.value;
    }
    if (chunked_ == nullptr) continue;
    for (const auto& [trailer, value] : chunked_->trailers()) {
      if (trailer == name) checksum.declared = value;
    }
  }
  if (sha256_ && core::to_hex(sha256_->finish()) != declared_sha256_) {
    return aws::AwsError{.code = "XAmzContentSHA256Mismatch",
                         .message = "The provided 'x-amz-content-sha256' header does not match "
                                    "what was computed."};
  }
  return {};
}

}  // namespace fogbank::emulators
