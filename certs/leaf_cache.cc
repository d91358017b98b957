#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "certs/authority_parts.h"
#include "certs/x509.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/text.h"

namespace fogbank::certs {
namespace {

constexpr std::size_t kServerNameBytesMax = 254;  // a name of 253 characters and a final dot
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kLifetimeMs = 30 * 24 * kHourMs;
// Clocks of machines without internet are wrong by hours more often than by days.
constexpr int64_t kBackdateMs = 48 * kHourMs;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct Entry {
  Entry(std::shared_ptr<const Leaf> made, int64_t good_until_ms)
      : leaf(std::move(made)), remint_at_ms(good_until_ms) {}
  std::shared_ptr<const Leaf> leaf;
  int64_t remint_at_ms;
  // Asked for since the last sweep (second-chance replacement): a hit needs no exclusive lock.
  mutable std::atomic<bool> is_used{false};
};

struct Minted {
  std::shared_ptr<const Leaf> leaf;
  int64_t remint_at_ms;
};

}  // namespace

struct LeafCache::State {
  State(const LeafCacheLinks& parts, LeafCacheConfig settings)
      : links(parts), config(std::move(settings)) {}

  std::shared_ptr<const Leaf> find(std::string_view wanted);
  core::Result<std::shared_ptr<const Leaf>> find_or_mint(std::string_view wanted,
                                                         const std::vector<std::string>& names);
  core::Result<std::shared_ptr<const Leaf>> leaf_of_address(const core::IpAddress& address);
  core::Result<Minted> mint(const std::vector<std::string>& names);
  core::Result<UniqueX509> make_certificate(const std::vector<std::string>& names,
                                            Validity validity);
  void keep(std::string_view wanted, const Minted& minted);
  void make_room();
  core::Error refuse(core::Counter& counter, std::string reason) const;

  LeafCacheLinks links;
  LeafCacheConfig config;
  UniquePkey leaf_key;                          // of all leaves
  std::vector<UniqueX509Extension> extensions;  // equal in all leaves

  mutable std::shared_mutex mutex;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries;
  std::deque<std::string> queue;  // the keys of `entries`, next victim first

