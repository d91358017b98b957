#include <doctest/doctest.h>

#include <thread>

#include "certs/chain_check.h"
#include "certs/x509.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"
#include "tests/support/temp_dir.h"

namespace fogbank::certs {
namespace {

constexpr int64_t kDayMs = 86'400'000;
const core::SocketAddress kNowhere{};

struct Fixture {
  tests::TempDir directory;
  core::ManualClock clock;
  core::SystemRandom random;
  core::Log log{2, core::LogLevel::kError};
  core::Metrics metrics;
  std::unique_ptr<Authority> ca;
  std::unique_ptr<LeafCache> cache;

  explicit Fixture(LeafCacheConfig config = {}) {
    auto made = Authority::create(directory.path(), {"amazonaws.com", "aws"}, clock, random);
    REQUIRE(made);
    ca = std::move(*made);
    auto leaves = LeafCache::create({*ca, clock, random, log, metrics}, std::move(config));
    REQUIRE(leaves);
    cache = std::move(*leaves);
  }
  std::shared_ptr<const Leaf> leaf(std::string_view name) {
    auto found = cache->leaf_for(name, kNowhere);
    REQUIRE(found);
    return *found;
  }
  uint64_t refusals(const char* label) {
    return metrics.counter("fogbank_certs_refusals_total", label).value();
  }
};

std::vector<std::string> names_in(const Leaf& leaf) {
  std::vector<std::string> names;
  auto* list = static_cast<GENERAL_NAMES*>(
      ::X509_get_ext_d2i(leaf.certificate.get(), NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const ASN1_IA5STRING* name = sk_GENERAL_NAME_value(list, i)->d.dNSName;
    names.emplace_back(reinterpret_cast<const char*>(::ASN1_STRING_get0_data(name)));
  }
  ::GENERAL_NAMES_free(list);
  return names;
}

TEST_CASE("certs a leaf verifies strictly for its name and for no other") {
  Fixture f;
  const auto leaf = f.leaf("sqs.eu-west-1.amazonaws.com");
  const int64_t now_ms = f.clock.now_ms();
  CHECK(verify_strictly(*f.ca, *leaf, now_ms, "sqs.eu-west-1.amazonaws.com") == X509_V_OK);
  CHECK(verify_strictly(*f.ca, *leaf, now_ms, "sns.eu-west-1.amazonaws.com") ==
        X509_V_ERR_HOSTNAME_MISMATCH);
  CHECK(::X509_check_private_key(leaf->certificate.get(), leaf->key.get()) == 1);
}

TEST_CASE("certs a leaf has the profile that every measured client accepts") {
  Fixture f;
  const auto leaf = f.leaf("my.dotted_bucket.s3.eu-west-1.amazonaws.com");
  X509* x = leaf->certificate.get();
  CHECK(::X509_NAME_entry_count(::X509_get_subject_name(x)) == 0);
  const int san = ::X509_get_ext_by_NID(x, NID_subject_alt_name, -1);
  REQUIRE(san >= 0);
  CHECK(::X509_EXTENSION_get_critical(::X509_get_ext(x, san)) == 1);
  CHECK(names_in(*leaf) == std::vector<std::string>{"my.dotted_bucket.s3.eu-west-1.amazonaws.com"});
  CHECK(::X509_check_ca(x) == 0);
  CHECK(::X509_get_key_usage(x) == KU_DIGITAL_SIGNATURE);
  CHECK(::X509_get_extended_key_usage(x) == XKU_SSL_SERVER);
  REQUIRE(leaf->chain.size() == 1);
  REQUIRE(::X509_get0_authority_key_id(x) != nullptr);
  CHECK(::ASN1_OCTET_STRING_cmp(::X509_get0_authority_key_id(x),
                                ::X509_get0_subject_key_id(leaf->chain[0].get())) == 0);
  const Validity validity = validity_of(*x);
  CHECK(validity.from_ms == f.clock.now_ms() - 2 * kDayMs);
  CHECK(validity.until_ms == f.clock.now_ms() + 30 * kDayMs);
  CHECK(::ASN1_STRING_length(::X509_get0_serialNumber(x)) >= 8);
}

TEST_CASE("certs a name of 253 characters gets a leaf") {
  Fixture f;
  const std::string label(63, 'b');
  std::string name = label + '.' + label + '.' + label + '.';
  name += std::string(253 - name.size() - 14, 'c') + ".amazonaws.com";
  REQUIRE(name.size() == 253);
  const auto leaf = f.leaf(name);
  CHECK(verify_strictly(*f.ca, *leaf, f.clock.now_ms(), name.c_str()) == X509_V_OK);
}

TEST_CASE("certs a leaf is minted once and again at half its life") {
  Fixture f;
  const auto first = f.leaf("s3.amazonaws.com");
  CHECK(f.leaf("s3.amazonaws.com") == first);
  CHECK(f.leaf("S3.AmazonAWS.com.") == first);
  f.clock.advance_ms(15 * kDayMs - 1);
  CHECK(f.leaf("s3.amazonaws.com") == first);
  f.clock.advance_ms(1);
  const auto second = f.leaf("s3.amazonaws.com");
  CHECK(second != first);
  CHECK(f.cache->size() == 1);
  CHECK(::ASN1_INTEGER_cmp(::X509_get0_serialNumber(first->certificate.get()),
                           ::X509_get0_serialNumber(second->certificate.get())) != 0);
  CHECK(f.metrics.counter("fogbank_certs_leaves_total", R"(outcome="minted")").value() == 2);
  CHECK(f.metrics.counter("fogbank_certs_leaves_total", R"(outcome="hit")").value() == 3);
}

TEST_CASE("certs a leaf never outlives its issuer and none is made after it") {
  Fixture f;
  f.clock.advance_ms(f.ca->expires_at_ms() - f.clock.now_ms() - 10 * kDayMs);
  const auto leaf = f.leaf("s3.amazonaws.com");
  CHECK(validity_of(*leaf->certificate).until_ms == f.ca->expires_at_ms());
  CHECK(verify_strictly(*f.ca, *leaf, f.clock.now_ms(), "s3.amazonaws.com") == X509_V_OK);
  f.clock.advance_ms(10 * kDayMs);
  CHECK_FALSE(f.cache->leaf_for("s3.amazonaws.com", kNowhere));
}

TEST_CASE("certs text that is no host name and names outside the zones get no leaf") {
  Fixture f;
  const std::string long_label = std::string(64, 'a') + ".amazonaws.com";
  std::string long_name(240, 'x');
  for (std::size_t i = 50; i < long_name.size(); i += 50) long_name[i] = '.';
  long_name += ".amazonaws.com";
  const std::string zero("a\0b.amazonaws.com", 17);
  struct Row {
    const char* name;
    std::string_view server_name;
    const char* label;
  };
  constexpr const char* kInvalid = R"(reason="invalid_name")";
  constexpr const char* kOutside = R"(reason="outside_zones")";
  const Row rows[] = {
      {"another zone", "example.com", kOutside},
      {"no boundary", "evilamazonaws.com", kOutside},
      {"address", "198.18.45.72", kOutside},
      {"empty label", "a..amazonaws.com", kInvalid},
      {"leading dot", ".amazonaws.com", kInvalid},
      {"only a dot", ".", kInvalid},
      {"two final dots", "amazonaws.com..", kInvalid},
      {"wildcard", "*.amazonaws.com", kInvalid},
      {"NUL", zero, kInvalid},
      {"space", "a b.amazonaws.com", kInvalid},
      {"high byte", "\xc3\xa4.amazonaws.com", kInvalid},
      {"comma", "a,b.amazonaws.com", kInvalid},
      {"label of 64", long_label, kInvalid},
      {"254 characters", long_name, kInvalid},
  };
  REQUIRE(long_name.size() == 254);
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const uint64_t before = f.refusals(row.label);
    CHECK_FALSE(f.cache->leaf_for(row.server_name, kNowhere));
    CHECK(f.refusals(row.label) == before + 1);
  }
  CHECK_FALSE(f.cache->leaf_for(std::string(70'000, 'a'), kNowhere));
  CHECK(f.cache->size() == 0);
}

TEST_CASE("certs without SNI the address decides the names") {
  const auto names = [](const core::IpAddress& address) -> std::vector<std::string> {
    if (address == *core::IpAddress::parse("198.18.45.72")) {
      return {"s3.us-east-1.amazonaws.com", "s3.amazonaws.com", "s3.dualstack.aws", "fourth.aws"};
    }
    if (address == *core::IpAddress::parse("198.18.45.1")) return {"not.ours.example"};
    return {};
  };
  Fixture f({names, 16});
  const auto s3 = *core::SocketAddress::parse("198.18.45.72:443");
  const auto leaf = f.cache->leaf_for("", s3);
  REQUIRE(leaf);
  CHECK(names_in(**leaf) == std::vector<std::string>{"s3.us-east-1.amazonaws.com",
                                                     "s3.amazonaws.com", "s3.dualstack.aws"});
  CHECK(verify_strictly(*f.ca, **leaf, f.clock.now_ms(), "s3.amazonaws.com") == X509_V_OK);
  CHECK(*f.cache->leaf_for("", s3) == *leaf);
  CHECK_FALSE(f.cache->leaf_for("", *core::SocketAddress::parse("198.18.45.1:443")));
  CHECK_FALSE(f.cache->leaf_for("", *core::SocketAddress::parse("[fd00::1]:443")));
  CHECK(f.refusals(R"(reason="no_name")") == 1);
}

TEST_CASE("certs the cache stays within its bound and keeps what is used") {
  Fixture f({{}, 3});
  const auto name = [](int i) { return "b" + std::to_string(i) + ".s3.amazonaws.com"; };
  const auto kept = f.leaf(name(0));
  for (int i = 1; i < 10; ++i) {
    CHECK(f.leaf(name(0)) == kept);
    f.leaf(name(i));
    CHECK(f.cache->size() <= 3);
  }
  CHECK(f.leaf(name(0)) == kept);
  CHECK(f.metrics.counter("fogbank_certs_leaves_total", R"(outcome="evicted")").value() == 7);
}

TEST_CASE("certs threads share the cache") {
  Fixture f({{}, 8});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&f] {
      for (int i = 0; i < 100; ++i) {
        const std::string name = "b" + std::to_string(i % 12) + ".s3.amazonaws.com";
        if (!f.cache->leaf_for(name, kNowhere)) std::abort();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(f.cache->size() <= 8);
}

}  // namespace
}  // namespace fogbank::certs
