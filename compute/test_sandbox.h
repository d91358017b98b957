// Sandboxes as the tests of this room make them.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compute/compute.h"
#include "tests/support/temp_dir.h"

namespace fogbank::compute {

constexpr int kTimeoutMs = 10'000;

inline core::SocketAddress at(std::string_view text) { return *core::SocketAddress::parse(text); }

inline std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

inline SandboxOptions shell(const std::string& script) {
  SandboxOptions out;
  out.command = {"sh", "-c", script};
  out.resolver = *core::IpAddress::parse("198.18.45.53");
  out.addresses = {*core::IpAddress::parse("198.18.45.1"), *core::IpAddress::parse("fd5e::1")};
  return out;
}

// Nothing, with the reason printed, where the host forbids user namespaces.
inline std::unique_ptr<Sandbox> make(const SandboxOptions& options) {
  auto out = Sandbox::create(options);
  if (out) return *std::move(out);
  const bool is_forbidden = out.error().message.find("forbids") != std::string::npos;
  REQUIRE_MESSAGE(is_forbidden, out.error().message);
  MESSAGE("skipped: " << out.error().message);
  return nullptr;
}

// Runs a shell script inside; standard output goes to `output`, if given.
inline std::optional<int> run(const std::string& script, std::string* output = nullptr) {
  const tests::TempDir directory;
  SandboxOptions options = shell("{ " + script + "\n} > " + directory.path("out") + " 2>&1");
  const auto sandbox = make(options);
  if (!sandbox) return std::nullopt;
  REQUIRE(sandbox->start());
  const auto code = sandbox->wait();
  REQUIRE(code);
  if (output != nullptr) *output = text_of(directory.path("out"));
  return *code;
}

}  // namespace fogbank::compute
