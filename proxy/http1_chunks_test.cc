#include "proxy/http1_chunks.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/text.h"

namespace fogbank::proxy {
namespace {

struct FaultRow {
  const char* name;
  std::string text;
  HttpFault fault;
};

struct Body {
  std::optional<HttpFault> fault;
  bool is_end = false;
  std::size_t consumed = 0;
  std::string text;
  std::string trailers;
};

Body decode_in_pieces(std::string_view text, std::size_t piece_bytes, ChunkLimits limits = {}) {
  Body body;
  ChunkedDecoder decoder(limits);
  while (body.consumed < text.size() && !body.is_end) {
    const auto input = core::as_bytes(text.substr(body.consumed, piece_bytes));
    const auto step = decoder.decode(input);
    if (!step) {
      body.fault = step.error();
      return body;
    }
    body.consumed += step->consumed;
    body.text += core::as_text(step->piece);
    body.is_end = step->is_end;
  }
  for (const auto& field : decoder.trailers()) {
    body.trailers += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  return body;
}

TEST_CASE("a chunked body is decoded with its trailers, cut anywhere") {
  const std::string text =
      "4;name=\"v\"\r\nWiki\r\n00A\r\n0123456789\r\n1\r\n!\r\n0\r\nX-Amz-Checksum: abc "
      "\r\nB:\r\n\r\nrest";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CAPTURE(piece);
    const Body body = decode_in_pieces(text, piece);
    REQUIRE(!body.fault);
    CHECK(body.is_end);
    CHECK(body.text == "Wiki0123456789!");
    CHECK(body.trailers == "x-amz-checksum=abc;b=;");
    CHECK(text.substr(body.consumed) == "rest");
  }
}

TEST_CASE("malformed chunked framing is refused, cut anywhere") {
  const FaultRow rows[] = {
      {"no digits", "\r\n", HttpFault::kChunk},
      {"sign", "+1\r\na\r\n", HttpFault::kChunk},
      {"prefix", "0x1\r\na\r\n", HttpFault::kChunk},
      {"space ahead", " 1\r\na\r\n", HttpFault::kChunk},
      {"space behind", "1 \r\na\r\n", HttpFault::kChunk},
      {"bare line feed behind the size", "1\na\r\n", HttpFault::kChunk},
      {"bare return behind the size", "1\ra", HttpFault::kChunk},
      {"line feed in an extension", "1;a\nb\r\n", HttpFault::kChunk},
      {"too much data", "1\r\nab\r\n", HttpFault::kChunk},
      {"bare line feed behind the data", "1\r\na\n", HttpFault::kChunk},
      {"too many digits", "0000000000000001\r\na\r\n", HttpFault::kChunk},
      {"long extension", "1;" + std::string(600, 'a'), HttpFault::kChunk},
      {"trailer without colon", "0\r\nabc\r\n\r\n", HttpFault::kTrailers},
      {"folded trailer", "0\r\na: b\r\n c\r\n\r\n", HttpFault::kTrailers},
      {"trailer ends with a bare line feed", "0\r\na: b\n\r\n", HttpFault::kTrailers},
      {"bare return in a trailer", "0\r\na: b\rc\r\n\r\n", HttpFault::kTrailers},
      {"framing field as trailer", "0\r\nContent-Length: 1\r\n\r\n", HttpFault::kTrailers},
      {"trailers without end", "0\r\n" + std::string(9000, 'a'), HttpFault::kTrailers},
  };
  for (const FaultRow& row : rows) {
    CAPTURE(std::string(row.name));
    for (std::size_t piece = 1; piece <= 20; ++piece) {
      CHECK(decode_in_pieces(row.text, piece).fault == row.fault);
    }
    CHECK(decode_in_pieces(row.text, row.text.size()).fault == row.fault);
  }
}

TEST_CASE("chunk limits hold at their bounds") {
  ChunkLimits limits;
  limits.extension_bytes_max = 3;
  limits.trailers_max = 2;
  limits.trailer_bytes_max = 14;
  const auto fault = [&](std::string_view text) {
    return decode_in_pieces(text, text.size(), limits).fault;
  };
  CHECK(!fault("1;ab\r\na\r\n0\r\n\r\n"));
  CHECK(!fault("1;abc\r\na\r\n0\r\n\r\n"));
  CHECK(fault("1;abcd\r\na\r\n0\r\n\r\n") == HttpFault::kChunk);
  CHECK(!fault("0\r\na:b\r\n\r\n"));
  CHECK(!fault("0\r\na:b\r\nc:\r\n\r\n"));
  CHECK(fault("0\r\na:\r\nb:\r\nc:\r\n\r\n") == HttpFault::kTrailers);
  CHECK(!fault("0\r\nabcde: fg\r\n\r\n"));
  CHECK(!fault("0\r\nabcde: fgh\r\n\r\n"));
  CHECK(fault("0\r\nabcde: fghi\r\n\r\n") == HttpFault::kTrailers);
}

}  // namespace
}  // namespace fogbank::proxy
