#include "aws/json_reader.h"

#include <bit>
#include <cstring>

namespace fogbank::aws {
namespace {

// Words are taken apart from their lowest byte on.
static_assert(std::endian::native == std::endian::little);
constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;

// Bytes of the word that are zero have their high bit set in the result; bytes above the first
// zero may be wrong, which matters to nobody who asks "any?".
constexpr uint64_t zero_bytes(uint64_t word) { return (word - kOnes) & ~word & kHighBits; }

// The high bits of bytes that are '"', '\\', a control character or not ASCII. The lowest bit set
// is exact.
constexpr uint64_t special_bytes(uint64_t word) {
  const uint64_t quote = zero_bytes(word ^ (kOnes * '"'));
  const uint64_t backslash = zero_bytes(word ^ (kOnes * '\\'));
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHighBits;
  return quote | backslash | control | (word & kHighBits);
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

char* write_utf8(uint32_t code, char* to) {
  const auto put = [&to](uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return to;
}

}  // namespace

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto continues = [&](std::size_t at, unsigned low, unsigned high) {
    return at < text.size() && byte(at) >= low && byte(at) <= high;
  };
  while (i < text.size()) {
    const unsigned first = byte(i);
    if (first < 0x80) {
      ++i;
    } else if (first >= 0xc2 && first <= 0xdf) {
      if (!continues(i + 1, 0x80, 0xbf)) return false;
      i += 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
      const unsigned high = first == 0xed ? 0x9f : 0xbf;
      if (!continues(i + 1, low, high) || !continues(i + 2, 0x80, 0xbf)) return false;
      i += 3;
    } else if (first >= 0xf0 && first <= 0xf4) {
      const unsigned low = first == 0xf0 ? 0x90 : 0x80;
      const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
      if (!continues(i + 1, low, high) || !continues(i + 2, 0x80, 0xbf) ||
          !continues(i + 3, 0x80, 0xbf)) {
        return false;
      }
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

JsonReader::Step JsonReader::step(char close) {
  skip_space();
  if (at_ == end_) return Step::kMalformed;
  if (*at_ == close) {
    ++at_;
    --depth_;
    is_first_ = false;
    return Step::kEnd;
  }
  if (!is_first_) {
    if (*at_ != ',') return Step::kMalformed;
    ++at_;
    skip_space();
    // A comma announces an element.
    if (at_ == end_ || *at_ == close) return Step::kMalformed;
  }
  is_first_ = false;
  return Step::kElement;
}

JsonReader::Step JsonReader::step_array() { return step(']'); }

JsonReader::Step JsonReader::step_object(std::string_view& key) {
  const Step what = step('}');
  if (what != Step::kElement) return what;
  if (*at_ != '"' || !read_string(key)) return Step::kMalformed;
  skip_space();
  if (at_ == end_ || *at_ != ':') return Step::kMalformed;
  ++at_;
  return Step::kElement;
}

bool JsonReader::read_string(std::string_view& out) {
  const char* start = ++at_;
  bool is_ascii = true;
  for (;;) {
    while (end_ - at_ >= 8) {
      uint64_t word = 0;
      std::memcpy(&word, at_, 8);
      const uint64_t special = special_bytes(word);
      at_ += special == 0 ? 8 : std::countr_zero(special) / 8;
      if (special != 0) break;
    }
    if (at_ == end_) return false;
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') break;
    if (c == '\\') return read_escaped(start, out);
    if (c < 0x20) return false;
    if (c >= 0x80) is_ascii = false;
    ++at_;
  }
  out = {start, static_cast<std::size_t>(at_ - start)};
  ++at_;
  return is_ascii || is_utf8(out);
}

// From the first backslash on; what lies before it is copied.
bool JsonReader::read_escaped(const char* start, std::string_view& out) {
  // Escapes are longer than what they stand for, so the text up to the quote is room enough.
  const char* close = at_;
  while (close != end_ && *close != '"') close += *close == '\\' && end_ - close > 1 ? 2 : 1;
  if (close == end_) return false;
  auto* const copy =
      static_cast<char*>(arena_.allocate(static_cast<std::size_t>(close - start), 1));
  char* to = copy;
  std::memcpy(to, start, static_cast<std::size_t>(at_ - start));
  to += at_ - start;
  while (at_ != close) {
    if (*at_ == '\\') {
      ++at_;
      if (!read_escape(to)) return false;
    } else if (static_cast<unsigned char>(*at_) < 0x20) {
      return false;
    } else {
      *to++ = *at_++;
    }
  }
  ++at_;
  out = {copy, static_cast<std::size_t>(to - copy)};
  return is_utf8(out);
}

bool JsonReader::read_escape(char*& to) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = *at_++;
  const std::size_t known = kLetters.find(letter);
  if (known != std::string_view::npos) {
    *to++ = kMeanings[known];
    return true;
  }
  uint32_t code = 0;
  if (letter != 'u' || !read_hex4(code)) return false;
  if (code >= 0xd800 && code <= 0xdbff) {
    uint32_t low = 0;
    if (left() < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
    at_ += 2;
    if (!read_hex4(low) || low < 0xdc00 || low > 0xdfff) return false;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xdc00 && code <= 0xdfff) {
    return false;
  }
  to = write_utf8(code, to);
  return true;
}

bool JsonReader::read_hex4(uint32_t& out) {
  if (left() < 4) return false;
  out = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = *at_++;
    uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A') + 10;
    } else {
      return false;
    }
    out = out << 4 | digit;
  }
  return true;
}

bool JsonReader::read_number(std::string_view& out) {
  const char* start = at_;
  const auto digits = [this] {
    const char* from = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != from;
  };
  if (at_ != end_ && *at_ == '-') ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return false;
  }
  out = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool JsonReader::read_literal(std::string_view literal) {
  if (left() < literal.size() || std::memcmp(at_, literal.data(), literal.size()) != 0) {
    return false;
  }
  at_ += literal.size();
  return true;
}

bool JsonReader::skip() {
  std::string_view text;
  switch (peek()) {
    case '"':
      return read_string(text);
    case 't':
      return read_literal("true");
    case 'f':
      return read_literal("false");
    case 'n':
      return read_literal("null");
    case '{':
      if (!enter()) return false;
      for (;;) {
        const Step what = step_object(text);
        if (what != Step::kElement) return what == Step::kEnd;
        if (!skip()) return false;
      }
    case '[':
      if (!enter()) return false;
      for (;;) {
        const Step what = step_array();
        if (what != Step::kElement) return what == Step::kEnd;
        if (!skip()) return false;
      }
    default:
      return read_number(text);
  }
}

bool JsonReader::skip(std::string_view& text) {
  peek();
  const char* start = at_;
  if (!skip()) return false;
  text = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

}  // namespace fogbank::aws
