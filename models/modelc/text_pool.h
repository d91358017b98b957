// The texts of a model in one string, referred to by offset (aws::PoolText).
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace fogbank::modelc {

class TextPool final {
 public:
  // The initialiser of an aws::PoolText: "{offset,bytes}". Equal texts are kept once.
  std::string add(const std::string& text);
  // The C++ definition of the constant kPool.
  [[nodiscard]] std::string definition() const;

 private:
  std::string all_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace fogbank::modelc
