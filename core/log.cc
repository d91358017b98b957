#include "core/log.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace fogbank::core {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};

void append_time(std::string& line) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 40> text{};
  const auto n = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  line.append(text.data(), n);
  std::snprintf(text.data(), text.size(), ".%03dZ", static_cast<int>(now.tv_nsec / 1'000'000));
  line += text.data();
}

// Text a peer chose must not be able to forge a line or a field.
void append_quoted(std::string& line, std::string_view text) {
  bool plain = !text.empty();
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f) plain = false;
  }
  if (plain) {
    line += text;
    return;
  }
  constexpr char kHex[] = "0123456789abcdef";
  line += '"';
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (u < 0x20 || u == 0x7f) {
      line += "\\x";
      line += kHex[u >> 4];
      line += kHex[u & 15];
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void LogField::append_to(std::string& line) const {
  line += ' ';
  line += name_;
  line += '=';
  if (is_number_) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number_).ptr;
    line.append(digits.data(), end);
  } else {
    append_quoted(line, text_);
  }
}

void Log::write(LogLevel level, std::string_view event,
                std::initializer_list<LogField> fields) const {
  if (!is_enabled(level)) return;
  std::string line;
  line.reserve(256);
  line += "time=";
  append_time(line);
  line += " level=";
  line += kLevelNames[static_cast<std::size_t>(level)];
  line += " event=";
  line += event;
  for (const LogField& field : fields) field.append_to(line);
  line += '\n';
  // A log that cannot be written must not stop the product.
  [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
}

}  // namespace fogbank::core
