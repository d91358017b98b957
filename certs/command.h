// Runs a program of the distribution and waits for it. For this room only.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace fogbank::certs {

// `arguments` starts with the program's absolute path. No shell, no input, a fixed PATH, killed
// with its children after two minutes. Error: it cannot be started, fails (with the end of its
// output) or takes too long.
core::Result<void> run_command(const std::vector<std::string>& arguments);

}  // namespace fogbank::certs
