// Quotas, from the Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB".
#pragma once

#include <cstddef>
#include <cstdint>

namespace fogbank::emulators::dynamodb {

inline constexpr std::size_t kItemBytesMax = 400 * 1024;
inline constexpr std::size_t kPageBytesMax = 1024 * 1024;  // Query and Scan, before filtering
inline constexpr std::size_t kPartitionKeyBytesMax = 2048;
inline constexpr std::size_t kSortKeyBytesMax = 1024;
inline constexpr std::size_t kAttributeNameBytesMax = 65535;
inline constexpr std::size_t kTableNameCharactersMin = 3;
inline constexpr std::size_t kTableNameCharactersMax = 255;

inline constexpr std::size_t kBatchGetKeysMax = 100;
inline constexpr std::size_t kBatchGetBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kBatchWriteRequestsMax = 25;
inline constexpr int32_t kListTablesMax = 100;
inline constexpr int32_t kScanSegmentsMax = 1'000'000;

inline constexpr std::size_t kLocalIndexesMax = 5;
inline constexpr std::size_t kGlobalIndexesMax = 20;
inline constexpr std::size_t kProjectedAttributesMax = 100;  // over all indexes of a table
inline constexpr std::size_t kTagsMax = 50;

inline constexpr std::size_t kExpressionBytesMax = 4096;
inline constexpr std::size_t kExpressionOperatorsMax = 300;
inline constexpr std::size_t kInOperandsMax = 100;
inline constexpr std::size_t kPathDepthMax = 32;
// Ours: how deep parentheses, NOT and function calls may nest, so that recursion is bounded.
inline constexpr int kExpressionNestingMax = 200;
inline constexpr std::size_t kPlaceholderBytesMax = 255;
inline constexpr int kValueNestingMax = 32;

// Units of ReturnConsumedCapacity.
inline constexpr std::size_t kReadUnitBytes = 4096;
inline constexpr std::size_t kWriteUnitBytes = 1024;

}  // namespace fogbank::emulators::dynamodb
