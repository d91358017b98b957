#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "certs/ca_bundles.h"
#include "certs/certs.h"
#include "certs/files.h"
#include "certs/marked_block.h"
#include "certs/trust_record.h"
#include "certs/trust_store.h"
#include "certs/trust_undo.h"
#include "certs/trust_variables.h"
#include "certs/x509.h"

namespace fogbank::certs {
namespace {

constexpr const char* kFollowsStore = "follows the trust store";

struct Installation {
  const TrustPlaces& places;
  std::string root_pem;
  std::string key_hash;
  std::vector<TrustItem> items;

  void say(std::string what, std::string where, TrustOutcome outcome, std::string why = {}) {
    items.push_back({std::move(what), std::move(where), outcome, std::move(why)});
  }
  void fail(std::string what, std::string where, const core::Error& error) {
    say(std::move(what), std::move(where), TrustOutcome::kFailed, error.message);
  }
};

bool file_equals(const std::string& path, std::string_view text) {
  const auto content = read_file_if_any(path, kBundleBytesMax);
  return content && *content && **content == text;
}
bool file_contains(const std::string& path, std::string_view text) {
  const auto content = read_file_if_any(path, kBundleBytesMax);
  return content && *content && (*content)->find(text) != std::string::npos;
}

// Records and makes the missing directories above `path`, outermost first.
core::Result<void> make_recorded_directories(TrustRecord& record, const std::string& key_hash,
                                             const std::string& path) {
  if (path.empty() || exists(path)) return {};
  auto parent = make_recorded_directories(record, key_hash, directory_of(path));
  if (!parent) return parent;
  auto recorded = record.add({TrustChange::kDirectory, key_hash, path});
  return recorded ? make_directories(path) : recorded;
}

core::Result<void> write_recorded(TrustRecord& record, const TrustEntry& entry,
                                  std::string_view text) {
  auto ready = make_recorded_directories(record, entry.key_hash, directory_of(entry.path));
  if (ready) ready = record.add(entry);
  return ready ? write_file(entry.path, text, 0644) : ready;
}

Step install_store(const Installation& work, const TrustStore& store, TrustRecord& record) {
  if (file_equals(store.anchor, work.root_pem) && file_contains(store.bundle, work.root_pem)) {
    return {TrustOutcome::kAlready, {}};
  }
  const TrustEntry entry{TrustChange::kStore, work.key_hash, store.anchor};
  if (const auto done = write_recorded(record, entry, work.root_pem); !done) {
    return failed(done.error());
  }
  if (const auto done = rebuild_with(store); !done) return failed(done.error());
  if (!file_contains(store.bundle, work.root_pem)) {
    return {TrustOutcome::kFailed, "the tool ran, but the root is not in " + store.bundle};
  }
  return {TrustOutcome::kDone, {}};
}

Step install_file(const Installation& work, TrustRecord& record, const std::string& path,
                  const std::string& text) {
  if (file_equals(path, text)) return {TrustOutcome::kAlready, {}};
  const auto done = write_recorded(record, {TrustChange::kFile, work.key_hash, path}, text);
  return done ? Step{TrustOutcome::kDone, {}} : failed(done.error());
}

enum class Missing : uint8_t { kFails, kIsMade };
struct BlockWish {
  std::string lines;
  std::string_view must_contain;  // to tell that the file is what its name says
  Missing missing;
};

// `path` is a real one: a link at its end is refused.
Step install_block(const Installation& work, TrustRecord& record, const std::string& path,
                   const BlockWish& wish) {
  const MarkedBlock block{work.key_hash, wish.lines};
  Step step{TrustOutcome::kAlready, {}};
  const auto put = [&](std::string_view content) -> core::Result<std::optional<std::string>> {
    if (content.find(wish.must_contain) == std::string_view::npos) {
      return core::Error{"it does not look like a list of certificates"};
    }
    if (has_equal_block(content, block)) return std::optional<std::string>();
    if (block_state(content, work.key_hash) == BlockState::kDamaged) {
      return core::Error{"the line \"# fogbank-end " + work.key_hash +
                         "\" is gone; mend it by hand"};
    }
    auto recorded = record.add({TrustChange::kBlock, work.key_hash, path});
    if (!recorded) return recorded.error();
    step.outcome = TrustOutcome::kDone;
    return std::optional(with_block(content, block));
  };
  auto done = edit_file(path, kBundleBytesMax, put);
  if (!done && done.error().system_error == ENOENT && wish.missing == Missing::kIsMade) {
    step.outcome = TrustOutcome::kDone;
    done = write_recorded(record, {TrustChange::kNewBlock, work.key_hash, path},
                          with_block("", block));
  }
  return done ? step : failed(done.error());
}

void install_bundles(Installation& work, TrustRecord& record) {
  const std::vector<std::string> system = system_bundles(work.places.root_prefix);
  const std::vector<std::string> found = program_bundles(work.places);
  for (const std::string& path : found) {
    if (std::find(system.begin(), system.end(), path) != system.end()) {
      work.say(kBundleName, path, TrustOutcome::kAlready, kFollowsStore);
      continue;
    }
    Step step = install_block(work, record, path,
                              {work.root_pem, "-----BEGIN CERTIFICATE-----", Missing::kFails});
    work.say(kBundleName, path, step.outcome, std::move(step.why));
  }
  if (found.size() >= kBundlesMax) {
    work.say(kBundleName, work.places.root_prefix + "/", TrustOutcome::kNotCovered,
             "more than " + std::to_string(kBundlesMax) + " CA files; the rest was not touched");
  }
}

// Where no tool keeps a store bundle, one of our own has the system's roots and ours.
void install_combined(Installation& work, TrustRecord& record, const TrustFiles& files) {
  std::string theirs;
  for (const std::string& path : system_bundles(work.places.root_prefix)) {
    auto content = read_file_if_any(path, kBundleBytesMax);
    if (content && *content && theirs.empty()) theirs = std::move(**content);
  }
  Step step = install_file(work, record, files.root, work.root_pem);
  work.say(kCombinedName, files.root, step.outcome, std::move(step.why));
  step = install_file(work, record, files.bundle, combined_bundle(theirs, work.root_pem));
  work.say(kCombinedName, files.bundle, step.outcome, std::move(step.why));
}

void install_variables(Installation& work, TrustRecord& record, const TrustFiles& files) {
  const std::string profile = work.places.root_prefix + std::string(kProfile);
  Step step = install_file(work, record, profile, profile_script(files));
  work.say(kProfileName, profile, step.outcome, std::move(step.why));

  const std::string environment = work.places.root_prefix + std::string(kEnvironment);
  const auto content = read_file_if_any(environment, kBundleBytesMax);
  if (!content) return work.fail(kEnvironmentName, environment, content.error());
  const std::string theirs = content->value_or("");
  const EnvironmentLines lines =
      environment_lines(files, without_block(theirs, work.key_hash).value_or(theirs));
  for (const std::string& name : lines.kept) {
    work.say(kEnvironmentName, environment, TrustOutcome::kNotCovered,
             "sets " + name + " itself, which was left as it is");
  }
  if (lines.lines.empty()) return;
  step = install_block(work, record, environment, {lines.lines, "", Missing::kIsMade});
  work.say(kEnvironmentName, environment, step.outcome, std::move(step.why));
}

void say_what_is_not_covered(Installation& work) {
  const std::string& prefix = work.places.root_prefix;
  const std::string followed = real_file(prefix + "/etc/ssl/certs/java/cacerts");
  for (const std::string& store : java_key_stores(prefix)) {
    if (store == followed) continue;
    work.say("Java key store", store, TrustOutcome::kNotCovered,
             "run \"keytool -importcert -cacerts\" of that Java with the root certificate");
  }
  work.say("running programs", "-", TrustOutcome::kNotCovered,
           "they have read their CA file; restart them");
  work.say("browsers, containers, programs with compiled-in roots", "-", TrustOutcome::kNotCovered,
           "give them the root certificate by their own means, or use \"fogbank run\"");
}

core::Result<Installation> prepare(const TrustPlaces& places, const std::string& root_pem) {
  const auto root = certificate_from_pem(root_pem);
  if (!root) return root.error();
  auto hash = key_hash_of(**root);
  if (!hash) return hash.error();
  // As OpenSSL writes it, so that it can be found again in a bundle.
  return Installation{places, to_pem(**root), std::move(*hash), {}};
}

Step state_of_block(const std::string& path, const MarkedBlock& block) {
  const auto content = read_file_if_any(path, kBundleBytesMax);
  if (!content) return failed(content.error());
  if (*content && has_equal_block(**content, block)) return {TrustOutcome::kAlready, {}};
  return {TrustOutcome::kAbsent, {}};
}

TrustFiles files_for_variables(const Installation& work, const std::optional<TrustStore>& store) {
  if (store) return {store->bundle, store->anchor};
  return {work.places.state_directory + "/ca-bundle.pem",
          work.places.state_directory + "/root.pem"};
}

}  // namespace

core::Result<std::vector<TrustItem>> install_trust(const TrustPlaces& places,
                                                   const std::string& root_pem) {
  auto work = prepare(places, root_pem);
  if (!work) return work.error();
  auto record = TrustRecord::open(places.state_directory);
  if (!record) return record.error();
  // What an earlier CA of this state left would be trusted for ever.
  work->items = undo_all(*record, places, [&work](const TrustEntry& entry) {
    return entry.key_hash != work->key_hash;
  });
  const auto store = find_store(places.root_prefix, work->key_hash);
  if (store) {
    Step step = install_store(*work, *store, *record);
    work->say(kStoreName, store->anchor, step.outcome, std::move(step.why));
  } else {
    work->say(kStoreName, "-", TrustOutcome::kNotCovered,
              "neither Debian's nor Red Hat's tools are here; add the root by hand");
  }
  const TrustFiles files = files_for_variables(*work, store);
  if (!store) install_combined(*work, *record, files);
  install_bundles(*work, *record);
  install_variables(*work, *record, files);
  say_what_is_not_covered(*work);
  return std::move(work->items);
}

core::Result<std::vector<TrustItem>> remove_trust(const TrustPlaces& places) {
  auto record = TrustRecord::open(places.state_directory);
  if (!record) return record.error();
  auto items = undo_all(*record, places, [](const TrustEntry&) { return true; });
  // With the record gone the directory is ours to take along, unless it holds other things.
  if (record->entries().empty()) ::rmdir(places.state_directory.c_str());
  return items;
}

core::Result<std::vector<TrustItem>> report_trust(const TrustPlaces& places,
                                                  const std::string& root_pem) {
  auto work = prepare(places, root_pem);
  if (!work) return work.error();
  const auto store = find_store(places.root_prefix, work->key_hash);
  const auto outcome = [](bool is_there) {
    return is_there ? TrustOutcome::kAlready : TrustOutcome::kAbsent;
  };
  if (store) {
    work->say(kStoreName, store->anchor, outcome(file_contains(store->bundle, work->root_pem)));
  }
  const std::vector<std::string> system = system_bundles(places.root_prefix);
  for (const std::string& path : program_bundles(places)) {
    const bool is_system = std::find(system.begin(), system.end(), path) != system.end();
    Step step = is_system ? Step{outcome(file_contains(path, work->root_pem)), kFollowsStore}
                          : state_of_block(path, {work->key_hash, work->root_pem});
    work->say(kBundleName, path, step.outcome, std::move(step.why));
  }
  const TrustFiles files = files_for_variables(*work, store);
  const std::string profile = places.root_prefix + std::string(kProfile);
  work->say(kProfileName, profile, outcome(file_equals(profile, profile_script(files))));
  const std::string environment = places.root_prefix + std::string(kEnvironment);
  const auto content = read_file_if_any(environment, kBundleBytesMax);
  work->say(
      kEnvironmentName, environment,
      outcome(content && *content && block_state(**content, work->key_hash) == BlockState::kWhole));
  say_what_is_not_covered(*work);
  return std::move(work->items);
}

}  // namespace fogbank::certs
