// What a command meets inside a sandbox.
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "compute/compute.h"
#include "compute/test_sandbox.h"
#include "tests/support/network_namespace.h"
#include "tests/support/temp_dir.h"

using namespace fogbank;
using namespace fogbank::compute;

namespace {

core::UniqueFd accept_from(const core::UniqueFd& listener) {
  pollfd waiting{listener.get(), POLLIN, 0};
  REQUIRE(::poll(&waiting, 1, kTimeoutMs) == 1);
  return core::UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

core::SocketAddress own_address(const core::UniqueFd& fd) {
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&raw), &size) == 0);
  return *core::SocketAddress::from(raw);
}

}  // namespace

TEST_CASE("a connection to any address reaches the listener, which learns the address") {
  SandboxOptions options;
  options.command = {"python3", "-c",
                     "import socket\n"
                     "socket.create_connection(('52.94.5.1', 443)).recv(1)\n"
                     "socket.create_connection(('2600:9000::1', 443)).recv(1)\n"
                     "u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                     "u.sendto(b'?', ('8.8.8.8', 53))\n"};
  core::ListenRequest dns{at("0.0.0.0:53"), core::Transport::kUdp};
  dns.packet_info = true;
  options.listeners = {{at("0.0.0.0:443")}, {at("[::]:443")}, dns};
  const auto sandbox = make(options);
  if (!sandbox) return;
  REQUIRE(sandbox->listeners().size() == 3);
  REQUIRE(sandbox->start());
  CHECK(own_address(accept_from(sandbox->listeners()[0])) == at("52.94.5.1:443"));
  CHECK(own_address(accept_from(sandbox->listeners()[1])) == at("[2600:9000::1]:443"));
  pollfd query{sandbox->listeners()[2].get(), POLLIN, 0};
  CHECK(::poll(&query, 1, kTimeoutMs) == 1);
  const auto code = sandbox->wait();
  REQUIRE(code);
  CHECK(*code == 0);
}

TEST_CASE("what no listener serves is refused at once, and no other network exists") {
  std::string output;
  const auto code =
      run("python3 - <<'END'\n"
          "import errno, socket, fcntl\n"
          "print([name for _, name in socket.if_nameindex()])\n"
          "for family, host in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET6, '2001:db8::1')):\n"
          "  s = socket.socket(family)\n"
          "  print(errno.errorcode[s.connect_ex((host, 80))])\n"
          "  u = socket.socket(family, socket.SOCK_DGRAM)\n"
          "  u.connect((host, 123)); u.send(b'x'); u.settimeout(5)\n"
          "  try: u.recv(1)\n"
          "  except OSError as e: print(errno.errorcode[e.errno])\n"
          "END",
          &output);
  if (!code) return;
  CHECK(output == "['lo']\nECONNREFUSED\nECONNREFUSED\nECONNREFUSED\nECONNREFUSED\n");
}

TEST_CASE("addresses on lo make getaddrinfo answer both families") {
  std::string output;
  const auto code =
      run("python3 -c \"import socket\n"
          "for host in ('192.0.2.1', '2001:db8::1'):\n"
          "  print(socket.getaddrinfo(host, 443, flags=socket.AI_ADDRCONFIG)[0][4][0])\"",
          &output);
  if (!code) return;
  CHECK(output == "192.0.2.1\n2001:db8::1\n");
}

TEST_CASE("the command runs as the calling user, in its directory and environment") {
  ::setenv("FOGBANK_TEST_KEPT", "kept", 1);
  ::setenv("FOGBANK_TEST_REMOVED", "x", 1);
  const tests::TempDir directory;
  SandboxOptions options = shell(
      "echo $(id -u) $(id -g) $(pwd) $FOGBANK_TEST_KEPT ${FOGBANK_TEST_REMOVED-none}"
      " $FOGBANK_TEST_SET > " +
      directory.path("out"));
  options.environment = {{"FOGBANK_TEST_SET", "set"}, {"FOGBANK_TEST_REMOVED", std::nullopt}};
  const auto sandbox = make(options);
  if (!sandbox) return;
  REQUIRE(sandbox->start());
  REQUIRE(sandbox->wait());
  std::array<char, 4096> here{};
  REQUIRE(::getcwd(here.data(), here.size()) != nullptr);
  CHECK(text_of(directory.path("out")) == std::to_string(::getuid()) + " " +
                                              std::to_string(::getgid()) + " " + here.data() +
                                              " kept none set\n");
}

TEST_CASE("names are asked of the sandbox's resolver only") {
  std::string output;
  const auto code = run("cat /etc/resolv.conf; grep hosts: /etc/nsswitch.conf", &output);
  if (!code) return;
  CHECK(output.find("nameserver 198.18.45.53\n") == 0);
  CHECK(output.find("hosts: files dns\n") != std::string::npos);
  CHECK(output.find("nameserver", 1) == std::string::npos);
}

TEST_CASE("overlays replace files, masks hide paths, and neither can be written or undone") {
  const tests::TempDir directory;
  write_text(directory.path("bundle.pem"), "host\n");
  write_text(directory.path("ours.pem"), "ours\n");
  write_text(directory.path("socket"), "secret\n");
  REQUIRE(::symlink("bundle.pem", directory.path("link.pem").c_str()) == 0);
  SandboxOptions options = shell(
      "cd " + directory.path() +
      "; exec > out 2>&1; cat bundle.pem link.pem; (echo evil > bundle.pem) || echo read-only;"
      " umount bundle.pem; umount -l socket; cat socket; cat bundle.pem");
  options.overlays = {{directory.path("link.pem"), directory.path("ours.pem")}};
  options.masks = {directory.path("socket"), "/no/such/path"};
  const auto sandbox = make(options);
  if (!sandbox) return;
  REQUIRE(sandbox->start());
  REQUIRE(sandbox->wait());
  const std::string output = text_of(directory.path("out"));
  CHECK(output.find("ours\nours\n") == 0);
  CHECK(output.find("read-only\n") != std::string::npos);
  CHECK(output.ends_with("ours\n"));
  CHECK(output.find("secret") == std::string::npos);
  CHECK(text_of(directory.path("bundle.pem")) == "host\n");
  CHECK(text_of(directory.path("ours.pem")) == "ours\n");
}

TEST_CASE("an overlay over a missing file, or of one, is an error that names it") {
  for (const auto& overlay :
       {FileOverlay{"/etc/no-such-bundle.pem", "/etc/passwd"}, {"/etc/passwd", "/no/such/file"}}) {
    SandboxOptions options = shell("true");
    options.overlays = {overlay};
    const auto sandbox = Sandbox::create(options);
    REQUIRE_FALSE(sandbox);
    if (sandbox.error().message.find("forbids") != std::string::npos) return;
    CHECK(sandbox.error().message.find("/no") != std::string::npos);
  }
}

TEST_CASE("sockets that no network namespace holds back cannot be made") {
  std::string output;
  const auto code =
      run("python3 - <<'END'\n"
          "import ctypes, errno, socket\n"
          "libc = ctypes.CDLL(None, use_errno=True)\n"
          "for family in (40, 31, 44, 45, 46, 63, 64, 200, 1 << 32 | 40):\n"
          "  print(libc.syscall(41, ctypes.c_long(family), 1, 0),"
          " errno.errorcode[ctypes.get_errno()])\n"
          "print(libc.syscall(425, 1, 0), errno.errorcode[ctypes.get_errno()])\n"
          "for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):\n"
          "  socket.socket(family).close()\n"
          "END",
          &output);
  if (!code) return;
  CHECK(*code == 0);
  std::string expected;
  for (int i = 0; i < 9; ++i) expected += "-1 EAFNOSUPPORT\n";
  CHECK(output == expected + "-1 ENOSYS\n");
}

TEST_CASE("the command sees its own processes only, and has no power over the network") {
  std::string output;
  const auto code =
      run("ls /proc | grep -c '^[0-9]'; ip link set lo down 2>/dev/null && echo changed; "
          "ip address add 10.0.0.1/32 dev lo 2>/dev/null && echo changed; "
          "grep -E '^(NoNewPrivs|CapBnd)' /proc/self/status",
          &output);
  if (!code) return;
  CHECK(output.find("changed") == std::string::npos);
  CHECK(output.find("NoNewPrivs:\t1") != std::string::npos);
  // Neither CAP_NET_ADMIN (12) nor CAP_SYS_ADMIN (21).
  CHECK(output.find("CapBnd:\t00000000800405fb") != std::string::npos);
  CHECK(std::stoi(output) <= 6);
}

TEST_CASE("the settings of the machine cannot be changed, by root neither") {
  std::string output;
  const auto code =
      run("for f in /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/kernel/mm/ksm/run; do\n"
          "  (echo > $f) && echo written; done; mount -o remount,rw /sys && echo remounted; true",
          &output);
  if (!code) return;
  CHECK(output.find("written") == std::string::npos);
  CHECK(output.find("remounted") == std::string::npos);
}

TEST_CASE("a host that forbids user namespaces is named, with what mends it") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (tests::enter_user_namespace() ||
        !tests::write_file("/proc/sys/user/max_user_namespaces", "0")) {
      ::_exit(2);
    }
    const auto sandbox = Sandbox::create(shell("true"));
    const std::string told = sandbox ? "" : sandbox.error().message;
    ::_exit(told.find("set user.max_user_namespaces") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 2) {
    MESSAGE("skipped: no user namespace could be made to forbid another in");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a sandbox holds its limits") {
  for (const std::size_t count : {SandboxOptions::kListenersMax - 1, SandboxOptions::kListenersMax,
                                  SandboxOptions::kListenersMax + 1}) {
    SandboxOptions options = shell("true");
    for (std::size_t i = 0; i < count; ++i) options.listeners.push_back({at("0.0.0.0:0")});
    const auto sandbox = Sandbox::create(options);
    if (!sandbox && sandbox.error().message.find("forbids") != std::string::npos) return;
    CAPTURE(count);
    CHECK(sandbox.has_value() == (count <= SandboxOptions::kListenersMax));
    if (sandbox) CHECK((*sandbox)->listeners().size() == count);
  }
  SandboxOptions options = shell("true");
  options.addresses.assign(SandboxOptions::kAddressesMax + 1, core::IpAddress());
  CHECK_FALSE(Sandbox::create(options));
  options = shell("true");
  options.overlays.resize(SandboxOptions::kOverlaysMax + 1);
  CHECK_FALSE(Sandbox::create(options));
  CHECK_FALSE(Sandbox::create({}));
}

TEST_CASE("a listener that cannot be made is named") {
  SandboxOptions options = shell("true");
  options.listeners = {{at("0.0.0.0:443")}, {at("0.0.0.0:443")}};
  const auto sandbox = Sandbox::create(options);
  REQUIRE_FALSE(sandbox);
  if (sandbox.error().message.find("forbids") != std::string::npos) return;
  CHECK(sandbox.error().message.find("cannot listen on 0.0.0.0:443/tcp") != std::string::npos);
}
