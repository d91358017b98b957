#include "emulators/dynamodb/expressions/grammar.h"

#include <algorithm>
#include <charconv>

#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

// One level deeper for as long as it lives.
class Nesting final {
 public:
  explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --depth_; }
  [[nodiscard]] bool is_too_deep() const { return depth_ > kExpressionNestingMax; }

 private:
  int& depth_;
};

constexpr std::string_view kTooDeep = "The expression is nested too deeply;";

std::optional<Operator> comparison_operator(const Token& token) {
  if (token.kind != TokenKind::kSymbol) return std::nullopt;
  for (const Operator op :
       {Operator::kEqual, Operator::kNotEqual, Operator::kLess, Operator::kLessOrEqual,
        Operator::kGreater, Operator::kGreaterOrEqual}) {
    if (token.text == symbol_of(op)) return op;
  }
  return std::nullopt;
}

// Words that cannot be attribute names since they steer the grammar of conditions.
bool is_condition_keyword(const Token& token) {
  return token.is_keyword("BETWEEN") || token.is_keyword("IN") || token.is_keyword("AND") ||
         token.is_keyword("OR") || token.is_keyword("NOT");
}

}  // namespace

Grammar::Grammar(std::string_view expression, core::Arena& arena)
    : expression_(expression), arena_(arena), current_(read_token(expression, 0)) {}

void Grammar::advance() {
  previous_ = current_;
  current_ = read_token(expression_, current_.end());
}

bool Grammar::accept_symbol(std::string_view symbol) {
  if (!current_.is_symbol(symbol)) return false;
  advance();
  return true;
}

bool Grammar::accept_keyword(std::string_view keyword) {
  if (!current_.is_keyword(keyword)) return false;
  advance();
  return true;
}

bool Grammar::expect_symbol(std::string_view symbol) {
  if (accept_symbol(symbol)) return true;
  syntax_error();
  return false;
}

bool Grammar::expect_end() {
  if (current_.kind == TokenKind::kEnd) return true;
  syntax_error();
  return false;
}

// AWS shows the text from the token before to the token behind.
std::nullptr_t Grammar::syntax_error() {
  const bool has_previous = previous_.kind != TokenKind::kEnd;
  const std::size_t from = has_previous ? previous_.at : current_.at;
  const std::size_t to = read_token(expression_, current_.end()).end();
  return refuse("Syntax error; token: \"" + std::string(current_.text) + "\", near: \"" +
                std::string(expression_.substr(from, to - from)) + "\"");
}

std::nullptr_t Grammar::refuse(std::string message) {
  if (fault_.empty()) fault_ = std::move(message);
  return nullptr;
}

bool Grammar::count_operator() {
  if (++operators_ <= kExpressionOperatorsMax) return true;
  refuse("The expression contains more than " + std::to_string(kExpressionOperatorsMax) +
         " operators and functions;");
  return false;
}

Node* Grammar::new_node(NodeKind kind) {
  Node* node = arena_.make<Node>();
  node->kind = kind;
  return node;
}

Node* Grammar::binary(NodeKind kind, Node* left, Node* right) {
  Node* node = new_node(kind);
  node->arguments.append(arena_, left);
  node->arguments.append(arena_, right);
  return node;
}

bool Grammar::require_condition(const Node* node) {
  if (!node->is_operand()) return true;
  syntax_error();
  return false;
}

bool Grammar::require_operand(const Node* node) {
  if (node->is_operand() || node->kind == NodeKind::kFunction) return true;
  syntax_error();
  return false;
}

Node* Grammar::condition() {
  Node* node = disjunction();
  if (node == nullptr || !require_condition(node) || !expect_end()) return nullptr;
  return node;
}

Node* Grammar::disjunction() {
  Node* left = conjunction();
  while (left != nullptr && current_.is_keyword("OR")) {
    if (!require_condition(left) || !count_operator()) return nullptr;
    advance();
    Node* right = conjunction();
    if (right == nullptr || !require_condition(right)) return nullptr;
    left = binary(NodeKind::kOr, left, right);
  }
  return left;
}

