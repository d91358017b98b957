// The canonical request of Signature Version 4.
#include <algorithm>
#include <utility>
#include <vector>

#include "aws/checksum.h"
#include "aws/sigv4.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

// Without empty, "." and ".." segments; a '/' at the end stays.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view left = path;
  while (!left.empty()) {
    const std::string_view segment = left.substr(0, left.find('/'));
    left.remove_prefix(std::min(left.size(), segment.size() + 1));
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

void append_path(std::string_view path, CanonicalPath rule, std::string& out) {
  if (rule == CanonicalPath::kS3) {
    // Clients differ in what they leave unencoded on the wire, not in what they sign.
    out += core::percent_encode(core::percent_decode(path), core::Slash::kKeep);
  } else {
    out += core::percent_encode(normalised(path), core::Slash::kKeep);
  }
}

void append_query(std::string_view query, SignaturePlace place, std::string& out) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
    const auto encoded = [](std::string_view text) {
      return core::percent_encode(core::percent_decode(text, core::Plus::kSpace));
    };
    std::string name = encoded(pair.substr(0, equals));
    if (place == SignaturePlace::kQuery && name == "X-Amz-Signature") continue;
    parameters.emplace_back(std::move(name), encoded(value));
  }
  std::sort(parameters.begin(), parameters.end());
  bool is_first = true;
  for (const auto& [name, value] : parameters) {
    if (!is_first) out += '&';
    is_first = false;
    out.append(name).append("=").append(value);
  }
}

// Runs of spaces count as one.
void append_value(std::string_view value, std::string& out) {
  char before = ' ';
  for (const char c : core::trim(value)) {
    const bool is_space = c == ' ' || c == '\t';
    if (!is_space || before != ' ') out += is_space ? ' ' : c;
    before = is_space ? ' ' : c;
  }
}

void append_header(const core::HttpRequest& request, std::string_view name, std::string& out) {
  out.append(name).append(":");
  if (name == "host") {
    append_value(request.authority, out);
  } else {
    bool is_first = true;
    for (const core::HttpHeader& header : request.headers) {
      if (header.name != name) continue;
      if (!is_first) out += ',';
      is_first = false;
      append_value(header.value, out);
    }
  }
  out += '\n';
}

}  // namespace

std::string canonical_request(const core::HttpRequest& request, const SignatureClaim& claim,
                              std::string_view payload_hash, CanonicalPath path) {
  std::string out;
  out.reserve(1024);
  out.append(request.method).append("\n");
  append_path(request.path, path, out);
  out += '\n';
  append_query(request.query, claim.place, out);
  out += '\n';
  std::string_view names = claim.signed_headers;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(';'));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    append_header(request, name, out);
  }
  out.append("\n").append(claim.signed_headers).append("\n").append(payload_hash);
  return out;
}

std::string string_to_sign(const SignatureClaim& claim, std::string_view canonical_request) {
  std::string out = "AWS4-HMAC-SHA256\n";
  out.append(claim.moment).append("\n").append(claim.date).append("/").append(claim.region);
  out.append("/").append(claim.service).append("/aws4_request\n");
  out += core::to_hex(hash(HashKind::kSha256, canonical_request));
  return out;
}

}  // namespace fogbank::aws
