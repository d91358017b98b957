#include "emulators/dynamodb/expressions/apply.h"

#include <algorithm>
#include <string>

#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/expressions/evaluate.h"
#include "emulators/dynamodb/numbers.h"

namespace fogbank::emulators::dynamodb {
namespace {

using Value = core::Result<AttributeValue, aws::AwsError>;

aws::AwsError wrong_kind() {
  return validation("An operand in the update expression has an incorrect data type");
}
aws::AwsError bad_path() {
  return validation("The document path provided in the update expression is invalid for update");
}
aws::AwsError no_such_attribute() {
  return validation(
      "The provided expression refers to an attribute that does not exist in the item");
}

// A list or map that is being changed: its elements, of which only the touched ones are opened in
// turn. Everything untouched stays one encoded value.
struct Element;
struct Branch {
  AttributeKind kind = AttributeKind::kMap;
  aws::List<Element> elements;
};
struct Element {
  std::string_view name;
  AttributeValue value;      // absent: removed
  Branch* branch = nullptr;  // instead of `value`, once opened
};

class Document final {
 public:
  Document(AttributeValue item, core::Arena& arena) : arena_(arena), root_(open(item)) {}

  // The branch that holds the last step of `path`; null if the way there does not exist.
  Branch* parent_of(const Path& path) {
    Branch* at = root_;
    for (std::size_t i = 0; i + 1 < path.size() && at != nullptr; ++i) at = child(*at, path[i]);
    if (at == nullptr) return nullptr;
    const bool is_list = at->kind == AttributeKind::kList;
    return is_list == path[path.size() - 1].is_index ? at : nullptr;
  }

  static Element* find(Branch& branch, const PathStep& step) {
    if (step.is_index) {
      return step.index < branch.elements.size() ? &branch.elements[step.index] : nullptr;
    }
    for (Element& element : branch.elements) {
      if (element.name == step.name) return &element;
    }
    return nullptr;
  }

  // A list grows at its end, however far behind it the index is.
  void set(Branch& branch, const PathStep& step, AttributeValue value) {
    Element* const present = find(branch, step);
    if (present != nullptr) {
      present->value = value;
      present->branch = nullptr;
    } else {
      branch.elements.append(arena_, {step.name, value, nullptr});
    }
  }

  static void remove(Branch& branch, const PathStep& step) {
    Element* const present = find(branch, step);
    if (present == nullptr) return;
    present->value = {};
    present->branch = nullptr;
  }

  AttributeValue encode() const {
    std::string encoded;
    aws::AttributeWriter writer(encoded);
    write(*root_, writer);
    return AttributeValue::view(arena_.copy(encoded));
  }

 private:
  Branch* open(AttributeValue value) {
    Branch* branch = arena_.make<Branch>();
    branch->kind = value.kind();
    for (auto each = value.elements(); each.next();) {
      branch->elements.append(arena_, {each.name(), each.value(), nullptr});
    }
    return branch;
  }

  Branch* child(Branch& branch, const PathStep& step) {
    if (step.is_index != (branch.kind == AttributeKind::kList)) return nullptr;
    Element* const element = find(branch, step);
    if (element == nullptr) return nullptr;
    if (element->branch == nullptr) {
      if (!element->value.is(AttributeKind::kMap) && !element->value.is(AttributeKind::kList)) {
        return nullptr;
      }
      element->branch = open(element->value);
    }
    return element->branch;
  }

  static void write(const Branch& branch, aws::AttributeWriter& out) {
    const auto begun = out.begin(branch.kind);
    uint32_t count = 0;
    for (const Element& element : branch.elements) {
      if (element.branch == nullptr && !element.value) continue;
      if (branch.kind == AttributeKind::kMap) out.name(element.name);
      if (element.branch != nullptr) {
        write(*element.branch, out);
      } else {
        out.value(element.value);
      }
      ++count;
    }
    out.end(begun, count);
  }

  core::Arena& arena_;
  Branch* root_;
};

class Update final {
 public:
  Update(AttributeValue item, core::Arena& arena)
      : before_(item), arena_(arena), after_(item, arena) {}

  core::Result<void, aws::AwsError> run(const UpdateTree& tree) {
    // Removals come last: until then list indexes mean what they meant before.
    auto values = aws::List<AttributeValue>::make(arena_, tree.actions.size());
    for (const Action& action : tree.actions) {
      auto value = new_value(action);
      if (!value) return value.error();
      values.append(arena_, *value);
    }
    if (auto done = set_in_order(tree, values); !done) return done;
    for (std::size_t i = 0; i < tree.actions.size(); ++i) {
      const Action& action = tree.actions[i];
      if (values[i]) continue;
      Branch* const parent = after_.parent_of(action.path);
      if (parent == nullptr) return bad_path();
      Document::remove(*parent, action.path[action.path.size() - 1]);
    }
    return {};
  }

  AttributeValue result() const { return after_.encode(); }

 private:
  // Elements appended to one list land in order of their index, not of the expression.
  core::Result<void, aws::AwsError> set_in_order(const UpdateTree& tree,
                                                 const aws::List<AttributeValue>& values) {
    auto order = aws::List<uint32_t>::make(arena_, tree.actions.size());
    for (uint32_t i = 0; i < tree.actions.size(); ++i) {
      if (values[i]) order.append(arena_, i);
    }
    std::stable_sort(order.begin(), order.end(), [&tree](uint32_t a, uint32_t b) {
      return last_step(tree.actions[a]).index < last_step(tree.actions[b]).index;
    });
    for (const uint32_t i : order) {
      Branch* const parent = after_.parent_of(tree.actions[i].path);
      if (parent == nullptr) return bad_path();
      after_.set(*parent, last_step(tree.actions[i]), values[i]);
    }
    return {};
  }

