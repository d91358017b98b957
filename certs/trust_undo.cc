#include "certs/trust_undo.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "certs/ca_bundles.h"
#include "certs/files.h"
#include "certs/marked_block.h"
#include "certs/trust_store.h"

namespace fogbank::certs {
namespace {

Step undo_store(const TrustEntry& entry, const TrustPlaces& places) {
  if (::unlink(entry.path.c_str()) != 0 && errno != ENOENT) {
    return failed(core::system_error("certs: cannot remove " + entry.path, errno));
  }
  const auto store = find_store(places.root_prefix, entry.key_hash);
  if (!store) return {TrustOutcome::kDone, "no store is left to rebuild"};
  const auto done = rebuild_without(*store, places.state_directory);
  return done ? Step{TrustOutcome::kDone, {}} : failed(done.error());
}

Step undo_new_block(const TrustEntry& entry, const std::string& rest) {
  if (!rest.empty()) return {TrustOutcome::kDone, "others use the file, so it stays"};
  if (::unlink(entry.path.c_str()) == 0) return {TrustOutcome::kDone, {}};
  return failed(core::system_error("certs: cannot remove " + entry.path, errno));
}

Step undo_block(const TrustEntry& entry) {
  Step step{TrustOutcome::kAlready, "the block is gone"};
  std::string rest;
  const auto cut = [&](std::string_view content) -> core::Result<std::optional<std::string>> {
    if (block_state(content, entry.key_hash) == BlockState::kDamaged) {
      return core::Error{"the line \"# fogbank-end " + entry.key_hash +
                         "\" is gone; remove the block by hand"};
    }
    auto without = without_block(content, entry.key_hash);
    rest = without.value_or(std::string(content));
    if (without) step = {TrustOutcome::kDone, {}};
    return without;
  };
  const auto edited = edit_file(entry.path, kBundleBytesMax, cut);
  const int number = edited ? 0 : edited.error().system_error;
  if (number == ENOENT || number == ENOTDIR) return {TrustOutcome::kAlready, "the file is gone"};
  if (!edited) return failed(edited.error());
  return entry.change == TrustChange::kNewBlock ? undo_new_block(entry, rest) : step;
}

Step undo_file(const TrustEntry& entry) {
  if (::unlink(entry.path.c_str()) == 0) return {TrustOutcome::kDone, {}};
  if (errno == ENOENT || errno == ENOTDIR) return {TrustOutcome::kAlready, "the file is gone"};
  return failed(core::system_error("certs: cannot remove " + entry.path, errno));
}

// A directory that others have filled since stays.
Step undo_directory(const TrustEntry& entry) {
  if (::rmdir(entry.path.c_str()) == 0) return {TrustOutcome::kDone, {}};
  if (errno == ENOENT) return {TrustOutcome::kAlready, {}};
  if (errno == ENOTEMPTY || errno == EEXIST) return {TrustOutcome::kAlready, "others use it"};
  return failed(core::system_error("certs: cannot remove " + entry.path, errno));
}

Step undo(const TrustEntry& entry, const TrustPlaces& places) {
  switch (entry.change) {
    case TrustChange::kStore:
      return undo_store(entry, places);
    case TrustChange::kBlock:
    case TrustChange::kNewBlock:
      return undo_block(entry);
    case TrustChange::kFile:
      return undo_file(entry);
    case TrustChange::kDirectory:
      return undo_directory(entry);
  }
  return {TrustOutcome::kFailed, "unknown change"};
}

const char* name_of(const TrustEntry& entry) {
  switch (entry.change) {
    case TrustChange::kStore:
      return kStoreName;
    case TrustChange::kBlock:
    case TrustChange::kNewBlock:
      return entry.path.ends_with(kEnvironment) ? kEnvironmentName : kBundleName;
    case TrustChange::kFile:
      return entry.path.ends_with(kProfile) ? kProfileName : kCombinedName;
    case TrustChange::kDirectory:
      return "directory";
  }
  return "";
}

}  // namespace

std::vector<TrustItem> undo_all(TrustRecord& record, const TrustPlaces& places,
                                const WantedEntry& is_wanted) {
  std::vector<TrustItem> items;
  std::vector<TrustEntry> entries = record.entries();
  std::reverse(entries.begin(), entries.end());
  std::stable_partition(entries.begin(), entries.end(), [](const TrustEntry& entry) {
    return entry.change != TrustChange::kDirectory;
  });
  for (const TrustEntry& entry : entries) {
    if (!is_wanted(entry)) continue;
    ::unlink(temporary_name(entry.path).c_str());
    Step step = undo(entry, places);
    if (step.outcome != TrustOutcome::kFailed) {
      if (const auto forgotten = record.remove(entry); !forgotten) step = failed(forgotten.error());
    }
    items.push_back({name_of(entry), entry.path, step.outcome, std::move(step.why)});
  }
  return items;
}

}  // namespace fogbank::certs
