#include "models/modelc/text_model.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

namespace fogbank::modelc {
namespace {

const std::set<std::string, std::less<>> kShapeKinds = {
    "structure", "union",  "string", "blob", "boolean",   "integer", "long",
    "float",     "double", "list",   "map",  "timestamp", "document"};
const std::set<std::string, std::less<>> kServiceWords = {
    "api",        "id",      "protocols",   "endpoint",        "signing",
    "json",       "target",  "namespace",   "querycompatible", "crc32",
    "bareerrors", "message", "errorprefix", "validation"};
const std::set<std::string, std::less<>> kTraits = {
    "element",        "keyname",      "valuename",    "min",         "max",
    "pattern",        "enum",         "of",           "key",         "value",
    "name",           "query",        "flat",         "stream",      "attribute",
    "sensitive",      "eventpayload", "eventheader",  "format",      "xmlns",
    "xmlprefix",      "uri",          "param",        "header",      "headers",
    "status",         "token",        "hostlabel",    "jsonvalue",   "deprecated",
    "exception",      "code",         "fault",        "eventstream", "event",
    "payload",        "input",        "inputname",    "output",      "wrapper",
    "errors",         "anonymous",    "unsignedbody", "host",        "checksumrequired",
    "checksummember", "readonly",     "idempotent",   "custom",      "fromurl",
    "root",           "bareoutput"};

// Where in which file, for messages.
struct Place {
  std::string path;
  int line = 0;
};

[[noreturn]] void fail_at(const Place& place, const std::string& message) {
  fail(place.path + ":" + std::to_string(place.line) + ": " + message);
}

// Splits at `separator` outside of quotes and parentheses.
std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      word += c;
      word += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (c == separator && !quoted && depth == 0) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    word += c;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// A bare word as it is; a JSON string decoded.
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    if (c == 'n')
      out += '\n';
    else if (c == 't')
      out += '\t';
    else if (c == 'r')
      out += '\r';
    else if (c == 'b')
      out += '\b';
    else if (c == 'f')
      out += '\f';
    else if (c == 'u') {
      append_utf8(out, static_cast<unsigned>(
                           std::strtoul(std::string(text.substr(i + 1, 4)).c_str(), nullptr, 16)));
      i += 4;
    } else {
      out += c;
    }
  }
  return out;
}

void apply_word(Attributes& traits, const std::string& word, const Place& place) {
  const bool removes = word[0] == '-';
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(removes ? 1 : 0, equals - (removes ? 1 : 0));
  if (!kTraits.contains(key)) fail_at(place, "unknown word " + key);
  if (removes) {
    traits.erase(key);
    return;
  }
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  const bool is_list = key == "enum" || key == "errors";
  traits.set(key, is_list ? value : unquoted(value));
}

Member parse_member(const std::string& word, const Place& place) {
  Member member;
  const std::size_t open = word.find('(');
  std::string head = word.substr(0, open);
  if (head.ends_with('!')) {
    member.is_required = true;
    head.pop_back();
  }
  const std::size_t colon = head.find(':');
  if (colon == std::string::npos) fail_at(place, "a member needs a type: " + word);
  member.name = head.substr(0, colon);
  member.shape = head.substr(colon + 1);
  if (open != std::string::npos) {
    for (const std::string& trait : split(word.substr(open + 1, word.size() - open - 2), ' ')) {
      apply_word(member.traits, trait, place);
    }
  }
  return member;
}

void parse_shape(Model& model, const std::vector<std::string>& words, const Place& place) {
  if (words.size() < 2) fail_at(place, "a shape needs a name");
  Shape shape{.kind = words[0], .name = words[1], .traits = {}, .members = {}};
  auto word = words.begin() + 2;
  for (; word != words.end() && *word != "|"; ++word) apply_word(shape.traits, *word, place);
  if (word != words.end()) ++word;
  for (; word != words.end(); ++word) shape.members.push_back(parse_member(*word, place));
  model.shapes[shape.name] = std::move(shape);
}

void parse_operation(Model& model, const std::vector<std::string>& words, const Place& place) {
  if (words.size() < 4) fail_at(place, "operation NAME METHOD URI ...");
  Operation operation{
      .name = words[1], .method = words[2], .uri = unquoted(words[3]), .traits = {}};
  for (auto word = words.begin() + 4; word != words.end(); ++word) {
    apply_word(operation.traits, *word, place);
  }
  model.operations[operation.name] = std::move(operation);
}

Attributes& changed_member(Model& model, const std::string& path, const Place& place) {
  const std::size_t dot = path.find('.');
  const auto shape = model.shapes.find(path.substr(0, dot));
  if (dot == std::string::npos || shape == model.shapes.end()) {
    fail_at(place, "no such member: " + path);
  }
  for (Member& member : shape->second.members) {
    if (member.name == path.substr(dot + 1)) return member.traits;
  }
  fail_at(place, "no such member: " + path);
}

Attributes& changed(Model& model, const std::vector<std::string>& words, const Place& place) {
  if (words.size() < 4) fail_at(place, "change operation|shape|member NAME WORD...");
  if (words[1] == "member") return changed_member(model, words[2], place);
  if (words[1] == "operation") {
    const auto found = model.operations.find(words[2]);
    if (found != model.operations.end()) return found->second.traits;
  }
  if (words[1] == "shape") {
    const auto found = model.shapes.find(words[2]);
    if (found != model.shapes.end()) return found->second.traits;
  }
  fail_at(place, "no such " + words[1] + ": " + words[2]);
}

void parse_line(Model& model, const std::string& line, const Place& place) {
  const std::vector<std::string> words = split(line, ' ');
  if (words.empty() || words[0][0] == '#') return;
  if (words[0] == "operation") return parse_operation(model, words, place);
  if (words[0] == "change") {
    Attributes& traits = changed(model, words, place);
    for (auto word = words.begin() + 3; word != words.end(); ++word) {
      apply_word(traits, *word, place);
    }
    return;
  }
  if (kShapeKinds.contains(words[0])) return parse_shape(model, words, place);
  if (!kServiceWords.contains(words[0])) fail_at(place, "unknown line " + words[0]);
  model.service.set(words[0], words.size() > 1 ? unquoted(words[1]) : "");
}

void read_file(Model& model, const std::string& path) {
  std::ifstream file(path);
  if (!file) fail("cannot read " + path);
  Place place{.path = path, .line = 0};
  for (std::string line; std::getline(file, line);) {
    ++place.line;
    parse_line(model, line, place);
  }
}

}  // namespace

void fail(const std::string& message) {
  std::fprintf(stderr, "modelc: %s\n", message.c_str());
  std::exit(1);
}

std::string Attributes::get(const std::string& key, std::string other) const {
  const auto found = words_.find(key);
  return found == words_.end() ? std::move(other) : found->second;
}

std::vector<std::string> Attributes::list(const std::string& key) const {
  std::vector<std::string> values = split(get(key), ',');
  for (std::string& value : values) value = unquoted(value);
  return values;
}

const Shape& Model::shape(const std::string& shape_name) const {
  const auto found = shapes.find(shape_name);
  if (found == shapes.end()) fail(name + ": no shape is called " + shape_name);
  return found->second;
}

Model read_model(const std::string& name, const std::string& model_path,
                 const std::string& overlay_path) {
  Model model;
  model.name = name;
  read_file(model, model_path);
  if (!overlay_path.empty()) read_file(model, overlay_path);
  return model;
}

}  // namespace fogbank::modelc
