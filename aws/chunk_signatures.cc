#include "aws/chunk_signatures.h"

#include <utility>

#include "core/text.h"

namespace fogbank::aws {
namespace {

std::string hex_sha256(std::string_view text) {
  return core::to_hex(hash(HashKind::kSha256, text));
}

}  // namespace

ChunkSignatures::ChunkSignatures(const SigningKey& key, const SignatureClaim& claim)
    : key_(key),
      moment_(claim.moment),
      scope_(claim.date + "/" + claim.region + "/" + claim.service + "/aws4_request"),
      last_signature_(claim.signature) {}

std::string ChunkSignatures::start(std::string_view algorithm) const {
  std::string out(algorithm);
  out.append("\n").append(moment_).append("\n").append(scope_).append("\n");
  out.append(last_signature_).append("\n");
  return out;
}

std::string ChunkSignatures::sign_chunk() {
  Hasher digest = std::exchange(digest_, Hasher(HashKind::kSha256));
  last_signature_ = key_.sign(start("AWS4-HMAC-SHA256-PAYLOAD") + hex_sha256("") + "\n" +
                              core::to_hex(digest.finish()));
  return last_signature_;
}

std::string ChunkSignatures::sign_trailers(std::string_view trailers) {
  last_signature_ = key_.sign(start("AWS4-HMAC-SHA256-TRAILER") + hex_sha256(trailers));
  return last_signature_;
}

bool ChunkSignatures::end_chunk(std::string_view signature) {
  return core::equals_in_constant_time(sign_chunk(), signature);
}

bool ChunkSignatures::end_trailers(std::string_view trailers, std::string_view signature) {
  return core::equals_in_constant_time(sign_trailers(trailers), signature);
}

}  // namespace fogbank::aws
