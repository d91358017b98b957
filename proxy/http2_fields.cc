#include "proxy/http2_fields.h"

#include <algorithm>

#include "core/text.h"

namespace fogbank::proxy {
namespace {

using core::HttpHeader;
using core::HttpRequest;

Checked note_pseudo(const HttpHeader& field, HttpRequest& request) {
  if (field.name == ":method") {
    request.method = field.value;
  } else if (field.name == ":authority") {
    request.authority = field.value;
  } else if (field.name == ":path") {
    if (!is_valid_target(field.value)) return HttpFault::kTarget;
    const std::size_t question = std::min(field.value.find('?'), field.value.size());
    request.path = field.value.substr(0, question);
    request.has_query = question < field.value.size();
    if (request.has_query) request.query = field.value.substr(question + 1);
  }
  return {};
}

}  // namespace

void Http2Fields::start() {
  text_.clear();
  fields_.clear();
  bytes_ = 0;
  is_too_large_ = is_too_many_ = false;
}

void Http2Fields::add(std::string_view name, std::string_view value) {
  constexpr std::size_t kFieldOverhead = 32;  // RFC 9113 section 6.5.2
  constexpr std::size_t kPseudoFields = 4;
  bytes_ += name.size() + value.size() + kFieldOverhead;
  is_too_large_ = is_too_large_ || bytes_ > limits_.head_bytes_max;
  is_too_many_ = is_too_many_ || fields_.size() == limits_.fields_max + kPseudoFields;
  if (is_too_large_ || is_too_many_) return;
  fields_.push_back({text_.size(), name.size(), value.size()});
  text_ += name;
  text_ += value;
}

HttpHeader Http2Fields::at(const Field& field, std::string_view text) const {
  return {text.substr(field.start, field.name_bytes),
          text.substr(field.start + field.name_bytes, field.value_bytes)};
}

Parsed<Http2Fields::Facts> Http2Fields::make_request(HttpRequest& request) const {
  if (is_too_large_) return HttpFault::kHeadTooLarge;
  if (is_too_many_) return HttpFault::kTooManyFields;
  Facts facts;
  request.version = core::HttpVersion::k2;
  request.buffer.assign(text_);
  request.headers.reserve(fields_.size());
  std::string_view host;
  for (const Field& raw : fields_) {
    const HttpHeader field = at(raw, request.buffer);
    if (field.name.starts_with(':')) {
      if (field.name == ":path" && field.value.size() > limits_.line_bytes_max) {
        return HttpFault::kTargetTooLong;
      }
      if (const auto noted = note_pseudo(field, request); !noted) return noted.error();
      continue;
    }
    request.headers.push_back(field);
    if (field.name == "host") {
      host = field.value;
    } else if (field.name == "content-length") {
      request.body_bytes = core::parse_number<uint64_t>(field.value);
      if (!request.body_bytes) return HttpFault::kContentLength;
    } else if (field.name == "expect") {
      if (!core::equals_ignoring_case(field.value, "100-continue")) return HttpFault::kExpectation;
      facts.expects_continue = true;
    }
  }
  if (request.method == "CONNECT") return HttpFault::kConnect;
  if (request.authority.empty()) request.authority = host;
  // RFC 9113 section 8.3.1: the two must not differ, or two readers could choose differently.
  if (!host.empty() && !core::equals_ignoring_case(host, request.authority)) {
    return HttpFault::kHost;
  }
  if (!is_valid_authority(request.authority)) return HttpFault::kHost;
  if (request.path == "*" && request.method != "OPTIONS") return HttpFault::kTarget;
  return facts;
}

Checked Http2Fields::make_trailers(std::string& text, std::vector<HttpHeader>& fields) const {
  if (is_too_large_ || is_too_many_) return HttpFault::kTrailers;
  text.assign(text_);
  for (const Field& field : fields_) fields.push_back(at(field, text));
  return {};
}

}  // namespace fogbank::proxy
