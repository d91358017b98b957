#include "certs/trust_variables.h"

#include <array>

namespace fogbank::certs {
namespace {

struct Variable {
  const char* name;
  std::string TrustFiles::*file;
};
// NODE_EXTRA_CA_CERTS adds to the roots that are compiled in, the others replace a bundle.
constexpr std::array<Variable, 3> kVariables = {{
    {"AWS_CA_BUNDLE", &TrustFiles::bundle},
    {"REQUESTS_CA_BUNDLE", &TrustFiles::bundle},
    {"NODE_EXTRA_CA_CERTS", &TrustFiles::root},
}};

bool sets_variable(std::string_view content, std::string_view name) {
  for (std::size_t at = content.find(name); at != std::string_view::npos;
       at = content.find(name, at + 1)) {
    const std::size_t line = at == 0 ? 0 : content.find_last_of('\n', at - 1) + 1;
    const std::string_view before = content.substr(line, at - line);
    const bool is_assigned = content.substr(at + name.size()).starts_with('=');
    if (is_assigned && (before.empty() || before == "export ")) return true;
  }
  return false;
}

}  // namespace

std::string profile_script(const TrustFiles& files) {
  std::string script =
      "# Written by \"fogbank trust install\", removed by \"fogbank trust remove\".\n";
  for (const Variable& variable : kVariables) {
    const std::string& file = files.*variable.file;
    script.append("if [ -r '").append(file).append("' ]; then export ").append(variable.name);
    script.append("=\"${").append(variable.name).append(":-").append(file).append("}\"; fi\n");
  }
  return script;
}

EnvironmentLines environment_lines(const TrustFiles& files, std::string_view existing) {
  EnvironmentLines result;
  for (const Variable& variable : kVariables) {
    if (sets_variable(existing, variable.name)) {
      result.kept.emplace_back(variable.name);
      continue;
    }
    result.lines.append(variable.name).append("=").append(files.*variable.file).append("\n");
  }
  return result;
}

}  // namespace fogbank::certs
