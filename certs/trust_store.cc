#include "certs/trust_store.h"

#include <unistd.h>

#include <vector>

#include "certs/command.h"
#include "certs/files.h"

namespace fogbank::certs {
namespace {

constexpr std::size_t kSettingsBytesMax = 1024 * 1024;
constexpr const char* kDebianSettings = "/etc/ca-certificates.conf";

// The tool's own options for another root; "--sysroot" makes links that point into it.
std::vector<std::string> debian_command(const TrustStore& store, const std::string& settings) {
  const std::string& prefix = store.root_prefix;
  return {"/usr/sbin/update-ca-certificates",
          "--certsconf",
          settings,
          "--certsdir",
          prefix + "/usr/share/ca-certificates",
          "--localcertsdir",
          prefix + "/usr/local/share/ca-certificates",
          "--etccertsdir",
          prefix + "/etc/ssl/certs",
          "--hooksdir",
          prefix + "/etc/ca-certificates/update.d"};
}

core::Result<void> rebuild_red_hat(const TrustStore& store) {
  if (!store.root_prefix.empty()) {
    return core::Error{"certs: update-ca-trust works on the running system only"};
  }
  return run_command({"/usr/bin/update-ca-trust", "extract"});
}

// Deleting the anchor alone leaves links behind and tells no hook (Java's key store) that the
// certificate is gone. A settings line "!name" does both, so the tool gets a copy with that line.
core::Result<void> rebuild_debian_without(const TrustStore& store,
                                          const std::string& scratch_directory) {
  auto settings = read_file_if_any(store.root_prefix + kDebianSettings, kSettingsBytesMax);
  if (!settings) return settings.error();
  std::string text = settings->value_or("");
  if (!text.empty() && text.back() != '\n') text.push_back('\n');
  text.append("!").append(store.anchor.substr(store.anchor.find_last_of('/') + 1)).append("\n");
  const std::string path = scratch_directory + "/ca-certificates.conf";
  if (auto written = write_file(path, text, 0644); !written) return written;
  auto rebuilt = run_command(debian_command(store, path));
  ::unlink(path.c_str());
  return rebuilt;
}

}  // namespace

std::optional<TrustStore> find_store(const std::string& root_prefix, const std::string& key_hash) {
  // Before Debian's: both can exist on a Red Hat system.
  if (exists(root_prefix + "/etc/pki/ca-trust/source/anchors")) {
    return TrustStore{StoreFamily::kRedHat, root_prefix,
                      root_prefix + "/etc/pki/ca-trust/source/anchors/fogbank-" + key_hash + ".pem",
                      root_prefix + "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"};
  }
  if (exists(root_prefix + "/usr/share/ca-certificates") &&
      exists(root_prefix + "/etc/ssl/certs") && exists("/usr/sbin/update-ca-certificates")) {
    return TrustStore{StoreFamily::kDebian, root_prefix,
                      root_prefix + "/usr/local/share/ca-certificates/fogbank-" + key_hash + ".crt",
                      root_prefix + "/etc/ssl/certs/ca-certificates.crt"};
  }
  return std::nullopt;
}

core::Result<void> rebuild_with(const TrustStore& store) {
  if (store.family == StoreFamily::kRedHat) return rebuild_red_hat(store);
  return run_command(debian_command(store, store.root_prefix + kDebianSettings));
}

core::Result<void> rebuild_without(const TrustStore& store, const std::string& scratch_directory) {
  if (store.family == StoreFamily::kRedHat) return rebuild_red_hat(store);
  return rebuild_debian_without(store, scratch_directory);
}

}  // namespace fogbank::certs
