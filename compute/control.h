// The line between the caller and the processes it forked for a sandbox: SEQPACKET messages of a
// kind and a text, with descriptors where the kind has some. Both ends are one program.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/fd.h"
#include "core/result.h"

namespace fogbank::compute {

enum class Message : char {
  kUnshared = 'U',   // to the caller: the namespaces exist, map the users
  kMapped = 'M',     // to the holder: go on
  kListeners = 'L',  // to the caller, with descriptors
  kReady = 'R',      // to the caller: start() may be called
  kFailed = 'E',     // to the caller, with the reason
  kStart = 'S',      // to the first process inside: run the command
  kSignal = 'K',     // to the first process inside: one byte, the signal's number
};

struct Received {
  Message kind;
  std::string text;
  std::vector<core::UniqueFd> descriptors;
};

// Both ends, close-on-exec.
core::Result<std::pair<core::UniqueFd, core::UniqueFd>> open_control();
core::Result<void> send_message(int fd, Message kind, std::string_view text = {},
                                std::span<const core::UniqueFd> descriptors = {});
// Blocks. The other end's closing is an error.
core::Result<Received> receive_message(int fd);
// A message of the kind `wanted`; kFailed and any other kind are errors.
core::Result<Received> expect_message(int fd, Message wanted);

}  // namespace fogbank::compute
