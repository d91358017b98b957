#include "proxy/http1_parser.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

#include "core/text.h"

namespace fogbank::proxy {
namespace {

using core::HttpRequest;
using core::HttpVersion;

struct Outcome {
  std::optional<HttpFault> fault;
  bool is_complete = false;
  std::size_t head_bytes = 0;
  std::unique_ptr<HttpRequest> request = std::make_unique<HttpRequest>();
  Framing framing;
};

// Gives the scanner a first part of `split` bytes and then everything.
Outcome parse_in_two(std::string_view text, std::size_t split, const HeadLimits& limits = {}) {
  Outcome outcome;
  HeadScanner scanner(limits);
  for (const std::string_view part : {text.substr(0, split), text}) {
    const auto end = scanner.scan(part);
    if (!end) {
      outcome.fault = end.error();
      return outcome;
    }
    outcome.head_bytes = *end;
    if (*end > 0) break;
  }
  if (outcome.head_bytes == 0) return outcome;
  outcome.is_complete = true;
  outcome.request->buffer = std::string(text.substr(0, outcome.head_bytes));
  const auto framing = parse_head(*outcome.request);
  if (framing) {
    outcome.framing = *framing;
  } else {
    outcome.fault = framing.error();
  }
  return outcome;
}

Outcome parse(std::string_view text, const HeadLimits& limits = {}) {
  return parse_in_two(text, 0, limits);
}

std::string with_lines(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

TEST_CASE("a request as boto3 sends it is parsed into its parts") {
  const auto got = parse(
      "PUT /bucket/a%2Fb%20c?partNumber=1&uploadId=x HTTP/1.1\r\n"
      "Host: s3.eu-west-1.amazonaws.com:443\r\n"
      "User-Agent:  Boto3/1.43 \t\r\n"
      "X-Amz-Content-SHA256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n"
      "Expect: 100-continue\r\n"
      "Content-Length: 17\r\n"
      "Empty:\r\n"
      "\r\nbody");
  REQUIRE(!got.fault);
  CHECK(got.request->method == "PUT");
  CHECK(got.request->path == "/bucket/a%2Fb%20c");
  CHECK(got.request->query == "partNumber=1&uploadId=x");
  CHECK(got.request->has_query);
  CHECK(got.request->authority == "s3.eu-west-1.amazonaws.com:443");
  CHECK(got.request->version == HttpVersion::k11);
  CHECK(got.request->header("user-agent") == "Boto3/1.43");
  CHECK(got.request->header("empty") == "");
  CHECK(got.request->body_bytes == 17);
  CHECK(got.request->has_body);
  CHECK(got.framing.expects_continue);
  CHECK(got.framing.keeps_alive);
  CHECK(got.request->headers.size() == 6);
  CHECK(got.request->buffer.size() == got.head_bytes);
}

TEST_CASE("each well-formed head is accepted") {
  struct Row {
    const char* name;
    std::string text;
    std::string_view path, query, authority;
  };
  const Row rows[] = {
      {"empty line ahead", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "/", "", "h"},
      {"absolute form", "GET http://a.b:8/c?d HTTP/1.1\r\nHost: x\r\n\r\n", "/c", "d", "a.b:8"},
      {"absolute form without path", "GET HTTPS://a?q HTTP/1.1\r\nHost: x\r\n\r\n", "/", "q", "a"},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "*", "", "h"},
      {"IPv6 literal", "GET / HTTP/1.1\r\nHost: [fd00::1]:80\r\n\r\n", "/", "", "[fd00::1]:80"},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "/", "", ""},
      {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "/", "", ""},
      {"a later minor version", "GET / HTTP/1.7\r\nHost: h\r\n\r\n", "/", "", "h"},
      {"raw UTF-8", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", "/\xc3\xa9", "", "h"},
      {"question marks", "GET /?a?b HTTP/1.1\r\nHost: h\r\n\r\n", "/", "a?b", "h"},
      {"equal lengths twice", with_lines("Content-Length: 3\r\nContent-Length: 3\r\n"), "/", "",
       "h"},
      {"unknown method", "Frobnicate / HTTP/1.1\r\nHost: h\r\n\r\n", "/", "", "h"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    const auto got = parse(row.text);
    REQUIRE(!got.fault);
    REQUIRE(got.is_complete);
    CHECK(got.request->path == row.path);
    CHECK(got.request->query == row.query);
    CHECK(got.request->authority == row.authority);
  }
}

struct FaultRow {
  const char* name;
  std::string text;
  HttpFault fault;
};

const std::vector<FaultRow>& fault_rows() {
  static const std::vector<FaultRow> rows = {
      {"TLS on the plain port", std::string("\x16\x03\x01\x02\x00\x01", 6), HttpFault::kMethod},
      {"no request line", "\r\n\r\n", HttpFault::kMethod},
      {"method with a colon", "GE:T / HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kMethod},
      {"empty method", " / HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kMethod},
      {"HTTP/0.9", "GET /\r\n\r\n", HttpFault::kVersion},
      {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", HttpFault::kVersion},
      {"space behind the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", HttpFault::kVersion},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kVersion},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kVersion},
      {"HTTP/2 by its line", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", HttpFault::kUnknownVersion},
      {"relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"asterisk with GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"fragment", "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"tab in the target", "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"user in the target", "GET http://u@a/ HTTP/1.1\r\nHost: h\r\n\r\n", HttpFault::kTarget},
      {"tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", HttpFault::kConnect},
      {"bare line feed", "GET / HTTP/1.1\nHost: h\r\n\r\n", HttpFault::kLineEnd},
      {"bare line feed at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", HttpFault::kLineEnd},
      {"bare return", with_lines("A: b\rC: d\r\n"), HttpFault::kFieldValue},
      {"NUL in a value", with_lines(std::string("A: b\0c\r\n", 8)), HttpFault::kFieldValue},
      {"DEL in a value", with_lines("A: \x7f\r\n"), HttpFault::kFieldValue},
      {"folded line", with_lines("A: b\r\n c\r\n"), HttpFault::kFieldName},
      {"space before the colon", with_lines("A : b\r\n"), HttpFault::kFieldName},
      {"empty name", with_lines(": b\r\n"), HttpFault::kFieldName},
      {"no colon", with_lines("Abc\r\n"), HttpFault::kFieldName},
      {"name with a slash", with_lines("A/b: c\r\n"), HttpFault::kFieldName},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", HttpFault::kHost},
      {"two Hosts", with_lines("Host: h\r\n"), HttpFault::kHost},
      {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HttpFault::kHost},
      {"Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", HttpFault::kHost},
      {"negative length", with_lines("Content-Length: -1\r\n"), HttpFault::kContentLength},
      {"signed length", with_lines("Content-Length: +1\r\n"), HttpFault::kContentLength},
      {"hex length", with_lines("Content-Length: 0x1\r\n"), HttpFault::kContentLength},
      {"empty length", with_lines("Content-Length:\r\n"), HttpFault::kContentLength},
      {"length list", with_lines("Content-Length: 1, 1\r\n"), HttpFault::kContentLength},
      {"length over 64 bits", with_lines("Content-Length: 18446744073709551616\r\n"),
       HttpFault::kContentLength},
      {"lengths that differ", with_lines("Content-Length: 1\r\nContent-Length: 2\r\n"),
       HttpFault::kContentLength},
      {"length and coding", with_lines("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
       HttpFault::kTwoLengths},
      {"coding and length", with_lines("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
       HttpFault::kTwoLengths},
      {"gzip coding", with_lines("Transfer-Encoding: gzip, chunked\r\n"),
       HttpFault::kTransferCoding},
      {"identity coding", with_lines("Transfer-Encoding: identity\r\n"),
       HttpFault::kTransferCoding},
      {"chunked twice", with_lines("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       HttpFault::kTransferCoding},
      {"coding with a vertical tab", with_lines("Transfer-Encoding: \vchunked\r\n"),
       HttpFault::kFieldValue},
      {"chunked in HTTP/1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
       HttpFault::kTransferCoding},
      {"other expectation", with_lines("Expect: 200-ok\r\n"), HttpFault::kExpectation},
  };
  return rows;
}

TEST_CASE("each malformed head is refused with its fault") {
  for (const FaultRow& row : fault_rows()) {
    CAPTURE(std::string(row.name));
    const auto got = parse(row.text);
    REQUIRE(got.fault.has_value());
    CHECK(describe(*got.fault).label == describe(row.fault).label);
  }
}

TEST_CASE("the outcome does not depend on how a head is cut into pieces") {
  std::vector<std::string> texts = {with_lines("A: b\r\n"),
                                    "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nx"};
  for (const FaultRow& row : fault_rows()) texts.push_back(row.text);
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto whole = parse(text);
    for (std::size_t split = 0; split <= text.size(); ++split) {
      CAPTURE(split);
      const auto cut = parse_in_two(text, split);
      CHECK(cut.fault == whole.fault);
      CHECK(cut.head_bytes == whole.head_bytes);
      CHECK(cut.is_complete == whole.is_complete);
    }
  }
}

TEST_CASE("a head is limited in line, total size and fields, whole or in pieces") {
  HeadLimits limits;
  limits.line_bytes_max = 40;
  limits.head_bytes_max = 200;
  limits.fields_max = 4;
  const auto line_of = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 14, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  const auto head_of = [](std::size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(bytes - 32, 'a') + "\r\n\r\n";
  };
  const auto fields_of = [](int count) {
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 1; i < count; ++i) text += "A: b\r\n";
    return text + "\r\n";
  };
  struct Row {
    const char* name;
    std::string text;
    std::optional<HttpFault> fault;
  };
  const Row rows[] = {
      {"line below", line_of(39), {}},
      {"line at", line_of(40), {}},
      {"line above", line_of(41), HttpFault::kTargetTooLong},
      {"head below", head_of(199), {}},
      {"head at", head_of(200), {}},
      {"head above", head_of(201), HttpFault::kHeadTooLarge},
      {"fields below", fields_of(3), {}},
      {"fields at", fields_of(4), {}},
      {"fields above", fields_of(5), HttpFault::kTooManyFields},
      {"a line without end", std::string(500, 'a'), HttpFault::kTargetTooLong},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      CAPTURE(split);
      CHECK(parse_in_two(row.text, split, limits).fault == row.fault);
    }
  }
}

TEST_CASE("every fault has an answer and a counter label of its own") {
  for (std::size_t i = 0; i < kHttpFaultCount; ++i) {
    const auto text = describe(static_cast<HttpFault>(i));
    CHECK(text.status >= 400);
    CHECK(!text.message.empty());
    for (std::size_t k = 0; k < i; ++k) {
      CHECK(describe(static_cast<HttpFault>(k)).label != text.label);
    }
  }
}

}  // namespace
}  // namespace fogbank::proxy
