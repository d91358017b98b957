// The one place where an object's record comes and goes, with the content it names.
#pragma once

#include <optional>
#include <string_view>

#include "emulators/s3/access.h"
#include "emulators/s3/conditions.h"
#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {

// InternalError of a record that cannot be read; otherwise whether the conditions hold for what
// is there now.
[[nodiscard]] std::optional<AwsError> check_write(Call& call, BucketId bucket, std::string_view key,
                                                  const WriteConditions& conditions);

// Puts the object in the place of what was there, whose content loses an owner.
void write_object(Call& call, BucketId bucket, std::string_view key, const ObjectRecord& object);
// Changes what the record says beside the content.
void rewrite_object(Call& call, BucketId bucket, std::string_view key, const ObjectRecord& object);
// Without effect when there is none.
void remove_object(Call& call, BucketId bucket, std::string_view key);

// "\"d41d8…\"" on the arena.
[[nodiscard]] std::string_view quoted_e_tag(Call& call, std::string_view e_tag);
// S3 tells times of objects in whole seconds.
[[nodiscard]] aws::Timestamp shown_time(int64_t ms);

}  // namespace fogbank::emulators::s3
