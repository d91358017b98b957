// Words of the command line: options "--name value", "--name=value" and "--flag", then the rest.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace fogbank::app {

class Arguments final {
 public:
  // `valued` and `flags` are the options that are allowed, without dashes. Options end at "--"
  // or, with `stops_at_word`, at the first word that is none.
  enum class Stop : bool { kAtDoubleDash, kAtFirstWord };
  static core::Result<Arguments> parse(const std::vector<std::string>& words,
                                       std::initializer_list<std::string_view> valued,
                                       std::initializer_list<std::string_view> flags,
                                       Stop stop = Stop::kAtDoubleDash);

  [[nodiscard]] bool has(std::string_view flag) const { return options_.contains(flag); }
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

 private:
  std::map<std::string, std::string, std::less<>> options_;
  std::vector<std::string> words_;
};

}  // namespace fogbank::app
