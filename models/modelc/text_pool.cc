#include "models/modelc/text_pool.h"

namespace fogbank::modelc {
namespace {

// As it stands in a string literal; octal escapes end after three digits whatever follows.
std::string escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') return std::string("\\") + c;
  // A question mark may begin a trigraph.
  if (byte >= 0x20 && byte < 0x7f && c != '?') return std::string(1, c);
  return {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + ((byte >> 3) & 7)),
          static_cast<char>('0' + (byte & 7))};
}

}  // namespace

std::string TextPool::add(const std::string& text) {
  if (text.empty()) return "{}";
  const auto [at, is_new] = places_.try_emplace(text, all_.size());
  if (is_new) all_ += text;
  return "{" + std::to_string(at->second) + "," + std::to_string(text.size()) + "}";
}

std::string TextPool::definition() const {
  constexpr std::size_t kLineBytes = 96;
  std::string out = "constexpr char kPool[] =\n\"";
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (i > 0 && i % kLineBytes == 0) out += "\"\n\"";
    out += escaped(all_[i]);
  }
  return out + "\";\n";
}

}  // namespace fogbank::modelc
