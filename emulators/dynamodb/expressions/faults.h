// Faults of an expression by class. AWS looks for one class of fault after another over the whole
// expression, so what it reports first is not what stands first in the text.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "emulators/dynamodb/expressions/placeholders.h"
#include "emulators/dynamodb/expressions/tree.h"

namespace fogbank::emulators::dynamodb {

// Classes in the order in which they are reported.
enum class FaultClass : uint8_t {
  kParentheses,
  kUnknownFunction,
  kMisusedFunction,
  kReservedWord,
  kSection,
  kName,
  kValue,
  kOperandCount,
  kDistinct,
  kPathOverlap,
  kPathConflict,
  kActionOperand,
  kFunctionOperand,
  kCount,
};

class Faults final {
 public:
  // Only the first fault of a class counts.
  void note(FaultClass fault, std::string message) {
    auto& slot = messages_[static_cast<std::size_t>(fault)];
    if (slot.empty()) slot = std::move(message);
  }
  [[nodiscard]] bool has(FaultClass fault) const {
    return !messages_[static_cast<std::size_t>(fault)].empty();
  }
  // The message to report; empty if there is no fault.
  [[nodiscard]] std::string first() const {
    for (const auto& message : messages_) {
      if (!message.empty()) return message;
    }
    return {};
  }

 private:
  std::array<std::string, static_cast<std::size_t>(FaultClass::kCount)> messages_;
};

// Replaces #names by what they stand for and notes reserved words.
void resolve_path(Path& path, Placeholders& placeholders, Faults& faults);
void resolve_value(Node& node, Placeholders& placeholders, Faults& faults);

// Paths of which one is, or contains, another, and paths that use one element both as a list and
// as a map.
void check_paths(const aws::List<Path>& paths, Faults& faults);

// "Incorrect number of operands ...": notes it and answers false unless `node` has `wanted`.
bool has_operands(const Node& node, std::size_t wanted, std::string_view name, Faults& faults);
std::string wrong_operand(std::string_view name, aws::AttributeKind kind);

// Semantic checks of the two grammars.
void check_condition(Node& root, Placeholders& placeholders, Faults& faults);
void check_update(UpdateTree& tree, Placeholders& placeholders, core::Arena& arena, Faults& faults);

}  // namespace fogbank::emulators::dynamodb
