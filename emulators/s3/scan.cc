#include "emulators/s3/scan.h"

#include <algorithm>
#include <utility>

#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '*' || c == '/';
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace

Scan::Scan(storage::Transaction& txn, const ScanWish& wish)
    : cursor_(txn),
      what_(wish.what),
      bucket_(wish.bucket),
      prefix_(wish.prefix),
      delimiter_(wish.delimiter),
      base_(what_ == Scanned::kObjects ? objects_prefix(bucket_) : uploads_prefix(bucket_)),
      within_(stored(prefix_)),
      seek_(within_) {}

std::string Scan::stored(std::string_view key) const {
  return what_ == Scanned::kObjects ? object_key(bucket_, key) : uploads_prefix(bucket_, key);
}

void Scan::start_at(std::string stored_key) { seek_ = std::max(within_, std::move(stored_key)); }

void Scan::start_after_key(std::string_view key) {
  // The smallest key behind all uploads for `key`, or behind the object of that key.
  start_at(what_ == Scanned::kUploads ? behind(upload_key(bucket_, key, ""))
                                      : stored(key).append(1, '\0'));
}

void Scan::start_after_prefix(std::string_view common_prefix) {
  start_at(behind(stored(common_prefix)));
}

void Scan::start_after_upload(std::string_view key, std::string_view upload_id) {
  start_at(upload_key(bucket_, key, upload_id).append(1, '\0'));
}

void Scan::start_after_marker(std::string_view marker) {
  const bool is_within = !delimiter_.empty() && marker.starts_with(prefix_);
  const std::size_t at = is_within ? marker.find(delimiter_, prefix_.size()) : std::string::npos;
  const bool is_rolled_up = at != std::string::npos && at + delimiter_.size() == marker.size();
  if (is_rolled_up) {
    start_after_prefix(marker);
  } else {
    start_after_key(marker);
  }
}

bool Scan::next() {
  const bool found = seek_.empty() ? cursor_.next() : cursor_.seek(seek_);
  seek_.clear();
  if (!found || !cursor_.key().starts_with(within_)) return false;
  const std::string_view behind_base = cursor_.key().substr(base_.size());
  if (what_ == Scanned::kObjects) {
    name_.key = behind_base;
  } else {
    auto name = parse_upload_key(behind_base);
    if (!name) return false;
    name_ = std::move(*name);
  }
  is_common_prefix_ = false;
  if (delimiter_.empty()) return true;
  const std::size_t at = name_.key.find(delimiter_, prefix_.size());
  if (at == std::string::npos) return true;
  is_common_prefix_ = true;
  name_.key.resize(at + delimiter_.size());
  seek_ = behind(stored(name_.key));
  return true;
}

Found<ListLimits> read_limits(const ListWish& wish) {
  const int32_t max = wish.max.value_or(kListKeysMax);
  if (max < 0) {
    return invalid_argument(
        "Argument " + std::string(wish.max_name) + " must be an integer between 0 and 2147483647",
        wish.max_name, std::to_string(max));
  }
  if (wish.encoding_type && !(wish.encoding_type == "url")) {
    return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type",
                            wish.encoding_type);
  }
  return ListLimits{.page = static_cast<std::size_t>(std::min(max, kListKeysMax)),
                    .is_encoded = wish.encoding_type.has_value()};
}

std::optional<AwsError> check_lengths(std::initializer_list<aws::Text> texts) {
  for (const aws::Text& text : texts) {
    if (text.size() > kKeyBytesMax) return key_too_long(text.size());
  }
  return std::nullopt;
}

std::string_view shown_key(core::Arena& arena, std::string_view key, const ListLimits& limits) {
  return arena.copy(limits.is_encoded ? std::string_view(url_encoded(key)) : key);
}

}  // namespace fogbank::emulators::s3
