// How a sandbox and its command begin, are told things, and end.
#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "compute/compute.h"
#include "compute/test_sandbox.h"
#include "tests/support/temp_dir.h"

using namespace fogbank;
using namespace fogbank::compute;

namespace {

std::string host_state() {
  std::string out = text_of("/proc/self/mountinfo") + text_of("/proc/net/fib_trie");
  return out + text_of("/etc/resolv.conf") + text_of("/etc/nsswitch.conf");
}

}  // namespace

TEST_CASE("the exit status of the command is that of the sandbox") {
  struct Row {
    const char* script;
    int code;
  };
  for (const Row& row : {Row{"true", 0},
                         {"exit 7", 7},
                         {"kill -9 $$", 137},
                         {"kill -15 $$", 143},
                         // A process left behind does not hold the sandbox.
                         {"sleep 1000 & exit 3", 3}}) {
    CAPTURE(std::string(row.script));
    const auto code = run(row.script);
    if (!code) return;
    CHECK(*code == row.code);
  }
}

TEST_CASE("a command that cannot be run answers 127 or 126, as a shell does") {
  for (const auto& [command, expected] : {std::pair{"/no/such/program", 127}, {"/etc", 126}}) {
    SandboxOptions options;
    options.command = {command};
    const auto sandbox = make(options);
    if (!sandbox) return;
    REQUIRE(sandbox->start());
    const auto code = sandbox->wait();
    REQUIRE(code);
    CHECK(*code == expected);
  }
}

TEST_CASE("a signal to the caller reaches the command") {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGWINCH}) {
    CAPTURE(signal);
    const tests::TempDir directory;
    const std::string fifo = directory.path("fifo");
    REQUIRE(::system(("mkfifo " + fifo).c_str()) == 0);
    SandboxOptions options = shell("trap 'exit 5' TERM INT HUP WINCH; echo > " + fifo +
                                   "; while :; do sleep 0.01; done");
    const auto sandbox = make(options);
    if (!sandbox) return;
    REQUIRE(sandbox->start());
    CHECK(text_of(fifo) == "\n");  // the trap is set
    ::kill(::getpid(), signal);
    const auto code = sandbox->wait();
    REQUIRE(code);
    CHECK(*code == 5);
  }
}

TEST_CASE("an interrupt of the terminal reaches the command once, and its lines do too") {
  int terminal = -1;
  const pid_t caller = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(caller >= 0);
  if (caller == 0) {
    SandboxOptions options;
    options.command = {"python3", "-c",
                       "import signal\n"
                       "signal.signal(signal.SIGINT, lambda *_: print('interrupted', flush=True))\n"
                       "print('ready', flush=True)\n"
                       "print('read', input(), flush=True)\n"};
    auto sandbox = Sandbox::create(options);
    if (!sandbox) ::_exit(99);
    const bool is_started = (*sandbox)->start().has_value();
    const auto code = (*sandbox)->wait();
    ::_exit(is_started && code ? *code : 98);
  }
  std::string output;
  const auto wait_for = [&](std::string_view text) {
    while (output.find(text) == std::string::npos) {
      char byte = 0;
      if (::read(terminal, &byte, 1) != 1) return;  // the terminal closes with its last user
      output += byte;
    }
  };
  wait_for("ready");
  CHECK(::write(terminal, "\x03", 1) == 1);
  wait_for("interrupted");
  CHECK(::write(terminal, "line\n", 5) == 5);
  wait_for("read line");
  wait_for("end of terminal");
  ::close(terminal);
  int status = 0;
  ::waitpid(caller, &status, 0);
  if (WEXITSTATUS(status) == 99) {
    MESSAGE("skipped: no sandbox could be made");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(output.find("interrupted") == output.rfind("interrupted"));
}

TEST_CASE("everything inside ends with the caller, however it ends") {
  const tests::TempDir directory;
  // The pipe's other end is held by the processes inside, and by them alone.
  std::array<int, 2> held{};
  REQUIRE(::pipe(held.data()) == 0);
  const pid_t caller = ::fork();
  REQUIRE(caller >= 0);
  if (caller == 0) {
    ::dup2(held[1], STDOUT_FILENO);
    ::close(held[0]);
    ::close(held[1]);
    const auto sandbox = Sandbox::create(shell("sleep 1000 & setsid sleep 1000 & echo; wait"));
    ::close(STDOUT_FILENO);
    if (!sandbox || !(*sandbox)->start()) ::_exit(1);
    for (;;) ::pause();
  }
  ::close(held[1]);
  pollfd waiting{held[0], POLLIN, 0};
  char byte = 0;
  REQUIRE(::poll(&waiting, 1, kTimeoutMs) == 1);
  const bool is_running = ::read(held[0], &byte, 1) == 1;
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  if (is_running) {
    REQUIRE(::poll(&waiting, 1, kTimeoutMs) == 1);
    CHECK(::read(held[0], &byte, 1) == 0);  // the last holder has gone
  } else {
    MESSAGE("skipped: no sandbox could be made");
  }
  ::close(held[0]);
}

TEST_CASE("ending the object ends the command, and the host is as it was") {
  const std::string before = host_state();
  {
    const auto sandbox = make(shell("sleep 1000"));
    if (!sandbox) return;
    REQUIRE(sandbox->start());
    CHECK(host_state() == before);
  }
  CHECK(host_state() == before);
}
