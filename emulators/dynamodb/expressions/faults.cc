#include "emulators/dynamodb/expressions/faults.h"

#include <algorithm>

#include "emulators/dynamodb/expressions/parser.h"

namespace fogbank::emulators::dynamodb {
namespace {

enum class Relation : uint8_t { kApart, kOverlap, kConflict };

Relation relation(const Path& a, const Path& b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i].is_index != b[i].is_index) return Relation::kConflict;
    if (a[i].index != b[i].index || a[i].name != b[i].name) return Relation::kApart;
  }
  return Relation::kOverlap;
}

std::string two_paths(std::string_view how, const Path& a, const Path& b) {
  return "Two document paths " + std::string(how) +
         " with each other; must remove or rewrite one of these paths; path one: " + shown(a) +
         ", path two: " + shown(b);
}

}  // namespace

void resolve_path(Path& path, Placeholders& placeholders, Faults& faults) {
  for (PathStep& step : path) {
    if (step.is_index) continue;
    if (!step.is_placeholder) {
      if (is_reserved_word(step.name)) {
        faults.note(
            FaultClass::kReservedWord,
            "Attribute name is a reserved keyword; reserved keyword: " + std::string(step.name));
      }
      continue;
    }
    const auto name = placeholders.name(step.name);
    if (!name) {
      faults.note(FaultClass::kName,
                  "An expression attribute name used in the document path is not defined; "
                  "attribute name: " +
                      std::string(step.name));
      continue;
    }
    step.name = *name;
    step.is_placeholder = false;
  }
}

void resolve_value(Node& node, Placeholders& placeholders, Faults& faults) {
  node.value = placeholders.value(node.text);
  if (node.value) return;
  faults.note(FaultClass::kValue,
              "An expression attribute value used in expression is not defined; attribute value: " +
                  std::string(node.text));
}

void check_paths(const aws::List<Path>& paths, Faults& faults) {
  for (std::size_t later = 1; later < paths.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Relation found = relation(paths[earlier], paths[later]);
      if (found == Relation::kOverlap) {
        faults.note(FaultClass::kPathOverlap, two_paths("overlap", paths[earlier], paths[later]));
        return;
      }
      if (found == Relation::kConflict && !faults.has(FaultClass::kPathConflict)) {
        faults.note(FaultClass::kPathConflict, two_paths("conflict", paths[earlier], paths[later]));
      }
    }
  }
}

bool has_operands(const Node& node, std::size_t wanted, std::string_view name, Faults& faults) {
  if (node.arguments.size() == wanted) return true;
  faults.note(FaultClass::kOperandCount,
              "Incorrect number of operands for operator or function; operator or function: " +
                  std::string(name) +
                  ", number of operands: " + std::to_string(node.arguments.size()));
  return false;
}

std::string wrong_operand(std::string_view name, aws::AttributeKind kind) {
  return "Incorrect operand type for operator or function; operator or function: " +
         std::string(name) + ", operand type: " + std::string(aws::wire_name(kind));
}

}  // namespace fogbank::emulators::dynamodb
