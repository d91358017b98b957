#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "certs/authority_parts.h"
#include "certs/chain_check.h"
#include "certs/files.h"
#include "certs/x509.h"
#include "core/clock.h"
#include "tests/support/temp_dir.h"

namespace fogbank::certs {
namespace {

constexpr int64_t kDayMs = 86'400'000;

struct Fixture {
  tests::TempDir directory;
  core::ManualClock clock;
  core::SystemRandom random;
  std::vector<std::string> zones = {"amazonaws.com", "aws"};
  std::string path = directory.path() + "/ca";

  core::Result<std::unique_ptr<Authority>> create() {
    return Authority::create(path, zones, clock, random);
  }
};

bool is_critical(const X509* certificate, int nid) {
  const int at = ::X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 && ::X509_EXTENSION_get_critical(::X509_get_ext(certificate, at)) == 1;
}

// A leaf that a thief of the intermediate's key could make.
UniqueX509 forge(const Authority& ca, const char* alternative_name, Fixture& f) {
  const auto key = make_key();
  X509* issuer = ca.parts().intermediate.get();
  auto made = outline({key->get(),
                       nullptr,
                       ::X509_get_subject_name(issuer),
                       {f.clock.now_ms() - kDayMs, f.clock.now_ms() + kDayMs}},
                      f.random);
  REQUIRE(made);
  const ExtensionText extensions[] = {{NID_basic_constraints, "CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"},
                                      {NID_subject_alt_name, alternative_name}};
  for (const auto& extension : extensions) REQUIRE(add_extension(**made, *issuer, extension));
  REQUIRE(sign(**made, *ca.parts().intermediate_key));
  return std::move(*made);
}

TEST_CASE("certs a new CA writes root, intermediate and a key that only its owner reads") {
  Fixture f;
  const auto ca = f.create();
  REQUIRE(ca);
  struct stat facts {};
  REQUIRE(::stat((f.path + "/intermediate.key").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0600);
  REQUIRE(::stat((f.path + "/root.pem").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0644);
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(f.path)) ++files;
  CHECK(files == 3);
  const auto key = read_file(f.path + "/intermediate.key", 10000);
  REQUIRE(key);
  CHECK(key->bytes.find("PRIVATE KEY") != std::string::npos);
  CHECK(read_file(f.path + "/root.pem", 10000)->bytes == (*ca)->root_pem());
  CHECK((*ca)->key_hash().size() == 8);
}

TEST_CASE("certs both CA certificates follow the profile of strict clients") {
  Fixture f;
  const auto ca = f.create();
  REQUIRE(ca);
  X509* root = (*ca)->parts().root.get();
  X509* intermediate = (*ca)->parts().intermediate.get();
  for (X509* certificate : {root, intermediate}) {
    CHECK(is_critical(certificate, NID_basic_constraints));
    CHECK(is_critical(certificate, NID_key_usage));
    CHECK(is_critical(certificate, NID_name_constraints));
    CHECK(::X509_get_key_usage(certificate) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
    CHECK(permitted_zones(*certificate) == std::vector<std::string>{"amazonaws.com", "aws"});
  }
  CHECK(::X509_get_pathlen(root) == 1);
  CHECK(::X509_get_pathlen(intermediate) == 0);
  const ASN1_OCTET_STRING* issuer_key = ::X509_get0_subject_key_id(root);
  const ASN1_OCTET_STRING* authority_key = ::X509_get0_authority_key_id(intermediate);
  REQUIRE(issuer_key != nullptr);
  REQUIRE(authority_key != nullptr);
  CHECK(::ASN1_OCTET_STRING_cmp(issuer_key, authority_key) == 0);
  const Validity five_years = validity_of(*intermediate);
  CHECK((five_years.until_ms - five_years.from_ms) / kDayMs == 5 * 365);
  CHECK(five_years.from_ms < f.clock.now_ms());
  CHECK((validity_of(*root).until_ms - validity_of(*root).from_ms) / kDayMs == 15 * 365);
}

TEST_CASE("certs two CAs differ in key, subject and name of file") {
  Fixture a;
  Fixture b;
  const auto first = a.create();
  const auto second = b.create();
  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)->key_hash() != (*second)->key_hash());
  CHECK(::X509_NAME_cmp(::X509_get_subject_name((*first)->parts().root.get()),
                        ::X509_get_subject_name((*second)->parts().root.get())) != 0);
}

TEST_CASE("certs a stolen intermediate key signs for no name outside the zones and no address") {
  Fixture f;
  const auto ca = f.create();
  REQUIRE(ca);
  struct Row {
    const char* name;
    const char* alternative_name;
    int outcome;
  };
  const Row rows[] = {
      {"inside", "critical,DNS:sqs.eu-west-1.amazonaws.com", X509_V_OK},
      {"the zone itself", "critical,DNS:amazonaws.com", X509_V_OK},
      {"top-level domain", "critical,DNS:sqs.eu-west-1.api.aws", X509_V_OK},
      {"wildcard inside", "critical,DNS:*.s3.amazonaws.com", X509_V_OK},
      {"another name", "critical,DNS:example.com", X509_V_ERR_PERMITTED_VIOLATION},
      {"no label boundary", "critical,DNS:notaws", X509_V_ERR_PERMITTED_VIOLATION},
      {"one inside, one not", "critical,DNS:s3.amazonaws.com,DNS:example.com",
       X509_V_ERR_PERMITTED_VIOLATION},
      {"IPv4", "critical,IP:198.18.45.72", X509_V_ERR_EXCLUDED_VIOLATION},
      {"IPv6", "critical,IP:fd00::1", X509_V_ERR_EXCLUDED_VIOLATION},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const UniqueX509 leaf = forge(**ca, row.alternative_name, f);
    CHECK(verify_strictly((*ca)->parts().root.get(), (*ca)->parts().intermediate.get(), leaf.get(),
                          f.clock.now_ms(), nullptr) == row.outcome);
  }
}

TEST_CASE("certs a CA is loaded as it was made and never made twice") {
  Fixture f;
  f.zones = {"AMAZONAWS.com.", "s3.amazonaws.com", "aws", "aws"};
  const auto made = Authority::load_or_create(f.path, f.zones, f.clock, f.random);
  REQUIRE(made);
  CHECK((*made)->zones() == std::vector<std::string>{"amazonaws.com", "aws"});
  CHECK_FALSE(f.create());
  f.clock.advance_ms(365 * kDayMs);
  const auto loaded = Authority::load_or_create(f.path, {"example.com"}, f.clock, f.random);
  REQUIRE(loaded);
  CHECK((*loaded)->root_pem() == (*made)->root_pem());
  CHECK((*loaded)->key_hash() == (*made)->key_hash());
  CHECK((*loaded)->zones() == (*made)->zones());
  CHECK((*loaded)->expires_at_ms() == (*made)->expires_at_ms());
}

TEST_CASE("certs a CA permits its zones and what is below them") {
  Fixture f;
  const auto ca = f.create();
  REQUIRE(ca);
  CHECK((*ca)->permits("amazonaws.com"));
  CHECK((*ca)->permits("a.b.amazonaws.com"));
  CHECK((*ca)->permits("sqs.eu-west-1.api.aws"));
  CHECK_FALSE((*ca)->permits("notamazonaws.com"));
  CHECK_FALSE((*ca)->permits("com"));
  CHECK_FALSE((*ca)->permits(""));
}

TEST_CASE("certs zones that are no names, none and too many are refused") {
  Fixture f;
  std::vector<std::string> many;
  for (std::size_t i = 0; i < kPermittedZonesMax; ++i) many.push_back("z" + std::to_string(i));
  struct Row {
    const char* name;
    std::vector<std::string> zones;
    bool is_made;
  };
  std::vector<std::string> too_many = many;
  too_many.emplace_back("one.more");
  const Row rows[] = {{"none", {}, false},
                      {"empty", {""}, false},
                      {"wildcard", {"*.aws"}, false},
                      {"leading dot", {".aws"}, false},
                      {"space", {"a b"}, false},
                      {"constraint syntax", {"aws,excluded;DNS:x"}, false},
                      {"too many", too_many, false},
                      {"as many as fit", many, true}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    f.zones = row.zones;
    CHECK(f.create().has_value() == row.is_made);
  }
}

TEST_CASE("certs a damaged, mixed, open or expired CA is refused with the reason") {
  struct Row {
    const char* name;
    void (*damage)(Fixture&);
    const char* message;
  };
  const Row rows[] = {
      {"no key", [](Fixture& f) { ::unlink((f.path + "/intermediate.key").c_str()); },
       "cannot read"},
      {"open key", [](Fixture& f) { ::chmod((f.path + "/intermediate.key").c_str(), 0640); },
       "can be read by others"},
      {"no intermediate", [](Fixture& f) { ::unlink((f.path + "/intermediate.pem").c_str()); },
       "cannot read"},
      {"garbage", [](Fixture& f) { std::ofstream(f.path + "/root.pem") << "root"; },
       "not a PEM certificate"},
      {"foreign root",
       [](Fixture& f) {
         Fixture other;
         REQUIRE(other.create());
         std::filesystem::copy_file(other.path + "/root.pem", f.path + "/root.pem",
                                    std::filesystem::copy_options::overwrite_existing);
       },
       "do not belong together"},
      {"foreign key",
       [](Fixture& f) {
         Fixture other;
         REQUIRE(other.create());
         std::filesystem::copy_file(other.path + "/intermediate.key", f.path + "/intermediate.key",
                                    std::filesystem::copy_options::overwrite_existing);
       },
       "do not belong together"},
      {"expired", [](Fixture& f) { f.clock.advance_ms(5 * 365 * kDayMs); }, "has expired"},
      {"clock before it", [](Fixture& f) { f.clock.advance_ms(-3 * kDayMs); }, "clock"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Fixture f;
    REQUIRE(f.create());
    row.damage(f);
    const auto loaded = Authority::load_or_create(f.path, f.zones, f.clock, f.random);
    REQUIRE_FALSE(loaded);
    CAPTURE(loaded.error().message);
    CHECK(loaded.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("certs a CA without name constraints is not loaded") {
  Fixture f;
  std::filesystem::create_directories(f.path);
  const auto key = make_key();
  const auto name = make_name("plain");
  auto plain = outline({key->get(),
                        name->get(),
                        name->get(),
                        {f.clock.now_ms() - kDayMs, f.clock.now_ms() + kDayMs}},
                       f.random);
  REQUIRE(sign(**plain, **key));
  const UniqueBio memory(::BIO_new(::BIO_s_mem()));
  ::PEM_write_bio_PrivateKey(memory.get(), key->get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long bytes = BIO_get_mem_data(memory.get(), &text);
  REQUIRE(write_file(f.path + "/root.pem", to_pem(**plain), 0644));
  REQUIRE(write_file(f.path + "/intermediate.pem", to_pem(**plain), 0644));
  REQUIRE(write_file(f.path + "/intermediate.key", {text, static_cast<std::size_t>(bytes)}, 0600));
  const auto loaded = Authority::load(f.path, f.clock);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("no name constraints") != std::string::npos);
}

TEST_CASE("certs a creation that was cut off before root.pem is made anew") {
  Fixture f;
  REQUIRE(f.create());
  ::unlink((f.path + "/root.pem").c_str());
  const auto again = Authority::load_or_create(f.path, f.zones, f.clock, f.random);
  REQUIRE(again);
  CHECK(Authority::load(f.path, f.clock));
}

}  // namespace
}  // namespace fogbank::certs
