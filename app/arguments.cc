#include "app/arguments.h"

#include <algorithm>

namespace fogbank::app {

core::Result<Arguments> Arguments::parse(const std::vector<std::string>& words,
                                         std::initializer_list<std::string_view> valued,
                                         std::initializer_list<std::string_view> flags,
                                         Stop stop) {
  Arguments out;
  std::size_t at = 0;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      ++at;
      break;
    }
    if (!word.starts_with("--")) {
      if (stop == Stop::kAtFirstWord) break;
      out.words_.push_back(word);
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (std::ranges::find(flags, name) != flags.end() && equals == std::string::npos) {
      out.options_[name] = "";
    } else if (std::ranges::find(valued, name) != valued.end()) {
      if (equals == std::string::npos && at + 1 == words.size()) {
        return core::Error{"option --" + name + " needs a value"};
      }
      out.options_[name] = equals == std::string::npos ? words[++at] : word.substr(equals + 1);
    } else {
      return core::Error{"unknown option " + word};
    }
  }
  out.words_.insert(out.words_.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return out;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto at = options_.find(option);
  if (at == options_.end()) return std::nullopt;
  return at->second;
}

}  // namespace fogbank::app
