#include "proxy/http_fault.h"

namespace fogbank::proxy {

HttpFaultText describe(HttpFault fault) {
  switch (fault) {
    case HttpFault::kMethod:
      return {400, "method", "The method is not a token."};
    case HttpFault::kTarget:
      return {400, "target", "The request target is malformed."};
    case HttpFault::kTargetTooLong:
      return {414, "target_too_long", "The request line is too long."};
    case HttpFault::kVersion:
      return {400, "version", "The HTTP version is missing or malformed."};
    case HttpFault::kUnknownVersion:
      return {505, "unknown_version", "Unknown HTTP version."};
    case HttpFault::kLineEnd:
      return {400, "line_end", "A line does not end with CR LF."};
    case HttpFault::kHeadTooLarge:
      return {431, "head_too_large", "The header is too large."};
    case HttpFault::kTooManyFields:
      return {431, "too_many_fields", "Too many header fields."};
    case HttpFault::kFieldName:
      return {400, "field_name", "A header field name is malformed."};
    case HttpFault::kFieldValue:
      return {400, "field_value", "A header value is malformed."};
    case HttpFault::kHost:
      return {400, "host", "Exactly one valid Host is needed."};
    case HttpFault::kContentLength:
      return {400, "content_length", "Content-Length is malformed."};
    case HttpFault::kTransferCoding:
      return {501, "transfer_coding", "Only the transfer coding \"chunked\" is known."};
    case HttpFault::kTwoLengths:
      return {400, "two_lengths", "Content-Length and Transfer-Encoding exclude each other."};
    case HttpFault::kExpectation:
      return {417, "expectation", "The expectation is unknown."};
    case HttpFault::kConnect:
      return {501, "connect", "CONNECT is not offered."};
    case HttpFault::kChunk:
      return {400, "chunk", "The chunked body is malformed."};
    case HttpFault::kTrailers:
      return {400, "trailers", "The trailer section is malformed."};
    case HttpFault::kBodyTooLarge:
      return {413, "body_too_large", "The body is too large."};
    case HttpFault::kTimeout:
      return {408, "timeout", "The request did not arrive in time."};
  }
  core::check(false, "every fault is described");
  return {};
}

}  // namespace fogbank::proxy
