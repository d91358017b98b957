// The distilled text form of an API model (models/README.md) in memory, overlay applied.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fogbank::modelc {

// Words of a line: `key` or `key=value`; values are unquoted, those of comma lists are not.
class Attributes final {
 public:
  void set(std::string key, std::string value) { words_[std::move(key)] = std::move(value); }
  void erase(const std::string& key) { words_.erase(key); }
  [[nodiscard]] bool has(const std::string& key) const { return words_.contains(key); }
  [[nodiscard]] std::string get(const std::string& key, std::string other = {}) const;
  [[nodiscard]] std::vector<std::string> list(const std::string& key) const;

 private:
  std::map<std::string, std::string> words_;
};

struct Member {
  std::string name;
  std::string shape;
  bool is_required = false;
  Attributes traits;
};

struct Shape {
  std::string kind;
  std::string name;
  Attributes traits;
  std::vector<Member> members;
};

struct Operation {
  std::string name;
  std::string method;
  std::string uri;
  Attributes traits;
};

struct Model {
  std::string name;
  Attributes service;
  std::map<std::string, Operation> operations;
  std::map<std::string, Shape> shapes;
  [[nodiscard]] const Shape& shape(const std::string& shape_name) const;
};

// Reads a model and then its overlay (an empty path means none). A line that cannot be understood
// ends the program with file and line.
[[nodiscard]] Model read_model(const std::string& name, const std::string& model_path,
                               const std::string& overlay_path);

// Ends the program.
[[noreturn]] void fail(const std::string& message);

}  // namespace fogbank::modelc
