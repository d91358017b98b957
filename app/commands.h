// The commands of the program, one file each. Every one takes the words behind its name and
// returns the exit status: 0 done, 1 failed (with the reason on standard error), 2 wrong usage.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "core/result.h"

namespace fogbank::app {

using Words = std::vector<std::string>;

int command_up(const Words& words);
int command_down(const Words& words);
int command_serve(const Words& words);
int command_supervise(const Words& words);
int command_run(const Words& words);
int command_status(const Words& words);
int command_trust(const Words& words);
int command_config(const Words& words);
int command_coverage(const Words& words);
int command_version(const Words& words);

// "fogbank: …" on standard error; the exit status for it.
int fail(const core::Error& error);
int fail_usage(const std::string& what, const std::string& command);

std::string netd_socket(const Config& config);
std::string netd_program();  // beside this program, or in ../libexec/fogbank

}  // namespace fogbank::app
