// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include <cstdio>
#include <string_view>
#include <vector>

#include "netfilter/netd/netd.h"

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const auto options = fogbank::netfilter::parse_options(arguments);
  if (!options) {
    std::fprintf(stderr, "%s\n", options.error().message.c_str());
    return 2;
  }
  if (options->action == fogbank::netfilter::Options::Action::kHelp) {
    std::fputs(fogbank::netfilter::usage().data(), stdout);
    return 0;
  }
  fogbank::core::Log log(STDERR_FILENO, fogbank::core::LogLevel::kInfo);
  if (auto ran = fogbank::netfilter::run_netd(*options, log); !ran) {
    log.error("netd_failed", {{"reason", ran.error().message}});
    return 1;
  }
  return 0;
}
