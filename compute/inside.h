// The processes that create() forks: the holder, which makes the namespaces, and the first process
// inside them, which runs the command and reaps what it leaves.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "compute/compute.h"
#include "core/fd.h"

namespace fogbank::compute {

struct InsideLinks {
  core::UniqueFd control;      // this side's end
  pid_t caller = -1;           // ends when it ends
  sigset_t command_signals{};  // the mask the command starts with
};

// The life of the holder; its exit code is that of sandbox.wait().
[[noreturn]] void run_holder(const SandboxOptions& options, InsideLinks links);

}  // namespace fogbank::compute
