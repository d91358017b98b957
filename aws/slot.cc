#include "aws/slot.h"

#include "aws/dynamodb_value.h"

namespace fogbank::aws {

bool is_present(const Type& type, const std::byte* slot) {
  switch (type.kind) {
    case Kind::kBoolean:
      return load<Opt<bool>>(slot).has_value();
    case Kind::kInteger:
      return load<Opt<int32_t>>(slot).has_value();
    case Kind::kLong:
      return load<Opt<int64_t>>(slot).has_value();
    case Kind::kFloat:
    case Kind::kDouble:
      return load<Opt<double>>(slot).has_value();
    case Kind::kTimestamp:
      return load<Opt<Timestamp>>(slot).has_value();
    case Kind::kString:
    case Kind::kBlob:
    case Kind::kDocument:
      return load<Text>(slot).has_value();
    case Kind::kStructure:
      return load<const std::byte*>(slot) != nullptr;
    case Kind::kList:
    case Kind::kMap:
      return load<RawList>(slot).at != nullptr;
    case Kind::kStream:
    case Kind::kEventStream:
      return load<Stream>(slot).is_present;
    case Kind::kCustom:
      return load<AttributeValue>(slot).has_value();
  }
  return false;
}

}  // namespace fogbank::aws
