#include "certs/ca_bundles.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace fogbank::certs {
namespace {

// The order in which Go and others look.
constexpr const char* kSystemBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

constexpr const char* kHomes[] = {"/root", "/home/*"};

// Directories that hold Python packages.
constexpr const char* kSites[] = {
    "/usr/lib/python*/dist-packages",       "/usr/lib/python*/site-packages",
    "/usr/lib64/python*/site-packages",     "/usr/local/lib/python*/dist-packages",
    "/usr/local/lib/python*/site-packages", "/opt/*/lib/python*/site-packages",
    "/opt/*/*/lib/python*/site-packages",   "/srv/*/lib/python*/site-packages",
    "/srv/*/*/lib/python*/site-packages",
};
constexpr const char* kSitesOfHome[] = {
    "/.local/lib/python*/site-packages",
    "/.local/share/pipx/venvs/*/lib/python*/site-packages",
    "/.local/pipx/venvs/*/lib/python*/site-packages",
    "/.local/share/uv/tools/*/lib/python*/site-packages",
    "/.local/share/uv/python/*/lib/python*/site-packages",
    "/.pyenv/versions/*/lib/python*/site-packages",
    "/.virtualenvs/*/lib/python*/site-packages",
    "/venv/lib/python*/site-packages",
    "/.venv/lib/python*/site-packages",
    "/*/venv/lib/python*/site-packages",
    "/*/.venv/lib/python*/site-packages",
    "/*conda3/lib/python*/site-packages",
    "/*conda3/envs/*/lib/python*/site-packages",
};
constexpr const char* kSitesOfExtra[] = {
    "",
    "/lib/python*/site-packages",
    "/*/lib/python*/site-packages",
    "/*/venv/lib/python*/site-packages",
    "/*/.venv/lib/python*/site-packages",
};
constexpr const char* kBundlesOfSite[] = {
    "/certifi/cacert.pem",
    "/botocore/cacert.pem",
    "/awscli/botocore/cacert.pem",
    "/pip/_vendor/certifi/cacert.pem",
    "/botocore/vendored/requests/cacert.pem",
    "/boto/cacerts/cacerts.txt",
    "/httplib2/cacerts.txt",
    "/grpc/_cython/_credentials/roots.pem",
};
// Programs that bring their own Python, and conda's OpenSSL.
constexpr const char* kOtherBundles[] = {
    "/usr/local/aws-cli/v2/*/dist/awscli/botocore/cacert.pem",
    "/opt/*/v2/*/dist/awscli/botocore/cacert.pem",
    "/opt/*/ssl/cacert.pem",
};
constexpr const char* kOtherBundlesOfHome[] = {
    "/.local/aws-cli/v2/*/dist/awscli/botocore/cacert.pem",
    "/aws-cli/v2/*/dist/awscli/botocore/cacert.pem",
    "/*conda3/ssl/cacert.pem",
};
constexpr const char* kJavaKeyStores[] = {
    "/usr/lib/jvm/*/lib/security/cacerts",
    "/usr/lib/jvm/*/jre/lib/security/cacerts",
    "/opt/*/lib/security/cacerts",
    "/opt/*/jre/lib/security/cacerts",
    "/root/.sdkman/candidates/java/*/lib/security/cacerts",
    "/home/*/.sdkman/candidates/java/*/lib/security/cacerts",
};

std::string quoted(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

void add_matches(const std::string& pattern, std::vector<std::string>& found) {
  glob_t matches{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches) == 0) {
    for (std::size_t i = 0; i < matches.gl_pathc && found.size() < kBundlesMax; ++i) {
      found.emplace_back(matches.gl_pathv[i]);
    }
  }
  ::globfree(&matches);
}

std::vector<std::string> real_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (std::string file = real_file(path); !file.empty()) files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::vector<std::string> python_sites(const TrustPlaces& places) {
  const std::string prefix = quoted(places.root_prefix);
  std::vector<std::string> sites;
  for (const char* site : kSites) add_matches(prefix + site, sites);
  for (const char* home : kHomes) {
    for (const char* site : kSitesOfHome) add_matches(prefix + home + site, sites);
  }
  for (const std::string& directory : places.extra_directories) {
    for (const char* site : kSitesOfExtra) add_matches(quoted(directory) + site, sites);
  }
  return sites;
}

}  // namespace

std::string real_file(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> resolved(::realpath(path.c_str(), nullptr),
                                                          ::free);
  struct stat facts {};
  if (!resolved || ::stat(resolved.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  return resolved.get();
}

std::vector<std::string> system_bundles(const std::string& root_prefix) {
  std::vector<std::string> files;
  for (const char* bundle : kSystemBundles) {
    std::string file = real_file(root_prefix + bundle);
    if (file.empty() || std::find(files.begin(), files.end(), file) != files.end()) continue;
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> program_bundles(const TrustPlaces& places) {
  std::vector<std::string> candidates;
  const std::string prefix = quoted(places.root_prefix);
  for (const std::string& site : python_sites(places)) {
    for (const char* bundle : kBundlesOfSite) candidates.push_back(site + bundle);
  }
  for (const char* bundle : kOtherBundles) add_matches(prefix + bundle, candidates);
  for (const char* home : kHomes) {
    for (const char* bundle : kOtherBundlesOfHome) add_matches(prefix + home + bundle, candidates);
  }
  return real_files(candidates);
}

std::vector<std::string> java_key_stores(const std::string& root_prefix) {
  std::vector<std::string> candidates;
  for (const char* store : kJavaKeyStores) add_matches(quoted(root_prefix) + store, candidates);
  return real_files(candidates);
}

std::vector<std::string> find_ca_bundles(const TrustPlaces& places) {
  std::vector<std::string> files = system_bundles(places.root_prefix);
  for (std::string& file : program_bundles(places)) {
    if (std::find(files.begin(), files.end(), file) == files.end()) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

std::string combined_bundle(std::string_view existing, std::string_view root_pem) {
  std::string bundle(existing);
  if (!bundle.empty() && bundle.back() != '\n') bundle.push_back('\n');
  return bundle.append(root_pem);
}

}  // namespace fogbank::certs
