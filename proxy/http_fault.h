// The reasons for which a request is refused before any handler sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/result.h"

namespace fogbank::proxy {

// Why a request is refused. describe() gives the answer and the counter of each.
enum class HttpFault : uint8_t {
  kMethod,          // not a token
  kTarget,          // no form of RFC 9112 section 3.2, or a forbidden character
  kTargetTooLong,   // the request line is over its limit
  kVersion,         // no HTTP version, as HTTP/0.9
  kUnknownVersion,  // a major version other than 1
  kLineEnd,         // a line that does not end with CR LF
  kHeadTooLarge,    // all lines together are over their limit
  kTooManyFields,
  kFieldName,       // empty, not a token, folded, or white space before the colon
  kFieldValue,      // a control character
  kHost,            // none, several or a malformed one
  kContentLength,   // not a number, or several that differ
  kTransferCoding,  // another coding than one "chunked"
  kTwoLengths,      // Content-Length beside Transfer-Encoding
  kExpectation,     // another one than 100-continue
  kConnect,         // a tunnel is asked for
  kChunk,           // chunk framing that RFC 9112 section 7.1 does not allow
  kTrailers,        // too large, too many, or a field that has no place there
  kBodyTooLarge,
  kTimeout,  // the request did not come in time
};
inline constexpr std::size_t kHttpFaultCount = 20;

struct HttpFaultText {
  int status;              // of the answer
  std::string_view label;  // of the counter
  std::string_view message;
};
[[nodiscard]] HttpFaultText describe(HttpFault fault);

template <class T>
using Parsed = core::Result<T, HttpFault>;
using Checked = core::Result<void, HttpFault>;

}  // namespace fogbank::proxy
