// The local certificate authority as the rest of the program sees it: a constrained CA on disk,
// leaf certificates made on demand, and the places of a machine where clients look for trust.
//
// The root is used once, in memory, to sign the intermediate; its key is never written. What
// stays on disk is the intermediate's key, and name constraints bind it to the captured zones in
// every TLS stack, those that ignore the constraints of a trust anchor (Java) included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/result.h"

namespace fogbank::core {
class Clock;
class Log;
class Metrics;
class RandomSource;
}  // namespace fogbank::core

namespace fogbank::certs {

// A leaf certificate with its chain and key, ready for a handshake; immutable and shared. Its
// content is in certs/openssl.h, the door for TLS.
struct Leaf;

// Where the proxy gets the certificate of a handshake. Thread-safe: every loop asks.
class LeafSource {
 public:
  virtual ~LeafSource() = default;
  // `server_name` is the SNI in lower case, or empty: then `destination` decides, which is where
  // the client believed to connect to. Never null on success.
  virtual core::Result<std::shared_ptr<const Leaf>> leaf_for(
      std::string_view server_name, const core::SocketAddress& destination) = 0;
};

// More zones than this would make every handshake carry kilobytes of constraints.
inline constexpr std::size_t kPermittedZonesMax = 128;

// The CA of one directory: root.pem, intermediate.pem and intermediate.key (mode 0600). Immutable
// once made, so any thread may read it.
class Authority final {
 public:
  // Makes a CA that may sign for `zones` and every name below them, and for no address. `zones`
  // are host names or single labels ("aws"). Lifetimes: root 15 years, intermediate 5.
  // root.pem is written last: a directory without it holds no CA. Errors: a CA is already there,
  // a zone is no name, `zones` is empty or too long, the directory cannot be written.
  static core::Result<std::unique_ptr<Authority>> create(const std::string& directory,
                                                         const std::vector<std::string>& zones,
                                                         const core::Clock& clock,
                                                         core::RandomSource& random);
  // Errors: a file cannot be read, the key is readable by others, the three files do not belong
  // together, the CA carries no constraints, it has expired or is not valid yet.
  static core::Result<std::unique_ptr<Authority>> load(const std::string& directory,
                                                       const core::Clock& clock);
  // load() if root.pem is there, create() otherwise. An existing CA keeps its own zones: compare
  // zones() where they must be equal.
  static core::Result<std::unique_ptr<Authority>> load_or_create(
      const std::string& directory, const std::vector<std::string>& zones, const core::Clock& clock,
      core::RandomSource& random);
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  ~Authority();

  [[nodiscard]] const std::string& root_pem() const;
  // The first 8 hex digits of SHA-256 over the root's public key: names the CA in file names.
  [[nodiscard]] const std::string& key_hash() const;
  // What it may sign for: lower case, sorted, without zones that another one contains.
  [[nodiscard]] const std::vector<std::string>& zones() const;
  [[nodiscard]] bool permits(std::string_view lower_case_name) const;
  [[nodiscard]] int64_t expires_at_ms() const;  // of the intermediate

  struct Parts;  // certs/authority_parts.h, for this room
  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  explicit Authority(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// What a leaf cache uses; all of it outlives the cache.
struct LeafCacheLinks {
  const Authority& authority;
  const core::Clock& clock;
  core::RandomSource& random;
  const core::Log& log;
  core::Metrics& metrics;
};

struct LeafCacheConfig {
  // The names to certify for a client that sends no SNI, by the address it connected to; at most
  // kLeafNamesMax are used. Empty: such a handshake is refused. Called from any thread.
  std::function<std::vector<std::string>(const core::IpAddress&)> names_of_address;
  std::size_t leaves_max = 4096;
};

// Some clients limit the size of a handshake message, so a leaf carries few names.
inline constexpr std::size_t kLeafNamesMax = 3;

// Makes a leaf on first use of a name and keeps it: P-256, 30 days, made anew at half life. All
// leaves of a cache share one key: they live beside the key that signs them, so a key of its own
// would protect nothing and costs memory and time per name. A hit takes a shared lock only.
// Refused, with a counter per reason: text that is no host name (over 253 characters, a label over
// 63, other characters than letters, digits, '-' and '_'), a name outside the authority's zones,
// no SNI and no name known for the address. The caller logs the refusal.
class LeafCache final : public LeafSource {
 public:
  static core::Result<std::unique_ptr<LeafCache>> create(const LeafCacheLinks& links,
                                                         LeafCacheConfig config);
  ~LeafCache() override;
  // Takes `server_name` in any case, with or without a final dot.
  core::Result<std::shared_ptr<const Leaf>> leaf_for(
      std::string_view server_name, const core::SocketAddress& destination) override;
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  explicit LeafCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Where trust is installed. `root_prefix` stands before every path of the machine but the tools
// that are run ("" on a real machine).
struct TrustPlaces {
  // For the record of what was written, and a combined bundle. It and the directories above it
  // belong to root alone: remove_trust() does to other files what the record says.
  std::string state_directory;
  std::string root_prefix;
  std::vector<std::string> extra_directories;  // virtual environments or folders of them
};

enum class TrustOutcome : uint8_t {
  kDone,        // changed just now
  kAlready,     // as wanted before
  kAbsent,      // not installed (report only)
  kFailed,      // tried; `why` says what happened and how to mend it
  kNotCovered,  // out of reach of any installer; `why` says what the operator can do
};

// One line of the table that the operator sees.
struct TrustItem {
  std::string what;   // "Debian trust store", "Python bundle", "variables of new shells" …
  std::string where;  // a path
  TrustOutcome outcome;
  std::string why;
};

// Makes the clients of the machine trust `root_pem`, by the least that reaches each: the
// distribution's store; a marked block at the end of the CA files that certifi, botocore, the AWS
// CLI and their kind bring along; three variables for new logins, for Node.js and for what is
// installed later. Each change is recorded before it is made, so that remove_trust() is exact also
// after a crash. May be repeated. A place that cannot be changed is an item, not an error; an
// error means that nothing could be recorded, and then nothing was changed.
core::Result<std::vector<TrustItem>> install_trust(const TrustPlaces& places,
                                                   const std::string& root_pem);
// Undoes what install_trust() recorded, of whatever CA; a file that was not changed by others is
// the same as before, byte for byte. May be repeated. What fails stays on record; when nothing is
// left, an empty state directory goes too.
core::Result<std::vector<TrustItem>> remove_trust(const TrustPlaces& places);
// What install_trust() would touch, and how it is; changes nothing.
core::Result<std::vector<TrustItem>> report_trust(const TrustPlaces& places,
                                                  const std::string& root_pem);

// Every CA file in PEM form found on the machine, the system's first: real paths, for a sandbox to
// mount combined_bundle() over.
std::vector<std::string> find_ca_bundles(const TrustPlaces& places);
// `existing` with the root at its end.
std::string combined_bundle(std::string_view existing, std::string_view root_pem);

}  // namespace fogbank::certs