  static const PathStep& last_step(const Action& action) {
    return action.path[action.path.size() - 1];
  }

  // What the action leaves at its path; absent: nothing.
  Value new_value(const Action& action) {
    switch (action.kind) {
      case ActionKind::kSet:
        return operand(*action.value);
      case ActionKind::kRemove:
        return AttributeValue();
      case ActionKind::kAdd:
        return added(resolve(before_, action.path), action.value->value);
      case ActionKind::kDelete:
        break;
    }
    const AttributeValue present = resolve(before_, action.path);
    if (!present) return AttributeValue();
    if (present.kind() != action.value->value.kind()) return wrong_kind();
    return set_difference(present, action.value->value, arena_);
  }

  Value added(AttributeValue present, AttributeValue more) {
    if (!present) return more;
    if (present.kind() != more.kind()) return wrong_kind();
    if (present.is(AttributeKind::kNumber)) return add_numbers(present, more, arena_);
    return set_union(present, more, arena_);
  }

  Value operand(const Node& node) {
    switch (node.kind) {
      case NodeKind::kValue:
        return node.value;
      case NodeKind::kArithmetic:
        return arithmetic(node);
      case NodeKind::kFunction:
        return node.function == Function::kIfNotExists ? if_not_exists(node) : list_append(node);
      default: {
        const AttributeValue value = resolve(before_, node.path);
        if (!value) return no_such_attribute();
        return value;
      }
    }
  }

  Value arithmetic(const Node& node) {
    auto left = operand(node.argument(0));
    if (!left) return left;
    auto right = operand(node.argument(1));
    if (!right) return right;
    const auto a = Number::parse(left->text());
    const auto b = Number::parse(right->text());
    if (!left->is(AttributeKind::kNumber) || !right->is(AttributeKind::kNumber) || !a || !b) {
      return wrong_kind();
    }
    const auto result = node.op == Operator::kPlus ? Number::add(*a, *b) : Number::subtract(*a, *b);
    if (!result) return validation(number_error_message(result.error(), {}));
    return make_number(result->text(), arena_);
  }

  Value if_not_exists(const Node& node) {
    const AttributeValue present = resolve(before_, node.argument(0).path);
    if (present) return present;
    return operand(node.argument(1));
  }

  Value list_append(const Node& node) {
    auto left = operand(node.argument(0));
    if (!left) return left;
    auto right = operand(node.argument(1));
    if (!right) return right;
    if (!left->is(AttributeKind::kList) || !right->is(AttributeKind::kList)) return wrong_kind();
    std::string encoded;
    aws::AttributeWriter writer(encoded);
    const auto begun = writer.begin(AttributeKind::kList);
    for (auto each = left->elements(); each.next();) writer.value(each.value());
    for (auto each = right->elements(); each.next();) writer.value(each.value());
    writer.end(begun, left->count() + right->count());
    return AttributeValue::view(arena_.copy(encoded));
  }

  AttributeValue before_;
  core::Arena& arena_;
  Document after_;
};

}  // namespace

core::Result<AttributeValue, aws::AwsError> apply_update(const UpdateTree& tree,
                                                         AttributeValue item, core::Arena& arena) {
  Update update(item, arena);
  auto done = update.run(tree);
  if (!done) return done.error();
  return update.result();
}

core::Result<AttributeValue, aws::AwsError> add_numbers(AttributeValue a, AttributeValue b,
                                                        core::Arena& arena) {
  const auto left = Number::parse(a.text());
  const auto right = Number::parse(b.text());
  if (!a.is(AttributeKind::kNumber) || !b.is(AttributeKind::kNumber) || !left || !right) {
    return wrong_kind();
  }
  const auto sum = Number::add(*left, *right);
  if (!sum) return validation(number_error_message(sum.error(), {}));
  return make_number(sum->text(), arena);
}

AttributeValue set_union(AttributeValue a, AttributeValue b, core::Arena& arena) {
  std::string encoded;
  aws::AttributeWriter writer(encoded);
  const auto begun = writer.begin(a.kind());
  uint32_t count = 0;
  // Both are sorted; so is their union.
  auto left = a.elements();
  auto right = b.elements();
  bool has_left = left.next();
  bool has_right = right.next();
  while (has_left || has_right) {
    const int order = !has_right  ? -1
                      : !has_left ? 1
                                  : compare(left.value(), right.value()).value_or(0);
    writer.value(order <= 0 ? left.value() : right.value());
    ++count;
    if (order <= 0) has_left = left.next();
    if (order >= 0) has_right = right.next();
  }
  writer.end(begun, count);
  return AttributeValue::view(arena.copy(encoded));
}

AttributeValue set_difference(AttributeValue a, AttributeValue b, core::Arena& arena) {
  std::string encoded;
  aws::AttributeWriter writer(encoded);
  const auto begun = writer.begin(a.kind());
  uint32_t count = 0;
  auto right = b.elements();
  bool has_right = right.next();
  for (auto left = a.elements(); left.next();) {
    while (has_right && compare(right.value(), left.value()).value_or(0) < 0) {
      has_right = right.next();
    }
    if (has_right && equals(left.value(), right.value())) continue;
    writer.value(left.value());
    ++count;
  }
  if (count == 0) return {};
  writer.end(begun, count);
  return AttributeValue::view(arena.copy(encoded));
}

}  // namespace fogbank::emulators::dynamodb