Node* Grammar::conjunction() {
  Node* left = negation();
  while (left != nullptr && current_.is_keyword("AND")) {
    if (!require_condition(left) || !count_operator()) return nullptr;
    advance();
    Node* right = negation();
    if (right == nullptr || !require_condition(right)) return nullptr;
    left = binary(NodeKind::kAnd, left, right);
  }
  return left;
}

Node* Grammar::negation() {
  const Nesting level(nesting_);
  if (level.is_too_deep()) return refuse(std::string(kTooDeep));
  if (!accept_keyword("NOT")) return comparison();
  if (!count_operator()) return nullptr;
  Node* inner = negation();
  if (inner == nullptr || !require_condition(inner)) return nullptr;
  Node* node = new_node(NodeKind::kNot);
  node->arguments.append(arena_, inner);
  return node;
}

Node* Grammar::comparison() {
  Node* left = primary();
  return left == nullptr ? nullptr : comparison_tail(left);
}

Node* Grammar::comparison_tail(Node* left) {
  if (const auto op = comparison_operator(current_)) {
    if (!require_operand(left) || !count_operator()) return nullptr;
    advance();
    Node* right = primary();
    if (right == nullptr || !require_operand(right)) return nullptr;
    Node* node = binary(NodeKind::kCompare, left, right);
    node->op = *op;
    return node;
  }
  if (current_.is_keyword("BETWEEN")) return between(left);
  if (current_.is_keyword("IN")) return membership(left);
  return left;
}

Node* Grammar::between(Node* left) {
  if (!require_operand(left) || !count_operator()) return nullptr;
  advance();
  Node* low = primary();
  if (low == nullptr || !require_operand(low)) return nullptr;
  if (!accept_keyword("AND")) return syntax_error();
  Node* high = primary();
  if (high == nullptr || !require_operand(high)) return nullptr;
  Node* node = binary(NodeKind::kBetween, left, low);
  node->arguments.append(arena_, high);
  return node;
}

Node* Grammar::membership(Node* left) {
  if (!require_operand(left) || !count_operator()) return nullptr;
  advance();
  if (!expect_symbol("(")) return nullptr;
  Node* node = new_node(NodeKind::kIn);
  node->arguments.append(arena_, left);
  do {
    Node* candidate = primary();
    if (candidate == nullptr || !require_operand(candidate)) return nullptr;
    node->arguments.append(arena_, candidate);
  } while (accept_symbol(","));
  return expect_symbol(")") ? node : nullptr;
}

Node* Grammar::parenthesised(Node* (Grammar::*inner)()) {
  const Nesting level(nesting_);
  if (level.is_too_deep()) return refuse(std::string(kTooDeep));
  advance();
  Node* node = (this->*inner)();
  if (node == nullptr || !expect_symbol(")")) return nullptr;
  node->parentheses = static_cast<uint8_t>(std::min(node->parentheses + 1, 2));
  return node;
}

// Whether a parenthesis holds a condition or an operand shows only behind it.
Node* Grammar::primary() {
  if (current_.is_symbol("(")) return parenthesised(&Grammar::disjunction);
  if (is_condition_keyword(current_)) return syntax_error();
  return name_or_function();
}

Node* Grammar::name_or_function() {
  if (current_.kind == TokenKind::kValueHolder) {
    Node* node = new_node(NodeKind::kValue);
    node->text = current_.text;
    advance();
    return node;
  }
  if (current_.kind == TokenKind::kWord && read_token(expression_, current_.end()).is_symbol("(")) {
    const Token name = current_;
    advance();
    return function(name);
  }
  Node* node = new_node(NodeKind::kPath);
  return path(node->path) ? node : nullptr;
}

Node* Grammar::function(const Token& name) {
  const Nesting level(nesting_);
  if (level.is_too_deep()) return refuse(std::string(kTooDeep));
  if (!count_operator() || !expect_symbol("(")) return nullptr;
  Node* node = new_node(NodeKind::kFunction);
  node->text = name.text;
  node->function = function_named(name.text);
  do {
    Node* argument = operand();
    if (argument == nullptr) return nullptr;
    node->arguments.append(arena_, argument);
  } while (accept_symbol(","));
  return expect_symbol(")") ? node : nullptr;
}

