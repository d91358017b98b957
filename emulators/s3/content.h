// The bytes of objects and parts: who owns them, where a range of them is, and how they are given
// back. Copies share content: storage counts the owners of a blob, this file those of a manifest.
#pragma once

#include <cstdint>

#include "emulators/s3/manifest.h"
#include "emulators/s3/records.h"
#include "emulators/service.h"

namespace fogbank::emulators::s3 {

// The bytes of the call's upload, now owned by the record that will name them.
[[nodiscard]] Content take_upload(Call& call);

// One more, or one less, record names the content. What nobody names any longer is given back by
// collect_garbage(), which the same operation calls.
void add_owner(storage::Transaction& txn, const Content& content);
void drop_owner(storage::Transaction& txn, const Content& content);
void add_owners(storage::Transaction& txn, const Pieces& pieces);
void drop_owners(storage::Transaction& txn, const Pieces& pieces);

// Where a range is that lies within the content. False: its manifest cannot be read.
[[nodiscard]] bool append_range(storage::Transaction& txn, const Content& content,
                                const ByteRange& range, Pieces& to);

// What nobody names any longer, and what goes with it: later operations finish what exceeds
// kReleasesPerCallMax.
void discard_parts(storage::Transaction& txn, PartsId parts);
void discard_uploads(storage::Transaction& txn, BucketId bucket);
void collect_garbage(storage::Transaction& txn);

}  // namespace fogbank::emulators::s3
