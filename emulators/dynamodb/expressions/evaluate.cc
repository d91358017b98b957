#include "emulators/dynamodb/expressions/evaluate.h"

#include <algorithm>
#include <string>

namespace fogbank::emulators::dynamodb {
namespace {

// Length as AWS counts it: UTF-16 code units of a string, bytes of a binary, elements of others.
std::optional<std::size_t> size_of(AttributeValue value) {
  switch (value.kind()) {
    case AttributeKind::kString: {
      std::size_t units = 0;
      for (const char c : value.text()) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) units += byte >= 0xf0U ? 2 : 1;
      }
      return units;
    }
    case AttributeKind::kBinary:
      return value.text().size();
    case AttributeKind::kStringSet:
    case AttributeKind::kNumberSet:
    case AttributeKind::kBinarySet:
    case AttributeKind::kList:
    case AttributeKind::kMap:
      return value.count();
    default:
      return std::nullopt;
  }
}

bool contains(AttributeValue container, AttributeValue wanted) {
  const AttributeKind kind = container.kind();
  if (kind == AttributeKind::kString || kind == AttributeKind::kBinary) {
    return wanted.is(kind) && container.text().find(wanted.text()) != std::string_view::npos;
  }
  if (!is_set(kind) && kind != AttributeKind::kList) return false;
  for (auto each = container.elements(); each.next();) {
    if (equals(each.value(), wanted)) return true;
  }
  return false;
}

bool begins_with(AttributeValue value, AttributeValue prefix) {
  const bool has_text = value.is(AttributeKind::kString) || value.is(AttributeKind::kBinary);
  return has_text && prefix.is(value.kind()) && value.text().starts_with(prefix.text());
}

bool compares(Operator op, AttributeValue left, AttributeValue right) {
  if (op == Operator::kEqual) return equals(left, right);
  if (op == Operator::kNotEqual) return !equals(left, right);
  const auto order = compare(left, right);
  if (!order) return false;
  switch (op) {
    case Operator::kLess:
      return *order < 0;
    case Operator::kLessOrEqual:
      return *order <= 0;
    case Operator::kGreater:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

class Evaluation final {
 public:
  Evaluation(AttributeValue item, core::Arena& arena) : item_(item), arena_(arena) {}

  bool condition(const Node& node) {
    switch (node.kind) {
      case NodeKind::kAnd:
        return condition(node.argument(0)) && condition(node.argument(1));
      case NodeKind::kOr:
        return condition(node.argument(0)) || condition(node.argument(1));
      case NodeKind::kNot:
        return !condition(node.argument(0));
      case NodeKind::kCompare:
        return compares(node.op, operand(node.argument(0)), operand(node.argument(1)));
      case NodeKind::kBetween: {
        const AttributeValue value = operand(node.argument(0));
        return compares(Operator::kGreaterOrEqual, value, operand(node.argument(1))) &&
               compares(Operator::kLessOrEqual, value, operand(node.argument(2)));
      }
      case NodeKind::kIn:
        return is_in(node);
      case NodeKind::kFunction:
        return function(node);
      default:
        return false;
    }
  }

 private:
  AttributeValue operand(const Node& node) {
    if (node.kind == NodeKind::kValue) return node.value;
    if (node.kind == NodeKind::kPath) return resolve(item_, node.path);
    const auto size = size_of(operand(node.argument(0)));
    return size ? make_number(std::to_string(*size), arena_) : AttributeValue();
  }

  bool is_in(const Node& node) {
    const AttributeValue value = operand(node.argument(0));
    for (std::size_t i = 1; i < node.arguments.size(); ++i) {
      if (equals(value, operand(node.argument(i)))) return true;
    }
    return false;
  }

  bool function(const Node& node) {
    const AttributeValue first = operand(node.argument(0));
    switch (node.function) {
      case Function::kAttributeExists:
        return first.has_value();
      case Function::kAttributeNotExists:
        return !first.has_value();
      case Function::kAttributeType:
        return first && aws::wire_name(first.kind()) == operand(node.argument(1)).text();
      case Function::kBeginsWith:
        return begins_with(first, operand(node.argument(1)));
      case Function::kContains:
        return contains(first, operand(node.argument(1)));
      default:
        return false;
    }
  }

  AttributeValue item_;
  core::Arena& arena_;
};

// Paths being followed together: those from `begin` to `end` share their first `depth` steps.
struct PathRange {
  Path* begin;
  Path* end;
  std::size_t depth;
};

bool same_step(const PathStep& a, const PathStep& b) {
  return a.is_index == b.is_index && a.index == b.index && a.name == b.name;
}

bool selects_any(AttributeValue value, const PathRange& range) {
  return std::any_of(range.begin, range.end, [&](const Path& path) {
    AttributeValue at = value;
    for (std::size_t i = range.depth; i < path.size() && at; ++i) {
      at = path[i].is_index
               ? (at.is(AttributeKind::kList) ? at.element(path[i].index) : AttributeValue())
               : at.find(path[i].name);
    }
    return at.has_value();
  });
}

void write_selected(AttributeValue value, PathRange range, aws::AttributeWriter& out);

// The next group of `range` whose step at its depth is one and the same; they stand together.
PathRange next_group(const PathRange& range) {
  Path* end = range.begin + 1;
  while (end != range.end && same_step((*range.begin)[range.depth], (*end)[range.depth])) ++end;
  return {range.begin, end, range.depth + 1};
}

void write_selected(AttributeValue value, PathRange range, aws::AttributeWriter& out) {
  if (range.begin->size() == range.depth) {
    out.value(value);
    return;
  }
  const auto begun = out.begin(value.kind());
  uint32_t count = 0;
  while (range.begin != range.end) {
    const PathRange group = next_group(range);
    const PathStep& step = (*group.begin)[range.depth];
    const AttributeValue next = step.is_index ? value.element(step.index) : value.find(step.name);
    if (selects_any(next, group)) {
      if (!step.is_index) out.name(step.name);
      write_selected(next, group, out);
      ++count;
    }
    range.begin = group.end;
  }
  out.end(begun, count);
}

// Groups paths by common steps; list elements come in order of their index.
bool is_before(const Path& a, const Path& b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i].is_index != b[i].is_index) return a[i].is_index;
    if (a[i].index != b[i].index) return a[i].index < b[i].index;
    if (a[i].name != b[i].name) return a[i].name < b[i].name;
  }
  return a.size() < b.size();
}

}  // namespace

AttributeValue resolve(AttributeValue item, const Path& path) {
  AttributeValue at = item;
  for (const PathStep& step : path) {
    if (!at) return {};
    if (!step.is_index) {
      at = at.find(step.name);
    } else {
      at = at.is(AttributeKind::kList) ? at.element(step.index) : AttributeValue();
    }
  }
  return at;
}

bool holds(const Node& condition, AttributeValue item, core::Arena& arena) {
  return Evaluation(item, arena).condition(condition);
}

AttributeValue project(const aws::List<Path>& paths, AttributeValue item, core::Arena& arena) {
  auto sorted = aws::List<Path>::make(arena, paths.size());
  for (const Path& path : paths) sorted.append(arena, path);
  std::sort(sorted.begin(), sorted.end(), is_before);
  std::string encoded;
  aws::AttributeWriter writer(encoded);
  if (sorted.empty()) {
    writer.end(writer.begin(AttributeKind::kMap), 0);
  } else {
    write_selected(item, {sorted.begin(), sorted.end(), 0}, writer);
  }
  return AttributeValue::view(arena.copy(encoded));
}

}  // namespace fogbank::emulators::dynamodb
