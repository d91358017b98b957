// HTTP/1.0 and HTTP/1.1 requests as bytes (RFC 9112), read strictly: what two readers could
// understand differently is refused, because that is how requests are smuggled. No I/O here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/http.h"
#include "proxy/http_fault.h"

namespace fogbank::proxy {

struct HeadLimits {
  std::size_t line_bytes_max = 16 * 1024;  // of the request line
  std::size_t head_bytes_max = 64 * 1024;  // of all lines with their ends
  std::size_t fields_max = 128;
};

// Finds the end of a request's head in bytes that arrive in pieces, looking at each byte once.
class HeadScanner final {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}
  // `head` is all that has come of this head, and may go on behind its end. Returns the length
  // of the head with its closing empty line, or 0 if that has not come yet. However the bytes
  // are cut into pieces, the outcome is the same.
  Parsed<std::size_t> scan(std::string_view head);
  void reset();

 private:
  HeadLimits limits_;
  std::size_t line_start_ = 0;
  std::size_t searched_ = 0;  // no line feed in [line_start_, searched_)
  std::size_t lines_ = 0;
};

// What the head says about the message as a whole.
struct Framing {
  bool keeps_alive = true;
  bool expects_continue = false;
  bool is_chunked = false;
};

// Parses the head that request.buffer holds from its first to its last byte. Lowers the names
// in place and fills all members but `scheme` and `connection`.
Parsed<Framing> parse_head(core::HttpRequest& request);

// One "name: value" line, which is text[start, end), without its end. Its name is lowered in place.
Parsed<core::HttpHeader> parse_field(std::string& text, std::size_t start, std::size_t end);

// Rules that hold for any version of HTTP.
[[nodiscard]] bool is_valid_target(std::string_view path_and_query);  // in origin form, or "*"
[[nodiscard]] bool is_valid_authority(std::string_view authority);    // may be empty
[[nodiscard]] bool is_valid_field_name(std::string_view name);
[[nodiscard]] bool is_valid_field_value(std::string_view value);

}  // namespace fogbank::proxy
