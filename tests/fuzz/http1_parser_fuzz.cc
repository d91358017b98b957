// HTTP/1 heads and chunked bodies: no input does harm, and how it is cut into pieces does not
// change what comes out. The first byte says how to cut, the second what the rest is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/check.h"
#include "core/text.h"
#include "proxy/http1_chunks.h"
#include "proxy/http1_parser.h"

namespace {

using fogbank::core::check;
using fogbank::proxy::ChunkedDecoder;
using fogbank::proxy::ChunkLimits;
using fogbank::proxy::HeadLimits;
using fogbank::proxy::HeadScanner;
using fogbank::proxy::HttpFault;

// Small, so that short inputs reach them.
constexpr HeadLimits kHeadLimits{.line_bytes_max = 100, .head_bytes_max = 400, .fields_max = 8};
constexpr ChunkLimits kChunkLimits{
    .extension_bytes_max = 10, .trailer_bytes_max = 100, .trailers_max = 3};

struct Scanned {
  std::optional<HttpFault> fault;
  std::size_t bytes = 0;
  bool operator==(const Scanned&) const = default;
};

Scanned scan(std::string_view text, std::size_t step) {
  HeadScanner scanner(kHeadLimits);
  for (std::size_t seen = 0; seen < text.size();) {
    seen = std::min(seen + step, text.size());
    const auto end = scanner.scan(text.substr(0, seen));
    if (!end) return {end.error(), 0};
    if (*end > 0) return {std::nullopt, *end};
  }
  return {};
}

void try_head(std::string_view text, std::size_t step) {
  const Scanned whole = scan(text, std::max<std::size_t>(text.size(), 1));
  check(whole == scan(text, step), "a head is the same however it is cut");
  if (whole.bytes == 0) return;
  fogbank::core::HttpRequest request;
  request.buffer = std::string(text.substr(0, whole.bytes));
  const auto framing = fogbank::proxy::parse_head(request);
  if (!framing) return;
  check(request.headers.size() <= kHeadLimits.fields_max, "fields are limited");
  check(!(framing->is_chunked && request.body_bytes), "a body has one length");
  check(request.path == "*" || request.path.starts_with('/'), "a path starts with a slash");
  for (const auto& field : request.headers) {
    check(fogbank::proxy::is_valid_field_name(field.name), "a name is a token");
    check(fogbank::proxy::is_valid_field_value(field.value), "a value has no controls");
    check(fogbank::core::to_lower(field.name) == field.name, "a name is lower case");
  }
}

struct Decoded {
  std::optional<HttpFault> fault;
  std::string body;
  std::size_t consumed = 0;
  std::size_t trailers = 0;
  bool is_end = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view text, std::size_t step) {
  Decoded decoded;
  ChunkedDecoder decoder(kChunkLimits);
  while (decoded.consumed < text.size() && !decoded.is_end) {
    const auto got = decoder.decode(fogbank::core::as_bytes(text.substr(decoded.consumed, step)));
    if (!got) {
      // How much came before the fault is the same, how far the input was consumed is not.
      decoded.fault = got.error();
      decoded.consumed = 0;
      return decoded;
    }
    check(got->consumed > 0, "a decoder moves on");
    decoded.consumed += got->consumed;
    decoded.body += fogbank::core::as_text(got->piece);
    decoded.is_end = got->is_end;
  }
  decoded.trailers = decoder.trailers().size();
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t step = data[0] % 16 + std::size_t{1};
  const std::string_view input = text.substr(2);
  if (data[1] % 2 == 0) {
    try_head(input, step);
  } else {
    check(decode(input, std::max<std::size_t>(input.size(), 1)) == decode(input, step),
          "a chunked body is the same however it is cut");
  }
  return 0;
}
