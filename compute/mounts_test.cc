#include "compute/mounts.h"

#include <doctest/doctest.h>

using fogbank::compute::with_plain_host_lookup;

TEST_CASE("host names are looked up in files and DNS, and all else as the host does") {
  struct Row {
    const char* name;
    const char* host;
    const char* inside;
  };
  const Row rows[] = {
      {"empty", "", "hosts: files dns\n"},
      {"resolved and mdns",
       "passwd: files systemd\nhosts: mymachines resolve dns\nnetworks: files\n",
       "passwd: files systemd\nnetworks: files\nhosts: files dns\n"},
      {"indented, twice", " hosts:\tmdns4\n#hosts: x\nhosts: y", "#hosts: x\nhosts: files dns\n"},
      {"no last newline", "group: files", "group: files\nhosts: files dns\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    CHECK(with_plain_host_lookup(row.host) == row.inside);
  }
}
