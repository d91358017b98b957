#include "proxy/http1_answer.h"

#include <array>
#include <charconv>
#include <cstring>

#include "core/text.h"
#include "proxy/answer_source.h"

namespace fogbank::proxy {
namespace {

std::string_view render(uint64_t number, std::span<char, 20> room) {
  const auto [end, failure] = std::to_chars(room.data(), room.data() + room.size(), number);
  core::check(failure == std::errc{}, "20 digits hold any 64-bit number");
  return {room.data(), end};
}

void append_minimal(ByteQueue& out, int status, std::string_view message) {
  core::HttpAnswer answer;
  answer.status = status;
  answer.headers.add("content-type", "text/plain");
  append_answer_head(out, answer,
                     {.content_length = message.size() + 1, .is_chunked = false, .is_last = true});
  out.append(message);
  out.append("\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return {};
  }
}

void append_answer_head(ByteQueue& out, const core::HttpAnswer& answer,
                        const AnswerFraming& framing) {
  std::array<char, 20> digits{};
  out.append("HTTP/1.1 ");
  out.append(render(static_cast<uint64_t>(answer.status), digits));
  out.append(" ");
  out.append(reason_phrase(answer.status));
  out.append("\r\n");
  for (std::size_t i = 0; i < answer.headers.size(); ++i) {
    const core::HttpHeader field = answer.headers.at(i);
    if (belongs_to_proxy(field.name)) continue;
    out.append(field.name);
    out.append(": ");
    out.append(field.value);
    out.append("\r\n");
  }
  if (framing.content_length) {
    out.append("content-length: ");
    out.append(render(*framing.content_length, digits));
    out.append("\r\n");
  }
  if (framing.is_chunked) out.append("transfer-encoding: chunked\r\n");
  if (framing.is_last) out.append("connection: close\r\n");
  out.append("\r\n");
}

void append_refusal(ByteQueue& out, HttpFault fault) {
  const HttpFaultText text = describe(fault);
  append_minimal(out, text.status, text.message);
}

void append_needs_tls(ByteQueue& out) {
  append_minimal(out, 400, "This port speaks HTTPS; the request came as plain HTTP.");
}

void write_chunk_head(std::span<std::byte> head, std::size_t chunk_bytes) {
  core::check(head.size() == kChunkHeadBytes && chunk_bytes <= kChunkBytesMax,
              "a chunk's head fits its room");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, kChunkHeadBytes> text{};
  for (std::size_t i = 0; i < 5; ++i) {
    text[4 - i] = kDigits[(chunk_bytes >> (4 * i)) & 0xf];
  }
  text[5] = '\r';
  text[6] = '\n';
  std::memcpy(head.data(), text.data(), text.size());
}

}  // namespace fogbank::proxy
