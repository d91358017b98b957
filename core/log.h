// Structured log: one line per event, a constant event name and fields (docs/logging.md).
// Never log authorization headers, signatures, keys, secrets or bodies.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace fogbank::core {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };

// A name and a value that lives for the call.
class LogField final {
 public:
  LogField(std::string_view name, std::string_view value) : name_(name), text_(value) {}
  LogField(std::string_view name, const char* value) : name_(name), text_(value) {}
  LogField(std::string_view name, const std::string& value) : name_(name), text_(value) {}
  template <std::integral Number>
  LogField(std::string_view name, Number number)
      : name_(name), number_(static_cast<int64_t>(number)), is_number_(true) {}

  void append_to(std::string& line) const;

 private:
  std::string_view name_;
  std::string_view text_;
  int64_t number_ = 0;
  bool is_number_ = false;
};

// Writes "time=… level=… event=… field=value …" lines to a descriptor with one write(2) each.
// Thread-safe.
class Log final {
 public:
  // `fd` must stay open for the log's life; lines below `least` are dropped.
  Log(int fd, LogLevel least) : fd_(fd), least_(least) {}

  [[nodiscard]] bool is_enabled(LogLevel level) const { return level >= least_; }
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;
  void debug(std::string_view event, std::initializer_list<LogField> fields) const {
    if (is_enabled(LogLevel::kDebug)) write(LogLevel::kDebug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields) const {
    if (is_enabled(LogLevel::kInfo)) write(LogLevel::kInfo, event, fields);
  }
  void warn(std::string_view event, std::initializer_list<LogField> fields) const {
    if (is_enabled(LogLevel::kWarn)) write(LogLevel::kWarn, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::kError, event, fields);
  }

 private:
  int fd_;
  LogLevel least_;
};

}  // namespace fogbank::core
