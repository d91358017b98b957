// SPDX-License-Identifier: GPL-2.0-or-later
// fogbank-netd as a child process of a test.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/fd.h"
#include "netfilter/netd/test_network.h"
#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

// A running fogbank-netd with a socket in a directory of its own; killed at the latest at the end.
class Netd final {
 public:
  explicit Netd(std::vector<std::string> more = {}) : arguments_(std::move(more)) { start(); }
  Netd(const Netd&) = delete;
  Netd& operator=(const Netd&) = delete;
  ~Netd() {
    if (pid_ > 0) (void)end(SIGKILL);
  }

  void start() {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) execute(ends[1]);
    ::close(ends[1]);
    log_.reset(ends[0]);
    wait_for("event=netd_ready");
  }
  // Its exit code, or 128 and the signal that ended it.
  int end(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  // Reads the log up to and including the line that contains `text`.
  void wait_for(const std::string& text) {
    std::string line;
    while (line.find(text) == std::string::npos) {
      line.clear();
      for (char c = 0; c != '\n'; line += c) {
        pollfd waiting{log_.get(), POLLIN, 0};
        REQUIRE(::poll(&waiting, 1, kTestTimeoutMs) == 1);
        REQUIRE_MESSAGE(::read(log_.get(), &c, 1) == 1, line);
      }
    }
  }
  [[nodiscard]] Client client() const {
    auto out = Client::connect(path());
    REQUIRE_MESSAGE(out, out.error().message);
    return *std::move(out);
  }
  [[nodiscard]] std::string path() const { return directory_.path("netd.sock"); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int clean() {
    return ::system((std::string(FOGBANK_NETD_PATH) + " --clean --socket " + path() +
                     " --pool 198.18.0.0/15 --pool fd5e::/16 --xtables-lock " + test_lock_path() +
                     " 2>/dev/null")
                        .c_str());
  }

 private:
  [[noreturn]] void execute(int log) {
    ::dup2(log, STDERR_FILENO);
    std::vector<std::string> all = {FOGBANK_NETD_PATH, "--socket",       path(),
                                    "--pool",          "198.18.0.0/15",  "--pool",
                                    "fd5e::/16",       "--xtables-lock", test_lock_path()};
    all.insert(all.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> raw;
    for (std::string& argument : all) raw.push_back(argument.data());
    raw.push_back(nullptr);
    ::execv(raw[0], raw.data());
    ::_exit(127);
  }

  tests::TempDir directory_;
  std::vector<std::string> arguments_;
  pid_t pid_ = -1;
  core::UniqueFd log_;
};

}  // namespace fogbank::netfilter
