#include "app/host_resolver.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <sstream>

#include "app/files.h"

namespace fogbank::app {
namespace {

constexpr std::string_view kMark = "# Written by fogbank; `fogbank down` brings the old file back.";

// The kept file begins with one of these lines; what follows is the content or the link's target.
constexpr std::string_view kKeptFile = "file\n";
constexpr std::string_view kKeptLink = "link\n";
constexpr std::string_view kKeptNothing = "none\n";

std::string kept_path(const HostResolver& host) { return host.keep + "/resolv.conf"; }

core::Result<std::string> what_is_there(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
  if (n >= 0) {
    return std::string(kKeptLink) + std::string(target.data(), static_cast<std::size_t>(n));
  }
  auto content = read_file(path);
  if (!content) return content.error();
  if (!*content) return std::string(kKeptNothing);
  return std::string(kKeptFile) + **content;
}

std::vector<core::SocketAddress> nameservers_in(const std::string& text) {
  std::vector<core::SocketAddress> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, address;
    words >> key >> address;
    if (key != "nameserver") continue;
    if (const auto ip = core::IpAddress::parse(address)) out.push_back({*ip, 53});
  }
  return out;
}

}  // namespace

core::Result<bool> is_redirected(const HostResolver& host) {
  auto content = read_file(host.resolv_conf);
  if (!content) return content.error();
  return content->has_value() && (*content)->starts_with(kMark);
}

core::Result<std::vector<core::SocketAddress>> forwarders_of(const HostResolver& host) {
  const auto redirected = is_redirected(host);
  if (!redirected) return redirected.error();
  auto content = read_file(*redirected ? kept_path(host) : host.resolv_conf);
  if (!content) return content.error();
  if (!*content) return std::vector<core::SocketAddress>();
  if (*redirected && (*content)->starts_with(kKeptLink)) {
    std::string target = (*content)->substr(kKeptLink.size());
    if (!target.starts_with('/')) {
      target.insert(0, host.resolv_conf.substr(0, host.resolv_conf.rfind('/') + 1));
    }
    content = read_file(target);
    if (!content) return content.error();
    if (!*content) return std::vector<core::SocketAddress>();
  }
  return nameservers_in(**content);
}

core::Result<void> redirect(const HostResolver& host, const std::vector<core::IpAddress>& servers) {
  const auto redirected = is_redirected(host);
  if (!redirected) return redirected.error();
  std::string options;
  if (!*redirected) {
    const auto there = what_is_there(host.resolv_conf);
    if (!there) return there.error();
    if (auto made = make_directory(host.keep, 0755); !made) return made;
    if (auto kept = write_file(kept_path(host), *there, 0644); !kept) return kept;
  }
  // Search domains stay, so that short names resolve as before.
  if (auto before = read_file(host.resolv_conf); before && *before) {
    std::istringstream lines(**before);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("search ") || line.starts_with("domain ")) options += line + "\n";
    }
  }
  std::string ours = std::string(kMark) + "\n";
  for (const core::IpAddress& server : servers) ours += "nameserver " + server.text() + "\n";
  return write_file(host.resolv_conf, ours + options, 0644);
}

core::Result<void> restore(const HostResolver& host) {
  const auto redirected = is_redirected(host);
  if (!redirected) return redirected.error();
  const auto kept = read_file(kept_path(host));
  if (!kept) return kept.error();
  if (!*kept) return {};
  const std::string& text = **kept;
  if (*redirected) {
    if (text.starts_with(kKeptLink)) {
      const std::string target = text.substr(kKeptLink.size());
      const std::string temporary = host.resolv_conf + ".fogbank-new";
      ::unlink(temporary.c_str());
      if (::symlink(target.c_str(), temporary.c_str()) != 0 ||
          ::rename(temporary.c_str(), host.resolv_conf.c_str()) != 0) {
        return core::system_error("cannot restore " + host.resolv_conf, errno);
      }
    } else if (text.starts_with(kKeptNothing)) {
      ::unlink(host.resolv_conf.c_str());
    } else {
      auto written = write_file(host.resolv_conf, text.substr(kKeptFile.size()), 0644);
      if (!written) return written;
    }
  }
  ::unlink(kept_path(host).c_str());
  ::rmdir(host.keep.c_str());
  return {};
}

}  // namespace fogbank::app
