// Walks the keys of one bucket in order and rolls up what lies behind a delimiter. Every step
// seeks: a common prefix costs the same whether one key lies under it or a million.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/shape.h"
#include "emulators/s3/access.h"
#include "emulators/s3/keys.h"
#include "storage/storage.h"

namespace fogbank::emulators::s3 {

enum class Scanned : uint8_t { kObjects, kUploads };

struct ScanWish {
  Scanned what = Scanned::kObjects;
  BucketId bucket = {};
  std::string_view prefix = {};
  std::string_view delimiter = {};  // empty: nothing is rolled up
};

class Scan final {
 public:
  Scan(storage::Transaction& txn, const ScanWish& wish);

  // Where to begin; at the first key without a call of these.
  void start_after_key(std::string_view key);
  void start_after_prefix(std::string_view common_prefix);
  void start_after_upload(std::string_view key, std::string_view upload_id);
  // Behind `marker`, which a client took from a key or from a common prefix: behind all keys of
  // that prefix if it is one.
  void start_after_marker(std::string_view marker);

  // Steps to the next key or common prefix; false behind the last. Nothing is written to the
  // transaction meanwhile.
  bool next();
  [[nodiscard]] bool is_common_prefix() const { return is_common_prefix_; }
  [[nodiscard]] const std::string& key() const { return name_.key; }  // or the common prefix
  [[nodiscard]] const std::string& upload_id() const { return name_.upload_id; }
  [[nodiscard]] std::string_view value() const { return cursor_.value(); }

 private:
  [[nodiscard]] std::string stored(std::string_view key) const;
  void start_at(std::string stored_key);

  storage::Cursor cursor_;
  Scanned what_;
  BucketId bucket_;
  std::string prefix_;
  std::string delimiter_;
  std::string base_;    // of all keys of the bucket
  std::string within_;  // what all keys looked at begin with
  std::string seek_;    // where the next step begins; empty: at the following key
  UploadName name_;
  bool is_common_prefix_ = false;
};

// What all listings ask for and answer in the same way.
struct ListLimits {
  std::size_t page = 0;     // entries of this page
  bool is_encoded = false;  // encoding-type=url
};
// InvalidArgument of a negative number or another encoding.
struct ListWish {
  aws::Opt<int32_t> max = {};
  std::string_view max_name = {};  // "maxKeys"
  aws::Text encoding_type = {};
};
[[nodiscard]] Found<ListLimits> read_limits(const ListWish& wish);

// KeyTooLongError of a prefix or marker that no key can match.
[[nodiscard]] std::optional<AwsError> check_lengths(std::initializer_list<aws::Text> texts);

// The text, or for encoding-type=url its form in a URL's query: what XML 1.0 cannot carry can
// still be listed.
[[nodiscard]] std::string_view shown_key(core::Arena& arena, std::string_view key,
                                         const ListLimits& limits);

}  // namespace fogbank::emulators::s3
