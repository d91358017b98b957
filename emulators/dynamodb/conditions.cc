#include "emulators/dynamodb/conditions.h"

#include "emulators/dynamodb/errors.h"

namespace fogbank::emulators::dynamodb {
namespace {

constexpr std::string_view kScalarsOnly =
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";

bool has_key(const KeySchema& schema, std::string_view name) {
  return schema.partition.name == name || (schema.has_sort() && schema.sort.name == name);
}

}  // namespace

core::Result<void, aws::AwsError> check_key_paths(const TableRecord& table, const Path& path) {
  if (path.size() < 2) return {};
  const std::string_view name = path[0].name;
  if (has_key(table.schema, name)) {
    return validation(std::string(kScalarsOnly) + "Key: " + std::string(name));
  }
  for (const IndexRecord& index : table.indexes) {
    if (has_key(index.schema, name)) {
      return validation(std::string(kScalarsOnly) + "IndexKey: " + std::string(name));
    }
  }
  return {};
}

core::Result<void, aws::AwsError> check_key_paths(const TableRecord& table, const Node* condition) {
  if (condition == nullptr) return {};
  if (condition->is_path()) return check_key_paths(table, condition->path);
  for (const Node* argument : condition->arguments) {
    if (auto legal = check_key_paths(table, argument); !legal) return legal;
  }
  return {};
}

core::Result<void, aws::AwsError> require(const Node* condition, AttributeValue item,
                                          std::string_view on_failure, core::Arena& arena) {
  if (condition == nullptr || holds(*condition, item, arena)) return {};
  return condition_failed(on_failure == "ALL_OLD" ? item : AttributeValue());
}

}  // namespace fogbank::emulators::dynamodb
