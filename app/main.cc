#include <climits>
#include <cstdio>
#include <string_view>

#include <unistd.h>

#include "app/commands.h"
#include "app/version.h"

namespace fogbank::app {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Words&);
  std::string_view help;  // empty: not for people
};

constexpr Command kCommands[] = {
    {"up", &command_up, "make this machine believe AWS is here (root)"},
    {"down", &command_down, "undo everything that up did; --purge removes the state too (root)"},
    {"run", &command_run, "run a command in a sandbox where AWS is here and nothing else is"},
    {"status", &command_status, "what runs, how traffic is steered, what is trusted; --json"},
    {"trust", &command_trust, "install, remove or report the trust in the local CA; --json"},
    {"config", &command_config, "config show: the effective configuration"},
    {"coverage", &command_coverage, "which operations of which services are emulated; --json"},
    {"serve", &command_serve, "run the daemon in the foreground (systemd does)"},
    {"supervise", &command_supervise, ""},
    {"version", &command_version, "the version"},
};

constexpr std::string_view kIntroduction =
    "fogbank makes Linux programs believe that AWS is there: unmodified clients, no endpoint\n"
    "setting, certificates verified.\n\n"
    "  try it as any user:            fogbank run -- aws s3 mb s3://first\n"
    "  for the whole machine (root):  fogbank up      and back:  fogbank down\n\n"
    "usage: fogbank COMMAND [OPTIONS]      (fogbank COMMAND --help tells more)\n\n";

void print_help(std::FILE* out) {
  std::fprintf(out, "%s", std::string(kIntroduction).c_str());
  for (const Command& command : kCommands) {
    if (command.help.empty()) continue;
    std::fprintf(out, "  %-10s %s\n", std::string(command.name).c_str(),
                 std::string(command.help).c_str());
  }
}

}  // namespace

int fail(const core::Error& error) {
  std::fprintf(stderr, "fogbank: %s\n", error.message.c_str());
  return 1;
}

int fail_usage(const std::string& what, const std::string& command) {
  std::fprintf(stderr, "fogbank %s: %s; `fogbank %s --help` tells more\n", command.c_str(),
               what.c_str(), command.c_str());
  return 2;
}

std::string netd_socket(const Config& config) { return config.run + "/netd.sock"; }

std::string netd_program() {
  char path[PATH_MAX] = {};
  const ssize_t bytes = ::readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string self(path, bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  const std::string folder = self.substr(0, self.rfind('/'));
  const std::string beside = folder + "/fogbank-netd";
  if (::access(beside.c_str(), X_OK) == 0) return beside;
  return folder + "/../libexec/fogbank/fogbank-netd";
}

int command_version(const Words&) {
  std::printf("fogbank %s\n", std::string(kVersion).c_str());
  return 0;
}

int main_with(const Words& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print_help(words.empty() ? stderr : stdout);
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "--version") return command_version({});
  for (const Command& command : kCommands) {
    if (command.name == words[0]) return command.run(Words(words.begin() + 1, words.end()));
  }
  std::fprintf(stderr, "fogbank: unknown command \"%s\"; `fogbank help` lists them\n",
               words[0].c_str());
  return 2;
}

}  // namespace fogbank::app

int main(int count, char** arguments) {
  return fogbank::app::main_with(fogbank::app::Words(arguments + 1, arguments + count));
}
