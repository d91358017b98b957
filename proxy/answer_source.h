// An answer's body as one thing to read from, whether it is a string or a stream, held to the
// length that was promised to the peer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/http.h"
#include "core/result.h"

namespace fogbank::proxy {

// Does an answer to this method with this status carry a body (RFC 9110 sections 6.4.1, 9.3.2)?
[[nodiscard]] bool carries_body(std::string_view method, int status);

// Can these fields be sent? A control character in a value could end the header early.
[[nodiscard]] bool is_sendable(const core::HeaderList& headers);
// Fields that frame or route the message and belong to the proxy; Alt-Svc would invite HTTP/3.
[[nodiscard]] bool belongs_to_proxy(std::string_view lower_or_mixed_name);

class AnswerSource final {
 public:
  AnswerSource() = default;
  explicit AnswerSource(core::HttpAnswer& answer);  // takes body and stream out of it

  // The body's length, if known before it is read.
  [[nodiscard]] std::optional<uint64_t> length() const { return length_; }
  // What of a known length has not been read.
  [[nodiscard]] uint64_t left() const { return length_.value_or(0) - given_; }
  [[nodiscard]] bool is_in_memory() const { return stream_ == nullptr; }
  // Fills the front of `into`, which is not empty. kEnd comes with the last byte if the length
  // is known. An error if the stream fails or gives another length than declared.
  core::Result<core::AnswerBody::Read> read(std::span<std::byte> into);

 private:
  core::Result<core::AnswerBody::Read> read_stream(std::span<std::byte> into);

  std::string body_;
  std::unique_ptr<core::AnswerBody> stream_;
  std::optional<uint64_t> length_;
  uint64_t given_ = 0;
};

// What Content-Length is to say; nothing if it is to be left out.
[[nodiscard]] std::optional<uint64_t> content_length_of(const core::HttpAnswer& answer,
                                                        const AnswerSource& source,
                                                        std::string_view method);

}  // namespace fogbank::proxy
