// Conditional requests: RFC 9110 section 13 as S3 applies it (API Reference, GetObject, CopyObject,
// PutObject; User Guide, "Conditional requests").
#pragma once

#include <optional>
#include <string_view>

#include "aws/shape.h"
#include "emulators/s3/errors.h"
#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {

struct ReadConditions {
  aws::Text if_match = {};
  aws::Text if_none_match = {};
  aws::Opt<aws::Timestamp> if_modified_since = {};
  aws::Opt<aws::Timestamp> if_unmodified_since = {};
};

// True when the header's list of entity tags names `e_tag` (without quotes) or is "*".
[[nodiscard]] bool names_e_tag(std::string_view header, std::string_view e_tag);

// PreconditionFailed or NotModified (304), or nothing when the object may be read.
[[nodiscard]] std::optional<AwsError> check_read(const ReadConditions& conditions,
                                                 const ObjectSummary& object);

// The same of a copy's source, where every condition that fails is PreconditionFailed.
[[nodiscard]] std::optional<AwsError> check_copy_source(const ReadConditions& conditions,
                                                        const ObjectSummary& source);

struct WriteConditions {
  aws::Text if_match = {};
  aws::Text if_none_match = {};  // "*" only
};
// `existing` is null when there is no such object.
[[nodiscard]] std::optional<AwsError> check_write(const WriteConditions& conditions,
                                                  std::string_view key,
                                                  const ObjectSummary* existing);

}  // namespace fogbank::emulators::s3
