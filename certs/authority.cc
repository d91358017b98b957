#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "certs/authority_parts.h"
#include "certs/files.h"
#include "certs/x509.h"
#include "core/clock.h"
#include "core/fd.h"
#include "core/text.h"

namespace fogbank::certs {
namespace {

constexpr std::string_view kRootFile = "/root.pem";
constexpr std::string_view kIntermediateFile = "/intermediate.pem";
constexpr std::string_view kKeyFile = "/intermediate.key";
constexpr std::size_t kFileBytesMax = 64 * 1024;
constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kRootLifetimeMs = 15 * 365 * kDayMs;
constexpr int64_t kIntermediateLifetimeMs = 5 * 365 * kDayMs;
// Clocks of machines without internet are wrong; a certificate "from the future" fails all.
constexpr int64_t kBackdateMs = 2 * kDayMs;
constexpr const char* kMend =
    "; to start over run \"fogbank trust remove\", delete the directory and run \"fogbank up\"";

// The private key as PKCS #8 text that is wiped when it goes.
class KeyText final {
 public:
  explicit KeyText(EVP_PKEY& key) : memory_(::BIO_new(::BIO_s_secmem())) {
    is_written_ = memory_ && ::PEM_write_bio_PrivateKey(memory_.get(), &key, nullptr, nullptr, 0,
                                                        nullptr, nullptr) == 1;
  }
  [[nodiscard]] std::string_view view() const {
    char* text = nullptr;
    const long bytes = is_written_ ? BIO_get_mem_data(memory_.get(), &text) : 0;
    return {text, static_cast<std::size_t>(bytes)};
  }

