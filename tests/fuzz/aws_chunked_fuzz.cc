// aws-chunked bodies: no input does harm, and how it is cut into pieces does not change what comes
// out. The first byte says how to cut and whether chunks must be signed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aws/chunk_signatures.h"
#include "aws/chunked.h"
#include "core/check.h"
#include "core/text.h"

namespace {

using namespace fogbank;

struct Decoded {
  aws::ChunkedFault fault = aws::ChunkedFault::kNone;
  std::string data;
  std::vector<std::pair<std::string, std::string>> trailers;
  bool is_complete = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view text, std::size_t step, aws::ChunkSignatures* signatures) {
  aws::ChunkedDecoder decoder(signatures);
  Decoded out;
  for (std::size_t at = 0; at < text.size(); at += step) {
    const auto fed = decoder.feed(core::as_bytes(text.substr(at, step)),
                                  [&](std::span<const std::byte> data) -> core::Result<void> {
                                    out.data += core::as_text(data);
                                    return {};
                                  });
    if (!fed) break;
  }
  out.fault = decoder.fault();
  out.is_complete = decoder.is_complete() && out.fault == aws::ChunkedFault::kNone;
  out.trailers = decoder.trailers();
  core::check(out.data.size() == decoder.decoded_bytes(), "all data is counted");
  core::check(out.trailers.size() <= aws::ChunkedDecoder::kTrailersMax, "trailers are limited");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = data[0] % 16 + std::size_t{1};
  const std::size_t whole = std::max<std::size_t>(text.size(), 1);
  if (data[0] < 128) {
    core::check(decode(text, whole, nullptr) == decode(text, step, nullptr),
                "a body is the same however it is cut");
    return 0;
  }
  aws::SignatureClaim claim;
  claim.moment = "20130524T000000Z";
  claim.signature = std::string(64, '0');
  const aws::SigningKey key = aws::SigningKey::derive("secret", claim);
  aws::ChunkSignatures first(key, claim);
  aws::ChunkSignatures second(key, claim);
  core::check(decode(text, whole, &first) == decode(text, step, &second),
              "a signed body is the same however it is cut");
  return 0;
}