Node* Grammar::operand() {
  if (current_.is_symbol("(")) return parenthesised(&Grammar::operand);
  if (is_condition_keyword(current_)) return syntax_error();
  return name_or_function();
}

bool Grammar::path(Path& out) {
  if (!path_step(out)) return false;
  while (true) {
    if (accept_symbol(".")) {
      if (!path_step(out)) return false;
    } else if (accept_symbol("[")) {
      if (!list_index(out)) return false;
    } else {
      return true;
    }
    if (out.size() > kPathDepthMax) {
      refuse("The document path has too many nesting elements; nesting elements: " +
             std::to_string(out.size()));
      return false;
    }
  }
}

bool Grammar::path_step(Path& out) {
  const bool is_placeholder = current_.kind == TokenKind::kNameHolder;
  if (!is_placeholder && current_.kind != TokenKind::kWord) {
    syntax_error();
    return false;
  }
  PathStep step;
  step.name = current_.text;
  step.is_placeholder = is_placeholder;
  out.append(arena_, step);
  advance();
  return true;
}

bool Grammar::list_index(Path& out) {
  PathStep step;
  step.is_index = true;
  const std::string_view digits = current_.text;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
  if (current_.kind != TokenKind::kDigits) {
    syntax_error();
    return false;
  }
  if (read.ec != std::errc()) {
    refuse("List index is not within the allowable range; index: [" + std::string(digits) + "]");
    return false;
  }
  out.append(arena_, step);
  advance();
  return expect_symbol("]");
}

bool Grammar::projection(aws::List<Path>& out) {
  do {
    Path one;
    if (!path(one)) return false;
    out.append(arena_, one);
  } while (accept_symbol(","));
  return expect_end();
}

std::optional<ActionKind> Grammar::section_keyword() const {
  for (const ActionKind kind :
       {ActionKind::kSet, ActionKind::kRemove, ActionKind::kAdd, ActionKind::kDelete}) {
    if (current_.is_keyword(name_of(kind))) return kind;
  }
  return std::nullopt;
}

bool Grammar::update(UpdateTree& out) {
  do {
    const auto kind = section_keyword();
    if (!kind) {
      syntax_error();
      return false;
    }
    advance();
    out.sections.append(arena_, *kind);
    if (!section(*kind, out)) return false;
  } while (current_.kind != TokenKind::kEnd);
  return true;
}

bool Grammar::section(ActionKind kind, UpdateTree& out) {
  do {
    if (!count_operator() || !action(kind, out)) return false;
  } while (accept_symbol(","));
  return true;
}

bool Grammar::action(ActionKind kind, UpdateTree& out) {
  Action one;
  one.kind = kind;
  if (section_keyword()) {
    syntax_error();
    return false;
  }
  if (!path(one.path)) return false;
  if (kind == ActionKind::kSet) {
    if (!expect_symbol("=")) return false;
    one.value = set_value();
    if (one.value == nullptr) return false;
  } else if (kind != ActionKind::kRemove) {
    if (current_.kind != TokenKind::kValueHolder) {
      syntax_error();
      return false;
    }
    one.value = name_or_function();
  }
  out.actions.append(arena_, one);
  return true;
}

Node* Grammar::set_value() {
  Node* left = set_term();
  if (left == nullptr) return nullptr;
  const bool is_plus = current_.is_symbol("+");
  if (!is_plus && !current_.is_symbol("-")) return left;
  if (left->kind == NodeKind::kArithmetic) return syntax_error();
  if (!count_operator()) return nullptr;
  advance();
  Node* right = operand();
  if (right == nullptr) return nullptr;
  Node* node = binary(NodeKind::kArithmetic, left, right);
  node->op = is_plus ? Operator::kPlus : Operator::kMinus;
  return node;
}

// Parentheses may hold the whole value or its first operand.
Node* Grammar::set_term() {
  if (current_.is_symbol("(")) return parenthesised(&Grammar::set_value);
  return name_or_function();
}

}  // namespace fogbank::emulators::dynamodb
