// Answers as HTTP/1.1 bytes (RFC 9112 sections 4, 6 and 7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http.h"
#include "proxy/byte_queue.h"
#include "proxy/http_fault.h"

namespace fogbank::proxy {

struct AnswerFraming {
  std::optional<uint64_t> content_length;
  bool is_chunked = false;
  bool is_last = false;  // the connection closes after it
};
void append_answer_head(ByteQueue& out, const core::HttpAnswer& answer,
                        const AnswerFraming& framing);

// The answer to a request that could not be understood; the connection is closed after it.
void append_refusal(ByteQueue& out, HttpFault fault);
// What a client gets that speaks plain HTTP to a TLS listener.
void append_needs_tls(ByteQueue& out);

// The standard's words for a status; empty for unknown ones.
[[nodiscard]] std::string_view reason_phrase(int status);

// A chunk's head has this fixed size, so that the chunk can be read in place behind it.
inline constexpr std::size_t kChunkHeadBytes = 7;
// The largest chunk that such a head can announce.
inline constexpr std::size_t kChunkBytesMax = 0xfffff;
void write_chunk_head(std::span<std::byte> head, std::size_t chunk_bytes);

}  // namespace fogbank::proxy
