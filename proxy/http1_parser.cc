#include "proxy/http1_parser.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/text.h"

namespace fogbank::proxy {
namespace {

using core::HttpHeader;
using core::HttpRequest;
using core::HttpVersion;

enum CharClass : uint8_t { kToken = 1, kValue = 2, kTargetChar = 4, kAuthority = 8 };

constexpr bool is_alphanumeric(int c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

constexpr bool contains(std::string_view set, int c) {
  return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

// Bytes from 0x80 on are allowed in values (obs-text, RFC 9110 section 5.5) and, because clients
// send raw UTF-8 and AWS takes it, in targets.
constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    uint8_t mask = 0;
    if (is_alphanumeric(c) || contains("!#$%&'*+-.^_`|~", c)) mask |= kToken;
    if ((c >= 0x20 && c != 0x7f) || c == '\t') mask |= kValue;
    if (c > 0x20 && c != 0x7f && c != '#') mask |= kTargetChar;
    if (is_alphanumeric(c) || contains("-._~%!$&'()*+;=:[]", c)) mask |= kAuthority;
    classes[static_cast<std::size_t>(c)] = mask;
  }
  return classes;
}();

constexpr bool is_of(CharClass wanted, char c) {
  return (kClasses[static_cast<uint8_t>(c)] & wanted) != 0;
}

bool is_all_of(CharClass wanted, std::string_view text) {
  uint8_t common = 0xff;  // without an early exit, so that the compiler can unroll the loop
  for (const char c : text) common &= kClasses[static_cast<uint8_t>(c)];
  return (common & wanted) != 0;
}

// Cuts the line that starts at `text`'s front off, without its CR LF.
std::string_view take_line(std::string_view& text) {
  const std::size_t feed = text.find('\n');
  const std::string_view line = text.substr(0, feed - 1);
  text.remove_prefix(feed + 1);
  return line;
}

// Calls `use(token)` for each element of a comma-separated list.
template <class Use>
void for_each_token(std::string_view list, Use use) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view token = core::trim(list.substr(0, comma));
    if (!token.empty()) use(token);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// The target in absolute form: "http://authority/path" (RFC 9112 section 3.2.2).
Parsed<std::string_view> take_authority(std::string_view target, HttpRequest& request) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return HttpFault::kTarget;
  const std::string_view scheme = target.substr(0, colon);
  if (!core::equals_ignoring_case(scheme, "http") && !core::equals_ignoring_case(scheme, "https")) {
    return HttpFault::kTarget;
  }
  target.remove_prefix(colon + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  request.authority = target.substr(0, end);
  if (end == 0 || !is_valid_authority(request.authority)) return HttpFault::kTarget;
  return target.substr(end);
}

Checked parse_target(std::string_view target, HttpRequest& request) {
  if (target.empty() || !is_all_of(kTargetChar, target)) return HttpFault::kTarget;
  if (target == "*") {
    if (request.method != "OPTIONS") return HttpFault::kTarget;
    request.path = target;
    return {};
  }
  if (target.front() != '/') {
    const auto rest = take_authority(target, request);
    if (!rest) return rest.error();
    target = *rest;
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  if (request.path.empty()) request.path = "/";
  request.has_query = question < target.size();
  if (request.has_query) request.query = target.substr(question + 1);
  return {};
}

Parsed<HttpVersion> parse_version(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7])) {
    return HttpFault::kVersion;
  }
  if (text[5] != '1') return HttpFault::kUnknownVersion;
  return text[7] == '0' ? HttpVersion::k10 : HttpVersion::k11;
}

Checked parse_request_line(std::string_view line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return HttpFault::kVersion;
  request.method = line.substr(0, first);
  if (!is_valid_field_name(request.method)) return HttpFault::kMethod;
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  if (second == std::string_view::npos) return HttpFault::kVersion;
  const auto version = parse_version(line.substr(second + 1));
  if (!version) return version.error();
  request.version = *version;
  if (request.method == "CONNECT") return HttpFault::kConnect;
  return parse_target(line.substr(0, second), request);
}

// Gathers what the fields say about the message while they are read.
struct FieldFacts {
  std::size_t hosts = 0;
  std::string_view host;
  std::size_t codings = 0;
  bool closes = false;
  bool expects_continue = false;
};

Checked note_content_length(std::string_view value, HttpRequest& request) {
  const auto bytes = core::parse_number<uint64_t>(value);
  if (!bytes || (request.body_bytes && *request.body_bytes != *bytes)) {
    return HttpFault::kContentLength;
  }
  request.body_bytes = *bytes;
  return {};
}

