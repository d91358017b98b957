#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "certs/certs.h"
#include "certs/command.h"
#include "certs/files.h"
#include "certs/trust_variables.h"
#include "certs/x509.h"
#include "core/clock.h"
#include "core/random.h"
#include "tests/support/temp_dir.h"

namespace fogbank::certs {
namespace {

namespace fs = std::filesystem;

// A machine's files in a temporary directory, with the distribution's own tool working on them.
struct Machine {
  tests::TempDir directory;
  tests::TempDir state;
  core::ManualClock clock;
  core::SystemRandom random;
  std::string root = directory.path();
  TrustPlaces places{state.path() + "/trust", root, {}};
  std::string debian_bundle = root + "/etc/ssl/certs/ca-certificates.crt";
  std::string awscli = root + "/usr/lib/python3/dist-packages/awscli/botocore/cacert.pem";
  std::string certifi =
      root + "/root/.pyenv/versions/3.11.7/lib/python3.11/site-packages/certifi/cacert.pem";

  std::string new_root() {
    const tests::TempDir ca;
    return (*Authority::create(ca.path(), {"amazonaws.com"}, clock, random))->root_pem();
  }
  static void put(const std::string& path, std::string_view text) {
    fs::create_directories(directory_of(path));
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string get(const std::string& path) {
    auto content = read_file(path, 1 << 24);
    return content ? content->bytes : "";
  }

  Machine() {
    const std::string mozilla = new_root();
    put(root + "/usr/share/ca-certificates/mozilla/One.crt", mozilla);
    put(root + "/etc/ca-certificates.conf", "# settings\nmozilla/One.crt\n");
    fs::create_directories(root + "/etc/ssl/certs");
    fs::create_directories(root + "/etc/ca-certificates/update.d");
    put(root + "/etc/environment", "PATH=/bin\n");
    put(awscli, mozilla);
    put(certifi, mozilla.substr(0, mozilla.size() - 1));
    ::chmod(certifi.c_str(), 0640);
    const std::string linked = root + "/usr/lib/python3/dist-packages/certifi/cacert.pem";
    fs::create_directories(directory_of(linked));
    fs::create_symlink(debian_bundle, linked);
    REQUIRE(run_command(
        {"/usr/sbin/update-ca-certificates", "--certsconf", root + "/etc/ca-certificates.conf",
         "--certsdir", root + "/usr/share/ca-certificates", "--localcertsdir",
         root + "/usr/local/share/ca-certificates", "--etccertsdir", root + "/etc/ssl/certs",
         "--hooksdir", root + "/etc/ca-certificates/update.d"}));
  }

  // Path -> mode and content of everything.
  std::map<std::string, std::string> snapshot() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      struct stat facts {};
      ::lstat(entry.path().c_str(), &facts);
      std::string what = std::to_string(facts.st_mode) + " " + std::to_string(facts.st_uid) + " ";
      if (entry.is_symlink()) {
        what += fs::read_symlink(entry.path()).string();
      } else if (entry.is_regular_file()) {
        what += get(entry.path().string());
      }
      all[entry.path().string()] = what;
    }
    return all;
  }
  std::vector<TrustItem> install(const std::string& pem) {
    auto items = install_trust(places, pem);
    REQUIRE(items);
    return *items;
  }
  std::vector<TrustItem> remove() {
    auto items = remove_trust(places);
    REQUIRE(items);
    return *items;
  }
};

long count(const std::vector<TrustItem>& items, TrustOutcome outcome) {
  return std::count_if(items.begin(), items.end(),
                       [&](const TrustItem& item) { return item.outcome == outcome; });
}
const TrustItem* item_at(const std::vector<TrustItem>& items, const std::string& where) {
  const auto at = std::find_if(items.begin(), items.end(),
                               [&](const TrustItem& item) { return item.where == where; });
  return at == items.end() ? nullptr : &*at;
}

TEST_CASE("certs trust reaches the store, the bundles and the variables, and goes exactly") {
  Machine m;
  const auto before = m.snapshot();
  const std::string pem = m.new_root();
  const auto items = m.install(pem);
  CHECK(count(items, TrustOutcome::kFailed) == 0);
  CHECK(count(items, TrustOutcome::kDone) == 5);
  for (const std::string& file : {m.debian_bundle, m.awscli, m.certifi}) {
    CAPTURE(file);
    CHECK(Machine::get(file).find(pem) != std::string::npos);
  }
  const auto kept = read_file(m.certifi, 1 << 20);
  CHECK(kept->mode == 0640);
  const std::string script = Machine::get(m.root + "/etc/profile.d/fogbank.sh");
  CHECK(script.find("NODE_EXTRA_CA_CERTS") != std::string::npos);
  CHECK(Machine::get(m.root + "/etc/environment").find("AWS_CA_BUNDLE=" + m.debian_bundle) !=
        std::string::npos);

  const auto report = report_trust(m.places, pem);
  REQUIRE(report);
  CHECK(count(*report, TrustOutcome::kAbsent) == 0);
  CHECK(count(*report, TrustOutcome::kAlready) == 6);

  CHECK(count(m.remove(), TrustOutcome::kFailed) == 0);
  CHECK(m.snapshot() == before);
  CHECK_FALSE(exists(m.places.state_directory));
  const auto gone = report_trust(m.places, pem);
  REQUIRE(gone);
  CHECK(count(*gone, TrustOutcome::kAlready) == 0);
}

TEST_CASE("certs trust installed twice changes nothing the second time, nor does removing twice") {
  Machine m;
  const auto before = m.snapshot();
  const std::string pem = m.new_root();
  m.install(pem);
  const auto installed = m.snapshot();
  const auto again = m.install(pem);
  CHECK(count(again, TrustOutcome::kDone) == 0);
  CHECK(count(again, TrustOutcome::kFailed) == 0);
  CHECK(m.snapshot() == installed);
  m.remove();
  CHECK(m.remove().empty());
  CHECK(m.snapshot() == before);
}

TEST_CASE("certs the tool of the store hears of the removal, for its hooks") {
  Machine m;
  const std::string seen = m.state.path() + "/seen";
  const std::string hook = m.root + "/etc/ca-certificates/update.d/hook";
  Machine::put(hook, "#!/bin/sh\ncat >> " + seen + "\n");
  ::chmod(hook.c_str(), 0755);
  m.install(m.new_root());
  m.remove();
  const std::string lines = Machine::get(seen);
  CHECK(lines.find("+" + m.root + "/etc/ssl/certs/fogbank-") != std::string::npos);
  CHECK(lines.find("-" + m.root + "/etc/ssl/certs/fogbank-") != std::string::npos);
}

TEST_CASE("certs what others change meanwhile stays, ours goes") {
  Machine m;
  m.install(m.new_root());
  const std::string upgraded = m.new_root();
  Machine::put(m.awscli, upgraded);
  std::ofstream(m.certifi, std::ios::app) << "# appended by others\n";
  const std::string other = m.root + "/etc/profile.d/other.sh";
  Machine::put(other, "true\n");
  CHECK(count(m.remove(), TrustOutcome::kFailed) == 0);
  CHECK(Machine::get(m.awscli) == upgraded);
  CHECK(Machine::get(m.certifi).ends_with("-----END CERTIFICATE-----\n# appended by others\n"));
  CHECK(exists(other));
}

TEST_CASE("certs a bundle that came later is reported and covered by the next installation") {
  Machine m;
  const std::string pem = m.new_root();
  m.install(pem);
  const std::string venv = m.root + "/venvs/app";
  const std::string late = venv + "/lib/python3.12/site-packages/botocore/cacert.pem";
  Machine::put(late, m.new_root());
  m.places.extra_directories = {m.root + "/venvs"};
  const auto report = report_trust(m.places, pem);
  REQUIRE(item_at(*report, late) != nullptr);
  CHECK(item_at(*report, late)->outcome == TrustOutcome::kAbsent);
  CHECK(item_at(m.install(pem), late)->outcome == TrustOutcome::kDone);
  m.remove();
  CHECK(Machine::get(late).find("fogbank") == std::string::npos);
}

TEST_CASE("certs an installation that was cut off is removed exactly or finished") {
  Machine m;
  const auto before = m.snapshot();
  const std::string pem = m.new_root();
  const std::string hash = *key_hash_of(**certificate_from_pem(pem));
  const std::string anchor = m.root + "/usr/local/share/ca-certificates/fogbank-" + hash + ".crt";
  const auto cut_off = [&] {
    // Recorded and half done: the anchor without a rebuilt store, a bundle not renamed yet.
    Machine::put(m.places.state_directory + "/trust.record",
                 "fogbank-trust 1\ndirectory " + hash + " " + m.root + "/usr/local\ndirectory " +
                     hash + " " + m.root + "/usr/local/share\ndirectory " + hash + " " + m.root +
                     "/usr/local/share/ca-certificates\nstore " + hash + " " + anchor + "\nblock " +
                     hash + " " + m.awscli + "\nfile " + hash + " " + m.root +
                     "/etc/profile.d/fogbank.sh\n");
    Machine::put(anchor, pem);
    Machine::put(temporary_name(m.awscli), "half");
  };
  cut_off();
  CHECK(count(m.remove(), TrustOutcome::kFailed) == 0);
  CHECK(m.snapshot() == before);
  cut_off();
  CHECK(count(m.install(pem), TrustOutcome::kFailed) == 0);
  CHECK(Machine::get(m.debian_bundle).find(pem) != std::string::npos);
  m.remove();
  CHECK(m.snapshot() == before);
}

TEST_CASE("certs a new CA replaces the old one everywhere") {
  Machine m;
  const auto before = m.snapshot();
  const std::string old_pem = m.new_root();
  const std::string new_pem = m.new_root();
  m.install(old_pem);
  m.install(new_pem);
  for (const std::string& file : {m.debian_bundle, m.awscli, m.certifi}) {
    CHECK(Machine::get(file).find(old_pem) == std::string::npos);
    CHECK(Machine::get(file).find(new_pem) != std::string::npos);
  }
  m.remove();
  CHECK(m.snapshot() == before);
}

TEST_CASE("certs files that did not exist before are gone after") {
  Machine m;
  fs::remove(m.root + "/etc/environment");
  const auto before = m.snapshot();
  m.install(m.new_root());
  CHECK(exists(m.root + "/etc/environment"));
  m.install(m.new_root());
  m.remove();
  CHECK(m.snapshot() == before);
}

TEST_CASE("certs a variable that the operator has set is left as it is, and said") {
  Machine m;
  Machine::put(m.root + "/etc/environment", "AWS_CA_BUNDLE=/theirs.pem");
  const auto before = m.snapshot();
  const auto items = m.install(m.new_root());
  const std::string text = Machine::get(m.root + "/etc/environment");
  CHECK(text.find("\nAWS_CA_BUNDLE=") == std::string::npos);
  CHECK(text.find("\nREQUESTS_CA_BUNDLE=") != std::string::npos);
  const auto* item = item_at(items, m.root + "/etc/environment");
  REQUIRE(item != nullptr);
  CHECK(item->outcome == TrustOutcome::kNotCovered);
  CHECK(item->why.find("AWS_CA_BUNDLE") != std::string::npos);
  m.remove();
  CHECK(m.snapshot() == before);
}

TEST_CASE("certs a link to another file, an odd file and a damaged block are not touched") {
  Machine m;
  const std::string secret = m.root + "/etc/shadow";
  Machine::put(secret, "root:*\n");
  const std::string home = m.root + "/home/eve/.local/lib/python3.11/site-packages";
  fs::create_directories(home + "/certifi");
  fs::create_symlink(secret, home + "/certifi/cacert.pem");
  const auto items = m.install(m.new_root());
  REQUIRE(item_at(items, secret) != nullptr);
  CHECK(item_at(items, secret)->outcome == TrustOutcome::kFailed);
  CHECK(Machine::get(secret) == "root:*\n");

  std::string damaged = Machine::get(m.awscli);
  damaged.resize(damaged.find("# fogbank-end"));
  Machine::put(m.awscli, damaged);
  const auto first = m.remove();
  CHECK(count(first, TrustOutcome::kFailed) == 1);
  CHECK(Machine::get(m.awscli) == damaged);
  CHECK(item_at(m.remove(), m.awscli)->outcome == TrustOutcome::kFailed);
  Machine::put(m.awscli, "mended by hand");
  CHECK(count(m.remove(), TrustOutcome::kFailed) == 0);
  CHECK(m.remove().empty());
}

TEST_CASE("certs where no store is known the variables name a combined file") {
  Machine m;
  fs::remove_all(m.root + "/usr/share/ca-certificates");
  const std::string pem = m.new_root();
  const auto before = m.snapshot();
  m.install(pem);
  const std::string bundle = m.places.state_directory + "/ca-bundle.pem";
  CHECK(Machine::get(bundle).find(pem) != std::string::npos);
  CHECK(Machine::get(bundle).find(Machine::get(m.root + "/etc/ssl/certs/ca-certificates.crt")) ==
        0);
  CHECK(Machine::get(m.root + "/etc/environment").find(bundle) != std::string::npos);
  m.remove();
  CHECK(m.snapshot() == before);
  CHECK_FALSE(exists(bundle));
}

TEST_CASE("certs a damaged record stops both ways with the file's name") {
  Machine m;
  Machine::put(m.places.state_directory + "/trust.record", "something else\n");
  const auto before = m.snapshot();
  const auto installed = install_trust(m.places, m.new_root());
  REQUIRE_FALSE(installed);
  CHECK(installed.error().message.find("trust.record") != std::string::npos);
  CHECK_FALSE(remove_trust(m.places));
  CHECK(m.snapshot() == before);
  CHECK_FALSE(install_trust(m.places, "no certificate"));
}

TEST_CASE("certs a record that others could have written is not followed") {
  Machine m;
  const std::string pem = m.new_root();
  m.install(pem);
  ::chmod(m.places.state_directory.c_str(), 0775);
  CHECK_FALSE(remove_trust(m.places));
  CHECK_FALSE(install_trust(m.places, pem));
  ::chmod(m.places.state_directory.c_str(), 0755);
  CHECK(count(m.remove(), TrustOutcome::kFailed) == 0);
}

TEST_CASE("certs a sandbox finds every CA file once, the system's first") {
  Machine m;
  const auto found = find_ca_bundles(m.places);
  CHECK(found == std::vector<std::string>{m.debian_bundle, m.certifi, m.awscli});
  CHECK(combined_bundle("a", "b\n") == "a\nb\n");
  CHECK(combined_bundle("a\n", "b\n") == "a\nb\n");
  CHECK(combined_bundle("", "b\n") == "b\n");
}

TEST_CASE("certs a profile script keeps what a user has set and names no missing file") {
  const tests::TempDir directory;
  const std::string bundle = directory.path() + "/bundle";
  Machine::put(bundle, "x");
  const std::string script = directory.path() + "/script";
  Machine::put(script, profile_script({bundle, directory.path() + "/missing"}) +
                           "test \"$AWS_CA_BUNDLE\" = theirs && test \"$REQUESTS_CA_BUNDLE\" = " +
                           bundle + " && test -z \"$NODE_EXTRA_CA_CERTS\"\n");
  CHECK(run_command({"/usr/bin/env", "-i", "AWS_CA_BUNDLE=theirs", "/bin/sh", script}));
}

TEST_CASE("certs a command that fails tells its last words") {
  CHECK(run_command({"/bin/true"}));
  const auto failed = run_command({"/bin/sh", "-c", "echo why >&2; exit 3"});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find("why") != std::string::npos);
  CHECK_FALSE(run_command({"/no/such/program"}));
}

}  // namespace
}  // namespace fogbank::certs
