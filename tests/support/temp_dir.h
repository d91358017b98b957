// A folder of a test's own, removed with all that is in it at the end of the test.
#pragma once

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "core/check.h"

namespace fogbank::tests {

class TempDir final {
 public:
  TempDir() {
    const char* parent = ::getenv("TMPDIR");
    path_ = std::string(parent != nullptr ? parent : "/tmp") + "/fogbank-test-XXXXXX";
    core::check(::mkdtemp(path_.data()) != nullptr, "the folder for temporary files is writable");
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    constexpr int kOpenFoldersMax = 16;
    ::nftw(path_.c_str(), &remove_entry, kOpenFoldersMax, FTW_DEPTH | FTW_PHYS);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  static int remove_entry(const char* path, const struct stat*, int, struct FTW*) noexcept {
    return ::remove(path);
  }
  std::string path_;
};

}  // namespace fogbank::tests