 private:
  UniqueBio memory_;  // freeing it cleanses its buffer
  bool is_written_ = false;
};

core::Result<std::vector<std::string>> normalise(const std::vector<std::string>& zones) {
  std::vector<std::string> names;
  for (const std::string& zone : zones) {
    std::string name = core::to_lower(zone);
    if (!name.empty() && name.back() == '.') name.pop_back();
    if (!is_host_name(name)) {
      return core::Error{"certs: \"" + zone +
                         "\" is no DNS zone to permit; use a name as in "
                         "\"amazonaws.com\""};
    }
    names.push_back(std::move(name));
  }
  const auto is_inside_another = [&names](const std::string& name) {
    return std::any_of(names.begin(), names.end(), [&name](const std::string& zone) {
      return name.size() > zone.size() && name.ends_with("." + zone);
    });
  };
  std::vector<std::string> kept;
  for (const std::string& name : names) {
    if (!is_inside_another(name)) kept.push_back(name);
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  if (kept.empty()) return core::Error{"certs: a CA needs at least one permitted zone"};
  if (kept.size() > kPermittedZonesMax) {
    return core::Error{"certs: " + std::to_string(kept.size()) + " permitted zones; at most " +
                       std::to_string(kPermittedZonesMax) + " fit into a handshake"};
  }
  return kept;
}

struct NewCertificate {
  EVP_PKEY& key;
  const X509_NAME& subject;
  Validity validity;
  const char* basic_constraints;
};

// `issuer` null: self-signed.
core::Result<UniqueX509> make_ca_certificate(const NewCertificate& facts,
                                             const std::vector<std::string>& zones, X509* issuer,
                                             core::RandomSource& random) {
  const X509_NAME* issuer_name =
      issuer == nullptr ? &facts.subject : ::X509_get_subject_name(issuer);
  auto made = outline({&facts.key, &facts.subject, issuer_name, facts.validity}, random);
  if (!made) return made.error();
  X509& certificate = **made;
  std::vector<ExtensionText> extensions = {
      {NID_basic_constraints, facts.basic_constraints},
      {NID_key_usage, "critical,keyCertSign,cRLSign"},
      {NID_subject_key_identifier, "hash"},
  };
  if (issuer != nullptr) {
    extensions.push_back({NID_authority_key_identifier, "keyid:always"});
    // A stolen intermediate key is then of no use for client certificates, mail or code either.
    extensions.push_back({NID_ext_key_usage, "serverAuth"});
  }
  for (const ExtensionText& extension : extensions) {
    const auto added =
        add_extension(certificate, issuer == nullptr ? certificate : *issuer, extension);
    if (!added) return added.error();
  }
  if (const auto added = add_name_constraints(certificate, zones); !added) return added.error();
  return made;
}

// The root's key lives in this function only. Freeing an EC key clears its private number
// (BN_clear_free), so nothing of it stays behind in memory.
core::Result<void> make_chain(Authority::Parts& parts, int64_t now_ms, core::RandomSource& random) {
  auto root_key = make_key();
  auto intermediate_key = make_key();
  if (!root_key) return root_key.error();
  if (!intermediate_key) return intermediate_key.error();
  // Firefox confuses two CAs of one name, so every CA has its own.
  const std::string tag = random.text("0123456789abcdef", 8);
  const auto root_name = make_name("fogbank root CA " + tag);
  const auto intermediate_name = make_name("fogbank intermediate CA " + tag);
  if (!root_name) return root_name.error();
  if (!intermediate_name) return intermediate_name.error();

  const int64_t from_ms = now_ms - kBackdateMs;
  auto root = make_ca_certificate(
      {**root_key, **root_name, {from_ms, from_ms + kRootLifetimeMs}, "critical,CA:TRUE,pathlen:1"},
      parts.zones, nullptr, random);
  if (!root) return root.error();
  if (const auto done = sign(**root, **root_key); !done) return done.error();
  auto intermediate = make_ca_certificate({**intermediate_key,
                                           **intermediate_name,
                                           {from_ms, from_ms + kIntermediateLifetimeMs},
                                           "critical,CA:TRUE,pathlen:0"},
                                          parts.zones, root->get(), random);
  if (!intermediate) return intermediate.error();
  if (const auto done = sign(**intermediate, **root_key); !done) return done.error();

  parts.root = std::move(*root);
  parts.intermediate = std::move(*intermediate);
  parts.intermediate_key = std::move(*intermediate_key);
  return {};
}

core::Result<void> derive(Authority::Parts& parts) {
  parts.root_pem = to_pem(*parts.root);
  auto hash = key_hash_of(*parts.root);
  if (!hash) return hash.error();
  parts.key_hash = std::move(*hash);
  const Validity validity = validity_of(*parts.intermediate);
  parts.valid_from_ms = validity.from_ms;
  parts.expires_at_ms = validity.until_ms;
  return {};
}

core::Result<UniqueX509> read_certificate(const std::string& path) {
  const auto file = read_file(path, kFileBytesMax);
  if (!file) return core::Error{file.error().message + kMend, file.error().system_error};
  auto certificate = certificate_from_pem(file->bytes);
  if (!certificate) return core::Error{certificate.error().message + " in " + path + kMend};
  return certificate;
}

core::Result<UniquePkey> read_key(const std::string& path) {
  auto file = read_file(path, kFileBytesMax);
  if (!file) {
    return core::Error{
        file.error().message + "; it belongs to the user that runs \"fogbank serve\"",
        file.error().system_error};
  }
  if ((file->mode & 077) != 0) {
    return core::Error{"certs: the CA key " + path + " can be read by others; run \"chmod 600 " +
                       path + "\", or make a new CA if it may have been copied"};
  }
  const UniqueBio memory(
      ::BIO_new_mem_buf(file->bytes.data(), static_cast<int>(file->bytes.size())));
  UniquePkey key(memory ? ::PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr)
                        : nullptr);
  ::OPENSSL_cleanse(file->bytes.data(), file->bytes.size());
  if (!key) return openssl_error("certs: no private key in " + path + kMend);
  return key;
}

core::Result<void> check_match(const Authority::Parts& parts, const std::string& directory) {
  const UniquePkey root_public(::X509_get_pubkey(parts.root.get()));
  const bool is_chain =
      root_public && ::X509_verify(parts.intermediate.get(), root_public.get()) == 1 &&
      ::X509_check_private_key(parts.intermediate.get(), parts.intermediate_key.get()) == 1;
  if (is_chain) return {};
  return openssl_error("certs: root.pem, intermediate.pem and intermediate.key in " + directory +
                       " do not belong together" + kMend);
}

core::Result<void> check_time(const Authority::Parts& parts, const std::string& directory,
                              int64_t now_ms) {
  const int64_t until_ms = std::min(parts.expires_at_ms, validity_of(*parts.root).until_ms);
  if (now_ms >= until_ms) {
    return core::Error{"certs: the CA in " + directory + " has expired" + kMend};
  }
  if (now_ms < parts.valid_from_ms) {
    return core::Error{"certs: the CA in " + directory +
                       " is not valid yet; is this machine's clock right?"};
  }
  return {};
}

core::Result<void> save(const Authority::Parts& parts, const std::string& directory) {
  const KeyText key(*parts.intermediate_key);
  if (key.view().empty()) return openssl_error("certs: cannot encode the CA key");
  const std::string base(directory);
  auto saved = write_file(base + std::string(kKeyFile), key.view(), 0600);
  if (!saved) return saved;
  saved = write_file(base + std::string(kIntermediateFile), to_pem(*parts.intermediate), 0644);
  if (!saved) return saved;
  return write_file(base + std::string(kRootFile), parts.root_pem, 0644);
}

}  // namespace

core::Result<std::unique_ptr<Authority>> Authority::create(const std::string& directory,
                                                           const std::vector<std::string>& zones,
                                                           const core::Clock& clock,
                                                           core::RandomSource& random) {
  auto names = normalise(zones);
  if (!names) return names.error();
  if (auto made = make_directories(directory); !made) return made.error();
  // Two processes that start at once must not mix their files.
  const core::UniqueFd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open() || ::flock(lock.get(), LOCK_EX) != 0) {
    return core::system_error("certs: cannot lock " + directory, errno);
  }
  if (exists(directory + std::string(kRootFile))) {
    return core::Error{"certs: there is a CA in " + directory + " already", EEXIST};
  }
  auto parts = std::make_unique<Parts>();
  parts->zones = std::move(*names);
  if (const auto made = make_chain(*parts, clock.now_ms(), random); !made) return made.error();
  if (const auto derived = derive(*parts); !derived) return derived.error();
  if (const auto saved = save(*parts, directory); !saved) return saved.error();
  return std::unique_ptr<Authority>(new Authority(std::move(parts)));
}