  core::Counter& hits = links.metrics.counter("fogbank_certs_leaves_total", R"(outcome="hit")");
  core::Counter& mints = links.metrics.counter("fogbank_certs_leaves_total", R"(outcome="minted")");
  core::Counter& evictions =
      links.metrics.counter("fogbank_certs_leaves_total", R"(outcome="evicted")");
  core::Counter& invalid_names =
      links.metrics.counter("fogbank_certs_refusals_total", R"(reason="invalid_name")");
  core::Counter& outside_names =
      links.metrics.counter("fogbank_certs_refusals_total", R"(reason="outside_zones")");
  core::Counter& nameless =
      links.metrics.counter("fogbank_certs_refusals_total", R"(reason="no_name")");
};

core::Error LeafCache::State::refuse(core::Counter& counter, std::string reason) const {
  counter.add();
  return core::Error{"certs: no certificate: " + std::move(reason)};
}

std::shared_ptr<const Leaf> LeafCache::State::find(std::string_view wanted) {
  const std::shared_lock lock(mutex);
  const auto at = entries.find(wanted);
  if (at == entries.end() || links.clock.now_ms() >= at->second.remint_at_ms) return nullptr;
  // Reading first keeps the cache line shared among the loops.
  if (!at->second.is_used.load(std::memory_order_relaxed)) {
    at->second.is_used.store(true, std::memory_order_relaxed);
  }
  hits.add();
  return at->second.leaf;
}

core::Result<std::shared_ptr<const Leaf>> LeafCache::State::find_or_mint(
    std::string_view wanted, const std::vector<std::string>& names) {
  if (auto leaf = find(wanted)) return leaf;
  for (const std::string& name : names) {
    if (!is_host_name(name)) return refuse(invalid_names, "the name asked for is no host name");
    if (!links.authority.permits(name)) {
      return refuse(outside_names, name + " is outside the zones of the CA");
    }
  }
  // Two loops may mint one name at once; the later one stays and the other is as good.
  const auto minted = mint(names);
  if (!minted) return minted.error();
  keep(wanted, *minted);
  return minted->leaf;
}

core::Result<std::shared_ptr<const Leaf>> LeafCache::State::leaf_of_address(
    const core::IpAddress& address) {
  std::vector<std::string> names;
  if (config.names_of_address) names = config.names_of_address(address);
  if (names.empty()) {
    return refuse(nameless, "no SNI, and no name is known for " + address.text());
  }
  if (names.size() > kLeafNamesMax) names.resize(kLeafNamesMax);
  std::string key;
  for (const std::string& name : names) key.append(name).append(1, ',');
  return find_or_mint(key, names);
}

core::Result<Minted> LeafCache::State::mint(const std::vector<std::string>& names) {
  const Authority::Parts& ca = links.authority.parts();
  const int64_t now_ms = links.clock.now_ms();
  const Validity validity{std::max(now_ms - kBackdateMs, ca.valid_from_ms),
                          std::min(now_ms + kLifetimeMs, ca.expires_at_ms)};
  if (validity.until_ms <= now_ms) {
    return core::Error{"certs: the CA has expired; run \"fogbank up\" for how to renew it"};
  }
  auto certificate = make_certificate(names, validity);
  if (!certificate) return certificate.error();
  auto leaf = std::make_shared<Leaf>();
  leaf->certificate = std::move(*certificate);
  ::X509_up_ref(ca.intermediate.get());
  leaf->chain.emplace_back(ca.intermediate.get());
  ::EVP_PKEY_up_ref(leaf_key.get());
  leaf->key.reset(leaf_key.get());
  mints.add();
  links.log.debug("leaf_issued", {{"host", names.front()}, {"names", names.size()}});
  return Minted{std::move(leaf), now_ms + (validity.until_ms - now_ms) / 2};
}

core::Result<UniqueX509> LeafCache::State::make_certificate(const std::vector<std::string>& names,
                                                            Validity validity) {
  const Authority::Parts& ca = links.authority.parts();
  auto made =
      outline({leaf_key.get(), nullptr, ::X509_get_subject_name(ca.intermediate.get()), validity},
              links.random);
  if (!made) return made.error();
  for (const UniqueX509Extension& extension : extensions) {
    if (::X509_add_ext(made->get(), extension.get(), -1) != 1) {
      return openssl_error("certs: cannot add an extension to a leaf");
    }
  }
  if (const auto named = add_alternative_names(**made, names); !named) return named.error();
  if (const auto done = sign(**made, *ca.intermediate_key); !done) return done.error();
  return made;
}

void LeafCache::State::keep(std::string_view wanted, const Minted& minted) {
  const std::unique_lock lock(mutex);
  const auto at = entries.find(wanted);
  if (at != entries.end()) {
    at->second.leaf = minted.leaf;
    at->second.remint_at_ms = minted.remint_at_ms;
    return;
  }
  make_room();
  entries.try_emplace(std::string(wanted), minted.leaf, minted.remint_at_ms);
  queue.emplace_back(wanted);
}

void LeafCache::State::make_room() {
  while (entries.size() >= config.leaves_max) {
    std::string victim = std::move(queue.front());
    queue.pop_front();
    const auto at = entries.find(victim);
    if (at->second.is_used.exchange(false, std::memory_order_relaxed)) {
      queue.push_back(std::move(victim));
      continue;
    }
    entries.erase(at);
    evictions.add();
  }
}

core::Result<std::unique_ptr<LeafCache>> LeafCache::create(const LeafCacheLinks& links,
                                                           LeafCacheConfig config) {
  core::check(config.leaves_max > 0, "a leaf cache holds at least one leaf");
  auto state = std::make_unique<State>(links, std::move(config));
  auto key = make_key();
  if (!key) return key.error();
  state->leaf_key = std::move(*key);
  // The extensions that all leaves share are made once, on a certificate that is then dropped.
  const UniqueX509 sample(::X509_new());
  if (!sample || ::X509_set_pubkey(sample.get(), state->leaf_key.get()) != 1) {
    return openssl_error("certs: cannot prepare leaves");
  }
  X509& issuer = *links.authority.parts().intermediate;
  constexpr ExtensionText kExtensions[] = {
      {NID_basic_constraints, "CA:FALSE"},
      {NID_key_usage, "critical,digitalSignature"},
      {NID_ext_key_usage, "serverAuth"},
      {NID_subject_key_identifier, "hash"},
      {NID_authority_key_identifier, "keyid:always"},
  };
  for (const ExtensionText& text : kExtensions) {
    if (const auto added = add_extension(*sample, issuer, text); !added) return added.error();
  }
  for (int i = 0; i < ::X509_get_ext_count(sample.get()); ++i) {
    state->extensions.emplace_back(::X509_EXTENSION_dup(::X509_get_ext(sample.get(), i)));
  }
  return std::unique_ptr<LeafCache>(new LeafCache(std::move(state)));
}

LeafCache::LeafCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
LeafCache::~LeafCache() = default;

core::Result<std::shared_ptr<const Leaf>> LeafCache::leaf_for(
    std::string_view server_name, const core::SocketAddress& destination) {
  if (server_name.empty()) return state_->leaf_of_address(destination.ip);
  std::array<char, kServerNameBytesMax> lower{};
  if (server_name.size() > lower.size()) {
    return state_->refuse(state_->invalid_names, "the name asked for is too long");
  }
  std::transform(server_name.begin(), server_name.end(), lower.begin(),
                 [](char c) { return core::to_lower(c); });
  std::string_view name(lower.data(), server_name.size());
  if (name.ends_with('.')) name.remove_suffix(1);
  if (auto leaf = state_->find(name)) return leaf;
  return state_->find_or_mint(name, {std::string(name)});
}

std::size_t LeafCache::size() const {
  const std::shared_lock lock(state_->mutex);
  return state_->entries.size();
}

}  // namespace fogbank::certs
