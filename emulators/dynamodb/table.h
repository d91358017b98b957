// The record of a table: what every operation on its items reads first. A record holds views of
// its own encoding and of the arena, so decoding copies nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/shape.h"
#include "core/result.h"
#include "emulators/dynamodb/keys.h"
#include "emulators/service.h"

namespace fogbank::emulators::dynamodb {

// Reaches disk: never renumber.
enum class ProjectionKind : uint8_t { kAll = 0, kKeysOnly = 1, kInclude = 2 };
enum class TableClass : uint8_t { kStandard = 0, kInfrequentAccess = 1 };

struct Throughput {
  uint64_t read_units = 0;
  uint64_t write_units = 0;
};

struct IndexRecord {
  uint8_t number = 0;  // in storage keys; never used twice in a table's life
  bool is_global = false;
  std::string_view name;
  KeySchema schema;
  ProjectionKind projection = ProjectionKind::kAll;
  aws::List<aws::Text> included;  // of kInclude
  Throughput throughput;
};

struct TagRecord {
  std::string_view key;
  std::string_view value;
};

struct TableRecord {
  uint64_t id = 0;
  std::string_view name;
  std::string_view uuid;
  int64_t created_ms = 0;
  bool is_on_demand = false;
  bool is_delete_protected = false;
  TableClass table_class = TableClass::kStandard;
  bool shows_table_class = false;  // AWS shows it only where it was once asked for
  int64_t on_demand_since_ms = 0;
  Throughput throughput;
  KeySchema schema;
  aws::List<IndexRecord> indexes;  // local ones first, each kind in the order of the request
  aws::List<TagRecord> tags;

  [[nodiscard]] std::string encode() const;
  // Nothing if the bytes are damaged. Lists are made on the arena.
  static std::optional<TableRecord> decode(std::string_view record, core::Arena& arena);

  [[nodiscard]] const IndexRecord* index_named(std::string_view index_name) const;
  [[nodiscard]] bool has_global_indexes() const;
};

// The name in a TableName parameter, which may be an ARN of the call's account and region.
core::Result<std::string_view, aws::AwsError> table_name_in(const Call& call,
                                                            std::string_view parameter);
// The table, decoded from a copy on the call's arena. Nothing if there is none of that name.
std::optional<TableRecord> find_table(Call& call, std::string_view name);
// For operations on items: TableName to table, with AWS's errors.
core::Result<TableRecord, aws::AwsError> open_table(Call& call, std::string_view parameter);

std::string table_arn(const Call& call, std::string_view name);

}  // namespace fogbank::emulators::dynamodb
