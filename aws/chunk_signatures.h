// Signatures of the chunks of an aws-chunked upload, each made over the one before ("Signature
// calculations … Transferring payload in multiple chunks", and "… Including trailing headers",
// S3 API Reference).
#pragma once

#include <string>
#include <string_view>

#include "aws/checksum.h"
#include "aws/sigv4.h"

namespace fogbank::aws {

class ChunkSignatures final {
 public:
  // `key` is what SigV4Verifier::verify() answered for the request of the claim.
  ChunkSignatures(const SigningKey& key, const SignatureClaim& claim);

  // Bytes of the chunk that is being read.
  void update(std::span<const std::byte> piece) { digest_.update(piece); }
  // The chunk is complete and said to be signed so; false if it is not. The last chunk is empty.
  [[nodiscard]] bool end_chunk(std::string_view signature);
  // "name:value\n" of each trailer in order, the signature's own left out.
  [[nodiscard]] bool end_trailers(std::string_view trailers, std::string_view signature);

  // What end_chunk() would accept; for signing.
  [[nodiscard]] std::string sign_chunk();
  [[nodiscard]] std::string sign_trailers(std::string_view trailers);

 private:
  [[nodiscard]] std::string start(std::string_view algorithm) const;

  SigningKey key_;
  std::string moment_;
  std::string scope_;
  std::string last_signature_;
  Hasher digest_{HashKind::kSha256};
};

}  // namespace fogbank::aws
