#include "app/config.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

namespace fogbank::app {
namespace {

using core::Error;
using core::Result;

struct Choice {
  std::string_view name;
  int value;
};
constexpr Choice kLevels[] = {{"debug", 0}, {"info", 1}, {"warn", 2}, {"error", 3}};
constexpr Choice kModes[] = {{"auto", 0}, {"connected", 1}, {"isolated", 2}};
constexpr Choice kDurabilities[] = {{"strict", 0}, {"relaxed", 1}};
constexpr Choice kSteerings[] = {{"auto", 0}, {"nftables", 1}, {"iptables", 2}, {"direct", 3}};

// One key of the file: how its value is taken, and how the effective value is shown.
struct Key {
  const char* name;
  std::function<Result<void>(Config&, const YAML::Node&)> take;
  std::function<void(YAML::Emitter&, const Config&)> show;
};

Error wrong(std::string_view key, std::string_view expected) {
  return {std::string(key) + ": expected " + std::string(expected)};
}

template <std::size_t N>
Result<int> choose(const char* key, const YAML::Node& node, const Choice (&choices)[N]) {
  std::string all;
  for (const Choice& choice : choices) {
    if (node.IsScalar() && node.Scalar() == choice.name) return choice.value;
    if (!all.empty()) all += ", ";
    all += choice.name;
  }
  return wrong(key, "one of " + all);
}

template <std::size_t N>
std::string name_of(int value, const Choice (&choices)[N]) {
  for (const Choice& choice : choices) {
    if (choice.value == value) return std::string(choice.name);
  }
  return {};
}

Key text_key(const char* name, std::string Config::*member, std::string_view expected,
             bool (*is_valid)(const std::string&)) {
  return {name,
          [=](Config& config, const YAML::Node& node) -> Result<void> {
            if (!node.IsScalar() || !is_valid(node.Scalar())) return wrong(name, expected);
            config.*member = node.Scalar();
            return {};
          },
          [=](YAML::Emitter& out, const Config& config) {
            out << YAML::DoubleQuoted << config.*member;
          }};
}

template <std::size_t N>
Key choice_text_key(const char* name, std::string Config::*member, const Choice (&choices)[N]) {
  return {name,
          [=, &choices](Config& config, const YAML::Node& node) -> Result<void> {
            const auto chosen = choose(name, node, choices);
            if (!chosen) return chosen.error();
            config.*member = node.Scalar();
            return {};
          },
          [=](YAML::Emitter& out, const Config& config) { out << config.*member; }};
}

template <class Number>
Key number_key(const char* name, Number Config::*member, int64_t least, int64_t most) {
  return {name,
          [=](Config& config, const YAML::Node& node) -> Result<void> {
            int64_t value = 0;
            if (!node.IsScalar() || !YAML::convert<int64_t>::decode(node, value) || value < least ||
                value > most) {
              return wrong(name, "a number from " + std::to_string(least) + " to " +
                                     std::to_string(most));
            }
            config.*member = static_cast<Number>(value);
            return {};
          },
          [=](YAML::Emitter& out, const Config& config) {
            out << static_cast<int64_t>(config.*member);
          }};
}

bool is_account(const std::string& text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
}
bool is_path(const std::string& text) { return text.size() > 1 && text[0] == '/'; }
bool is_user(const std::string& text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}
bool is_v4(const std::string& text) {
  const auto ip = core::IpAddress::parse(text);
  return ip && ip->is_v4() && (ip->v4_host_order() & 0x1ffff) == 0;
}
bool is_v6(const std::string& text) {
  const auto ip = core::IpAddress::parse(text);
  return ip && !ip->is_v4();
}

Result<void> take_forwarders(Config& config, const YAML::Node& node) {
  config.forwarders.clear();
  if (!node.IsSequence()) return wrong("forwarders", "a list of addresses");
  for (const auto& item : node) {
    if (!item.IsScalar()) return wrong("forwarders", "a list of addresses");
    if (const auto ip = core::IpAddress::parse(item.Scalar())) {
      config.forwarders.push_back({*ip, 53});
    } else if (const auto address = core::SocketAddress::parse(item.Scalar())) {
      config.forwarders.push_back(*address);
    } else {
      return wrong("forwarders", "addresses such as 192.0.2.53 or [2001:db8::53]:5353");
    }
  }
  return {};
}

Result<void> take_admin(Config& config, const YAML::Node& node) {
  const auto address = node.IsScalar() ? core::SocketAddress::parse(node.Scalar()) : std::nullopt;
  const bool is_local =
      address && (address->ip.is_v4() ? address->ip.v4_host_order() >> 24 == 127
                                      : address->ip == *core::IpAddress::parse("::1"));
  if (!is_local) return wrong("admin", "a loopback address and port, such as 127.0.0.1:4590");
  config.admin = *address;
  return {};
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      text_key("account", &Config::account, "12 digits, in quotes", is_account),
      text_key("state", &Config::state, "an absolute path", is_path),
      text_key("run", &Config::run, "an absolute path", is_path),
      text_key("user", &Config::user, "a user name", is_user),
      choice_text_key("durability", &Config::durability, kDurabilities),
      choice_text_key("steering", &Config::steering, kSteerings),
      {"resolver",
       [](Config& config, const YAML::Node& node) -> Result<void> {
         const auto mode = choose("resolver", node, kModes);
         if (!mode) return mode.error();
         config.resolver_mode = static_cast<ResolverMode>(*mode);
         return {};
       },
       [](YAML::Emitter& out, const Config& config) {
         out << name_of(static_cast<int>(config.resolver_mode), kModes);
       }},
      {"forwarders", take_forwarders,
       [](YAML::Emitter& out, const Config& config) {
         out << YAML::Flow << YAML::BeginSeq;
         for (const auto& forwarder : config.forwarders) out << forwarder.text();
         out << YAML::EndSeq;
       }},
      text_key("vip_v4", &Config::vip_v4, "the first address of an IPv4 /15", is_v4),
      text_key("vip_v6", &Config::vip_v6, "the first address of an IPv6 /64", is_v6),
      number_key("tls_port", &Config::tls_port, 1024, 65535),
      number_key("plain_port", &Config::plain_port, 1024, 65535),
      {"admin", take_admin,
       [](YAML::Emitter& out, const Config& config) { out << config.admin.text(); }},
      number_key("loops", &Config::loops, 0, 256),
      {"log_level",
       [](Config& config, const YAML::Node& node) -> Result<void> {
         const auto level = choose("log_level", node, kLevels);
         if (!level) return level.error();
         config.log_level = static_cast<core::LogLevel>(*level);
         return {};
       },
       [](YAML::Emitter& out, const Config& config) {
         out << name_of(static_cast<int>(config.log_level), kLevels);
       }},
  };
  return all;
}

Result<void> take_all(Config& config, const YAML::Node& root, const std::string& name) {
  if (root.IsNull()) return {};
  if (!root.IsMap()) return Error{name + ": expected keys and values at the top level"};
  for (const auto& entry : root) {
    const std::string where = name + ":" + std::to_string(entry.first.Mark().line + 1) + ": ";
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const Key* known = nullptr;
    for (const Key& candidate : keys()) {
      if (key == candidate.name) known = &candidate;
    }
    if (known == nullptr) {
      return Error{where + "unknown key \"" + key + "\"; `fogbank config show` lists all keys"};
    }
    if (auto taken = known->take(config, entry.second); !taken) {
      return Error{where + taken.error().message};
    }
  }
  return {};
}

}  // namespace

Config::Config() : admin{core::IpAddress::v4(0x7f000001), 4590} {}

Result<Config> parse_config(const std::string& yaml, const std::string& name) {
  Config config;
  // yaml-cpp reports bad input by exception only; this is where they end.
  try {
    if (auto taken = take_all(config, YAML::Load(yaml), name); !taken) return taken.error();
  } catch (const YAML::Exception& failure) {
    return Error{name + ":" + std::to_string(failure.mark.line + 1) + ": " + failure.msg};
  }
  return config;
}

Result<Config> load_config(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (path == kDefaultConfigPath && errno == ENOENT) return Config();
    return core::system_error("cannot read the configuration " + path, errno);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse_config(text.str(), path);
}

std::string to_yaml(const Config& config) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  for (const Key& key : keys()) {
    out << YAML::Key << key.name << YAML::Value;
    key.show(out, config);
  }
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace fogbank::app