Checked note_field(const HttpHeader& field, HttpRequest& request, FieldFacts& facts) {
  switch (field.name.size()) {
    case 4:
      if (field.name != "host") break;
      ++facts.hosts;
      facts.host = field.value;
      break;
    case 6:
      if (field.name != "expect") break;
      if (!core::equals_ignoring_case(field.value, "100-continue")) return HttpFault::kExpectation;
      facts.expects_continue = true;
      break;
    case 10:
      if (field.name != "connection") break;
      for_each_token(field.value, [&](std::string_view token) {
        facts.closes = facts.closes || core::equals_ignoring_case(token, "close");
      });
      break;
    case 14:
      if (field.name == "content-length") return note_content_length(field.value, request);
      break;
    case 17:
      if (field.name != "transfer-encoding") break;
      ++facts.codings;
      if (!core::equals_ignoring_case(field.value, "chunked")) return HttpFault::kTransferCoding;
      break;
    default:
      break;
  }
  return {};
}

Parsed<Framing> conclude(HttpRequest& request, const FieldFacts& facts) {
  const bool is_old = request.version == HttpVersion::k10;
  if (facts.hosts > 1 || (facts.hosts == 0 && !is_old)) return HttpFault::kHost;
  if (!is_valid_authority(facts.host)) return HttpFault::kHost;
  if (request.authority.empty()) request.authority = facts.host;
  if (facts.codings > 1) return HttpFault::kTransferCoding;
  Framing framing;
  framing.is_chunked = facts.codings == 1;
  if (framing.is_chunked && request.body_bytes) return HttpFault::kTwoLengths;
  // An HTTP/1.0 sender does not know the coding (RFC 9112 section 6.1).
  if (framing.is_chunked && is_old) return HttpFault::kTransferCoding;
  request.has_body = framing.is_chunked || request.body_bytes.value_or(0) > 0;
  framing.keeps_alive = !is_old && !facts.closes;
  framing.expects_continue = facts.expects_continue && !is_old && request.has_body;
  return framing;
}

}  // namespace

Parsed<HttpHeader> parse_field(std::string& text, std::size_t start, std::size_t end) {
  std::size_t at = start;
  while (at < end && is_of(kToken, text[at])) {
    text[at] = core::to_lower(text[at]);
    ++at;
  }
  if (at == start || at == end || text[at] != ':') return HttpFault::kFieldName;
  const std::string_view line = std::string_view(text).substr(start, end - start);
  const std::string_view name = line.substr(0, at - start);
  const std::string_view value = core::trim(line.substr(name.size() + 1));
  if (!is_all_of(kValue, value)) return HttpFault::kFieldValue;
  return HttpHeader{name, value};
}

bool is_valid_target(std::string_view path_and_query) {
  return path_and_query == "*" ||
         (path_and_query.starts_with('/') && is_all_of(kTargetChar, path_and_query));
}

bool is_valid_authority(std::string_view authority) { return is_all_of(kAuthority, authority); }

bool is_valid_field_name(std::string_view name) { return !name.empty() && is_all_of(kToken, name); }

bool is_valid_field_value(std::string_view value) { return is_all_of(kValue, value); }

void HeadScanner::reset() { line_start_ = searched_ = lines_ = 0; }

// Each limit is compared before the line end is judged, for a line that has not ended yet too:
// otherwise the outcome would depend on how much of the line has come.
Parsed<std::size_t> HeadScanner::scan(std::string_view head) {
  while (true) {
    const std::size_t feed = head.find('\n', searched_);
    const bool is_whole = feed != std::string_view::npos;
    const std::size_t end = is_whole ? feed : head.size();
    if (lines_ == 0 && line_start_ < end) {
      // A first byte that starts no method is told from a slow client at once.
      const char first = head[line_start_];
      if (!is_of(kToken, first) && !(first == '\r' && line_start_ == 0)) return HttpFault::kMethod;
      if (end - line_start_ > limits_.line_bytes_max + 1) return HttpFault::kTargetTooLong;
    }
    if (end + (is_whole ? 1 : 0) > limits_.head_bytes_max) return HttpFault::kHeadTooLarge;
    if (!is_whole) {
      searched_ = head.size();
      return std::size_t{0};
    }
    if (feed == line_start_ || head[feed - 1] != '\r') return HttpFault::kLineEnd;
    const bool is_empty = feed - 1 == line_start_;
    const bool is_leading = is_empty && line_start_ == 0;
    line_start_ = searched_ = feed + 1;
    if (is_leading) continue;  // RFC 9112 section 2.2: one empty line ahead is tolerated
    if (is_empty) return lines_ > 0 ? Parsed<std::size_t>(feed + 1) : HttpFault::kMethod;
    if (lines_++ > limits_.fields_max) return HttpFault::kTooManyFields;
  }
}

Parsed<Framing> parse_head(HttpRequest& request) {
  std::string_view text = request.buffer;
  if (text.starts_with("\r\n")) text.remove_prefix(2);
  if (const auto line = parse_request_line(take_line(text), request); !line) return line.error();
  FieldFacts facts;
  while (!text.empty()) {
    const std::size_t start = request.buffer.size() - text.size();
    const std::size_t bytes = take_line(text).size();
    if (bytes == 0) break;
    const auto field = parse_field(request.buffer, start, start + bytes);
    if (!field) return field.error();
    request.headers.push_back(*field);
    if (const auto noted = note_field(*field, request, facts); !noted) return noted.error();
  }
  return conclude(request, facts);
}

}  // namespace fogbank::proxy
