#include "emulators/s3/conditions.h"

#include "core/text.h"

namespace fogbank::emulators::s3 {
namespace {

// HTTP dates have whole seconds; what a client got as Last-Modified must compare as equal.
int64_t whole_seconds(int64_t ms) { return ms / 1000; }

bool is_modified_since(const ObjectSummary& object, aws::Timestamp since) {
  return whole_seconds(object.modified_ms) > whole_seconds(since.ms);
}

}  // namespace

bool names_e_tag(std::string_view header, std::string_view e_tag) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    std::string_view one = core::trim(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one.size() >= 2 && one.front() == '"' && one.back() == '"') {
      one = one.substr(1, one.size() - 2);
    }
    if (one == e_tag) return true;
  }
  return false;
}

std::optional<AwsError> check_read(const ReadConditions& conditions, const ObjectSummary& object) {
  if (conditions.if_match) {
    if (!names_e_tag(conditions.if_match, object.e_tag)) return precondition_failed("If-Match");
  } else if (conditions.if_unmodified_since &&
             is_modified_since(object, *conditions.if_unmodified_since)) {
    return precondition_failed("If-Unmodified-Since");
  }
  if (conditions.if_none_match) {
    if (names_e_tag(conditions.if_none_match, object.e_tag)) return not_modified();
  } else if (conditions.if_modified_since &&
             !is_modified_since(object, *conditions.if_modified_since)) {
    return not_modified();
  }
  return std::nullopt;
}

std::optional<AwsError> check_copy_source(const ReadConditions& conditions,
                                          const ObjectSummary& source) {
  if (conditions.if_match) {
    if (!names_e_tag(conditions.if_match, source.e_tag)) {
      return precondition_failed("x-amz-copy-source-If-Match");
    }
  } else if (conditions.if_unmodified_since &&
             is_modified_since(source, *conditions.if_unmodified_since)) {
    return precondition_failed("x-amz-copy-source-If-Unmodified-Since");
  }
  if (conditions.if_none_match) {
    if (names_e_tag(conditions.if_none_match, source.e_tag)) {
      return precondition_failed("x-amz-copy-source-If-None-Match");
    }
  } else if (conditions.if_modified_since &&
             !is_modified_since(source, *conditions.if_modified_since)) {
    return precondition_failed("x-amz-copy-source-If-Modified-Since");
  }
  return std::nullopt;
}

std::optional<AwsError> check_write(const WriteConditions& conditions, std::string_view key,
                                    const ObjectSummary* existing) {
  if (conditions.if_none_match) {
    if (!(conditions.if_none_match == "*")) return not_implemented("If-None-Match");
    if (existing != nullptr) return precondition_failed("If-None-Match");
  }
  if (conditions.if_match) {
    if (existing == nullptr) return no_such_key(key);
    if (!names_e_tag(conditions.if_match, existing->e_tag)) return precondition_failed("If-Match");
  }
  return std::nullopt;
}

}  // namespace fogbank::emulators::s3