core::Result<std::unique_ptr<Authority>> Authority::load(const std::string& directory,
                                                         const core::Clock& clock) {
  auto parts = std::make_unique<Parts>();
  auto root = read_certificate(directory + std::string(kRootFile));
  if (!root) return root.error();
  auto intermediate = read_certificate(directory + std::string(kIntermediateFile));
  if (!intermediate) return intermediate.error();
  auto key = read_key(directory + std::string(kKeyFile));
  if (!key) return key.error();
  parts->root = std::move(*root);
  parts->intermediate = std::move(*intermediate);
  parts->intermediate_key = std::move(*key);
  if (const auto match = check_match(*parts, directory); !match) return match.error();
  auto zones = normalise(permitted_zones(*parts->intermediate));
  if (!zones) {
    return core::Error{"certs: the CA in " + directory +
                       " has no name constraints, so it could sign for any name" + kMend};
  }
  parts->zones = std::move(*zones);
  if (const auto derived = derive(*parts); !derived) return derived.error();
  if (const auto in_time = check_time(*parts, directory, clock.now_ms()); !in_time) {
    return in_time.error();
  }
  return std::unique_ptr<Authority>(new Authority(std::move(parts)));
}

core::Result<std::unique_ptr<Authority>> Authority::load_or_create(
    const std::string& directory, const std::vector<std::string>& zones, const core::Clock& clock,
    core::RandomSource& random) {
  if (!exists(directory + std::string(kRootFile))) {
    auto made = create(directory, zones, clock, random);
    if (made || made.error().system_error != EEXIST) return made;
  }
  return load(directory, clock);
}

Authority::Authority(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Authority::~Authority() = default;
const std::string& Authority::root_pem() const { return parts_->root_pem; }
const std::string& Authority::key_hash() const { return parts_->key_hash; }
const std::vector<std::string>& Authority::zones() const { return parts_->zones; }
int64_t Authority::expires_at_ms() const { return parts_->expires_at_ms; }

bool Authority::permits(std::string_view lower_case_name) const {
  for (std::string_view rest = lower_case_name;;) {
    if (std::binary_search(parts_->zones.begin(), parts_->zones.end(), rest)) return true;
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return false;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace fogbank::certs
