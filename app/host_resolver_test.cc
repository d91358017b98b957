#include "app/host_resolver.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "app/files.h"
#include "tests/support/temp_dir.h"

namespace fogbank::app {
namespace {

const std::vector<core::IpAddress> kOurs = {*core::IpAddress::parse("198.18.45.53")};

struct Fixture {
  tests::TempDir directory;
  HostResolver host{std::string(directory.path()) + "/resolv.conf",
                    std::string(directory.path()) + "/keep"};
};

TEST_CASE("a resolv.conf is replaced, its servers become forwarders, and it comes back exactly") {
  Fixture f;
  const std::string before = "search example.org\nnameserver 192.0.2.1\nnameserver fd00::1 # x\n";
  REQUIRE(write_file(f.host.resolv_conf, before, 0644));
  for (int repeat = 0; repeat < 2; ++repeat) {
    REQUIRE(redirect(f.host, kOurs));
    CHECK(*is_redirected(f.host));
    const auto ours = **read_file(f.host.resolv_conf);
    CHECK(ours.find("nameserver 198.18.45.53\n") != std::string::npos);
    CHECK(ours.find("search example.org\n") != std::string::npos);
    const auto forwarders = forwarders_of(f.host);
    REQUIRE(forwarders);
    REQUIRE(forwarders->size() == 2);
    CHECK((*forwarders)[1].text() == "[fd00::1]:53");
  }
  for (int repeat = 0; repeat < 2; ++repeat) {
    REQUIRE(restore(f.host));
    CHECK(**read_file(f.host.resolv_conf) == before);
  }
  CHECK(::access(f.host.keep.c_str(), F_OK) != 0);
}

TEST_CASE("a resolv.conf that is a symbolic link comes back as one") {
  Fixture f;
  const std::string target = std::string(f.directory.path()) + "/stub.conf";
  REQUIRE(write_file(target, "nameserver 127.0.0.53\n", 0644));
  REQUIRE(::symlink("stub.conf", f.host.resolv_conf.c_str()) == 0);
  REQUIRE(redirect(f.host, kOurs));
  CHECK(**read_file(target) == "nameserver 127.0.0.53\n");
  CHECK(forwarders_of(f.host)->at(0).text() == "127.0.0.53:53");
  REQUIRE(restore(f.host));
  char link[64] = {};
  REQUIRE(::readlink(f.host.resolv_conf.c_str(), link, sizeof link) > 0);
  CHECK(std::string(link) == "stub.conf");
}

TEST_CASE("a host without resolv.conf has none afterwards, and a foreign file is left alone") {
  Fixture f;
  REQUIRE(redirect(f.host, kOurs));
  REQUIRE(restore(f.host));
  CHECK_FALSE(read_file(f.host.resolv_conf)->has_value());
  REQUIRE(redirect(f.host, kOurs));
  REQUIRE(write_file(f.host.resolv_conf, "nameserver 192.0.2.9\n", 0644));
  REQUIRE(restore(f.host));
  CHECK(**read_file(f.host.resolv_conf) == "nameserver 192.0.2.9\n");
}

}  // namespace
}  // namespace fogbank::app
