// The recursive descent behind parser.h. Syntax only: names are not looked up here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/arena.h"
#include "emulators/dynamodb/expressions/tokens.h"
#include "emulators/dynamodb/expressions/tree.h"

namespace fogbank::emulators::dynamodb {

// One expression. Every parse function answers null, or false, after a fault; fault() then says
// which, in AWS's words. The first fault stays.
class Grammar final {
 public:
  Grammar(std::string_view expression, core::Arena& arena);

  Node* condition();                      // the whole expression as a condition
  bool update(UpdateTree& out);           // as an update
  bool projection(aws::List<Path>& out);  // as a list of paths

  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  void advance();
  [[nodiscard]] bool accept_symbol(std::string_view symbol);
  [[nodiscard]] bool accept_keyword(std::string_view keyword);
  bool expect_symbol(std::string_view symbol);
  bool expect_end();
  // Notes the current token as what cannot stand there.
  std::nullptr_t syntax_error();
  std::nullptr_t refuse(std::string message);

  Node* new_node(NodeKind kind);
  Node* binary(NodeKind kind, Node* left, Node* right);

  Node* disjunction();
  Node* conjunction();
  Node* negation();
  Node* comparison();
  Node* comparison_tail(Node* left);
  Node* between(Node* left);
  Node* membership(Node* left);
  Node* primary();
  Node* parenthesised(Node* (Grammar::*inner)());
  Node* operand();
  Node* name_or_function();
  Node* function(const Token& name);
  // A condition where one must stand, an operand where one must stand; otherwise a syntax error
  // at the current token.
  bool require_condition(const Node* node);
  bool require_operand(const Node* node);

  Node* set_value();
  Node* set_term();
  bool section(ActionKind kind, UpdateTree& out);
  bool action(ActionKind kind, UpdateTree& out);
  [[nodiscard]] std::optional<ActionKind> section_keyword() const;

  bool path(Path& out);
  bool path_step(Path& out);
  bool list_index(Path& out);
  bool count_operator();

  std::string_view expression_;
  core::Arena& arena_;
  Token previous_;
  Token current_;
  int nesting_ = 0;
  std::size_t operators_ = 0;
  std::string fault_;
};

}  // namespace fogbank::emulators::dynamodb
