#include "emulators/dynamodb/expressions/parser.h"

#include "core/text.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/expressions/faults.h"
#include "emulators/dynamodb/expressions/grammar.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

aws::AwsError invalid(std::string_view parameter, std::string_view message) {
  return validation("Invalid " + std::string(parameter) + ": " + std::string(message));
}

// Empty: the text may be parsed.
std::string refusal_of_text(std::string_view expression) {
  if (expression.size() > kExpressionBytesMax) {
    return "Expression size has exceeded the maximum allowed size; expression size: " +
           std::to_string(expression.size());
  }
  if (read_token(expression, 0).kind == TokenKind::kEnd) return "The expression can not be empty;";
  return {};
}

}  // namespace

Parsed<Node*> parse_condition(std::string_view parameter, std::string_view expression,
                              Placeholders& placeholders, core::Arena& arena) {
  const std::string refusal = refusal_of_text(expression);
  if (!refusal.empty()) return invalid(parameter, refusal);
  Grammar grammar(expression, arena);
  Node* root = grammar.condition();
  if (root == nullptr) return invalid(parameter, grammar.fault());
  Faults faults;
  check_condition(*root, placeholders, faults);
  const std::string fault = faults.first();
  if (!fault.empty()) return invalid(parameter, fault);
  return root;
}

Parsed<UpdateTree> parse_update(std::string_view expression, Placeholders& placeholders,
                                core::Arena& arena) {
  constexpr std::string_view kParameter = "UpdateExpression";
  const std::string refusal = refusal_of_text(expression);
  if (!refusal.empty()) return invalid(kParameter, refusal);
  Grammar grammar(expression, arena);
  UpdateTree tree;
  if (!grammar.update(tree)) return invalid(kParameter, grammar.fault());
  Faults faults;
  check_update(tree, placeholders, arena, faults);
  const std::string fault = faults.first();
  if (!fault.empty()) return invalid(kParameter, fault);
  return tree;
}

Parsed<aws::List<Path>> parse_projection(std::string_view expression, Placeholders& placeholders,
                                         core::Arena& arena) {
  constexpr std::string_view kParameter = "ProjectionExpression";
  const std::string refusal = refusal_of_text(expression);
  if (!refusal.empty()) return invalid(kParameter, refusal);
  Grammar grammar(expression, arena);
  aws::List<Path> paths;
  if (!grammar.projection(paths)) return invalid(kParameter, grammar.fault());
  Faults faults;
  for (Path& path : paths) resolve_path(path, placeholders, faults);
  check_paths(paths, faults);
  const std::string fault = faults.first();
  if (!fault.empty()) return invalid(kParameter, fault);
  return paths;
}

}  // namespace fogbank::emulators::dynamodb
