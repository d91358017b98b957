#include "aws/model.h"

#include <algorithm>

namespace fogbank::aws {

const OperationModel* ServiceModel::operation(std::string_view operation_name) const {
  const auto at = std::lower_bound(
      operations.begin(), operations.end(), operation_name,
      [this](const OperationModel& each, std::string_view key) { return text(each.name) < key; });
  return at != operations.end() && text(at->name) == operation_name ? &*at : nullptr;
}

const ErrorModel* ServiceModel::error(std::string_view shape) const {
  const auto at = std::lower_bound(
      errors.begin(), errors.end(), shape,
      [this](const ErrorModel& each, std::string_view key) { return text(each.shape) < key; });
  return at != errors.end() && text(at->shape) == shape ? &*at : nullptr;
}

}  // namespace fogbank::aws
