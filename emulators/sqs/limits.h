// Quotas of Amazon SQS (SQS Developer Guide, "Amazon SQS message quotas" and "queue quotas").
#pragma once

#include <cstddef>
#include <cstdint>

namespace fogbank::emulators::sqs {

inline constexpr std::size_t kQueueNameBytesMax = 80;
inline constexpr std::size_t kMessageBytesMax = 1'048'576;  // body and attributes together
inline constexpr std::size_t kMessageBytesMin = 1'024;      // least MaximumMessageSize
inline constexpr std::size_t kMessageAttributesMax = 10;
inline constexpr std::size_t kBatchEntriesMax = 10;
inline constexpr std::size_t kBatchEntryIdBytesMax = 80;
inline constexpr int64_t kDelaySecondsMax = 900;
inline constexpr int64_t kVisibilitySecondsMax = 43'200;
inline constexpr int64_t kRetentionSecondsMin = 60;
inline constexpr int64_t kRetentionSecondsMax = 1'209'600;
inline constexpr int64_t kWaitSecondsMax = 20;
inline constexpr int64_t kMaxReceiveCountMax = 1'000;
inline constexpr uint64_t kInFlightMax = 120'000;  // received and not yet deleted, per queue
inline constexpr int64_t kPurgeIntervalMs = 60'000;
inline constexpr int64_t kRecreateDelayMs = 60'000;  // of a deleted queue's name
inline constexpr int kListPageMax = 1'000;
inline constexpr std::size_t kTagsMax = 50;

}  // namespace fogbank::emulators::sqs
