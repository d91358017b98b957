#include "aws/query_form.h"

#include <algorithm>
#include <vector>

namespace fogbank::aws {
namespace {

struct Parameter {
  std::string_view name;
  std::string_view value;
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A '%' without two digits stays as it is.
std::string_view decode(std::string_view text, core::Arena& arena) {
  if (text.find('%') == std::string_view::npos && text.find('+') == std::string_view::npos) {
    return text;
  }
  auto* const start = static_cast<char*>(arena.allocate(text.size(), 1));
  char* to = start;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      *to++ = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      *to++ = text[i] == '+' ? ' ' : text[i];
    }
  }
  return {start, static_cast<std::size_t>(to - start)};
}

// Calls `each(name, value)` for the parts between '&'; stops when it answers false.
template <class Each>
bool for_each_parameter(std::string_view form, Each each) {
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view part = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view value =
        equals < part.size() ? part.substr(equals + 1) : std::string_view{};
    if (!each(part.substr(0, equals), value)) return false;
  }
  return true;
}

// Orders "A.1" before "A-b", so that what lies below one name is adjacent.
bool is_before(std::string_view a, std::string_view b) {
  const auto rank = [](char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

// Adds a node for each part of the name that the last path does not share.
bool insert(FormNode& root, const Parameter& parameter, core::Arena& arena,
            std::vector<FormNode*>& last_children) {
  std::string_view rest = parameter.name;
  FormNode* parent = &root;
  for (std::size_t depth = 0;; ++depth) {
    if (depth == kFormDepthMax) return false;
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, dot);
    if (last_children.size() <= depth) last_children.push_back(nullptr);
    FormNode* node = last_children[depth];
    if (node == nullptr || node->name != part) {
      node = arena.make<FormNode>();
      node->name = part;
      FormNode*& link =
          last_children[depth] != nullptr ? last_children[depth]->next : parent->first_child;
      link = node;
      last_children[depth] = node;
      last_children.resize(depth + 1);
    }
    if (dot == rest.size()) {
      node->value = parameter.value;
      node->has_value = true;
      last_children.resize(depth + 1);
      return true;
    }
    rest.remove_prefix(dot + 1);
    parent = node;
  }
}

}  // namespace

std::optional<FormNode> parse_form(std::string_view query, std::string_view body,
                                   core::Arena& arena) {
  std::vector<Parameter> parameters;
  const auto collect = [&](std::string_view name, std::string_view value) {
    parameters.push_back({decode(name, arena), decode(value, arena)});
    return parameters.size() <= kFormParametersMax;
  };
  if (!for_each_parameter(query, collect) || !for_each_parameter(body, collect)) {
    return std::nullopt;
  }
  std::stable_sort(
      parameters.begin(), parameters.end(),
      [](const Parameter& a, const Parameter& b) { return is_before(a.name, b.name); });
  FormNode root;
  std::vector<FormNode*> last_children;
  for (const Parameter& parameter : parameters) {
    if (!insert(root, parameter, arena, last_children)) return std::nullopt;
  }
  return root;
}

std::optional<std::string_view> find_parameter(std::string_view form, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_parameter(form, [&](std::string_view each, std::string_view value) {
    if (each == name) found = value;
    return !found;
  });
  return found;
}

}  // namespace fogbank::aws
