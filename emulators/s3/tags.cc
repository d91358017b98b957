#include "emulators/s3/tags.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::optional<AwsError> check_tags(const std::vector<Tag>& tags, Tagged tagged) {
  if (tagged == Tagged::kObject && tags.size() > kObjectTagsMax) {
    return too_many_tags("Object", kObjectTagsMax);
  }
  if (tags.size() > kBucketTagsMax) return too_many_tags("Bucket", kBucketTagsMax);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const Tag& tag = tags[i];
    if (tag.key.empty() || count_characters(tag.key) > kTagKeyCharactersMax) {
      return invalid_tag("The TagKey you have provided is invalid", tag.key);
    }
    if (count_characters(tag.value) > kTagValueCharactersMax) {
      return invalid_tag("The TagValue you have provided is invalid", tag.key);
    }
    if (core::to_lower(tag.key).starts_with("aws:")) {
      return invalid_tag("System tags cannot be added/updated by requester", tag.key);
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (tags[j].key == tag.key) {
        return invalid_tag("Cannot provide multiple Tags with the same key", tag.key);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Found<std::vector<Tag>> parse_tagging_header(std::string_view header) {
  std::vector<Tag> tags;
  for (std::string_view left = header; !left.empty() && tags.size() <= kObjectTagsMax;) {
    const std::size_t end = left.find('&');
    const std::string_view pair = left.substr(0, end);
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    tags.push_back({core::percent_decode(pair.substr(0, equals), core::Plus::kSpace),
                    core::percent_decode(value, core::Plus::kSpace)});
  }
  if (auto error = check_tags(tags, Tagged::kObject)) return std::move(*error);
  return tags;
}

Found<std::vector<Tag>> read_tags(const aws::List<models::s3::Tag>& tags, Tagged tagged) {
  std::vector<Tag> out;
  if (tags.size() > kBucketTagsMax) return too_many_tags("Bucket", kBucketTagsMax);
  for (const models::s3::Tag& tag : tags) out.push_back({tag.key.str(), tag.value.str()});
  if (auto error = check_tags(out, tagged)) return std::move(*error);
  return out;
}

aws::List<models::s3::Tag> show_tags(core::Arena& arena, const std::vector<Tag>& tags) {
  auto out = aws::List<models::s3::Tag>::make(arena, tags.size());
  for (const Tag& tag : tags) {
    out.append(arena, {.key = arena.copy(tag.key), .value = arena.copy(tag.value)});
  }
  return out;
}

}  // namespace fogbank::emulators::s3
