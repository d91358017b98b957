// A header block of HTTP/2 as it is decoded, and the request it makes (RFC 9113 section 8.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/http.h"
#include "proxy/http1_parser.h"
#include "proxy/http_fault.h"

namespace fogbank::proxy {

// Header blocks of one connection never mix, so that one gatherer serves all its streams.
class Http2Fields final {
 public:
  explicit Http2Fields(const HeadLimits& limits) : limits_(limits) {}

  void start();
  // Beyond the limits fields are dropped, and the block is refused when it is whole.
  void add(std::string_view name, std::string_view value);

  struct Facts {
    bool expects_continue = false;
  };
  // Fills all but `scheme`, `connection` and `has_body`. nghttp2 has checked the syntax of the
  // fields and that the pseudo headers are there, once each, and ahead of the others.
  Parsed<Facts> make_request(core::HttpRequest& request) const;
  // Moves the fields into `text`, with views of it.
  Checked make_trailers(std::string& text, std::vector<core::HttpHeader>& fields) const;

 private:
  struct Field {
    std::size_t start, name_bytes, value_bytes;
  };
  [[nodiscard]] core::HttpHeader at(const Field& field, std::string_view text) const;

  HeadLimits limits_;
  std::string text_;
  std::vector<Field> fields_;
  std::size_t bytes_ = 0;  // as SETTINGS_MAX_HEADER_LIST_SIZE counts them
  bool is_too_large_ = false;
  bool is_too_many_ = false;
};

}  // namespace fogbank::proxy
