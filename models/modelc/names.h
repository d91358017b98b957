// How names of the API model become names of C++.
#pragma once

#include <string>
#include <string_view>

namespace fogbank::modelc {

// "QueueURL" -> "queue_url". A run of capitals and digits is one word, its last capital begins
// the next word when a small letter follows: "MD5OfBody" -> "md5_of_body", "ETag" -> "e_tag",
// "SSEKMSKeyId" -> "ssekms_key_id". A plural s stays with its run: "AccountIDs" -> "account_ids".
// Digits stick to what precedes them: "ChecksumCRC32C" -> "checksum_crc32c". Words that C++
// claims get a trailing underscore.
[[nodiscard]] std::string member_name(std::string_view model_name);

// A name that may stand in C++ as it is, but for keywords.
[[nodiscard]] std::string type_name(std::string_view model_name);

}  // namespace fogbank::modelc
