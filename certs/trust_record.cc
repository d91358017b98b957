#include "certs/trust_record.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "certs/files.h"

namespace fogbank::certs {
namespace {

constexpr std::string_view kFirstLine = "fogbank-trust 1";
constexpr std::size_t kRecordBytesMax = 4 * 1024 * 1024;

constexpr std::array<std::pair<TrustChange, std::string_view>, 5> kWords = {{
    {TrustChange::kStore, "store"},
    {TrustChange::kBlock, "block"},
    {TrustChange::kNewBlock, "new-block"},
    {TrustChange::kFile, "file"},
    {TrustChange::kDirectory, "directory"},
}};

std::string_view word_of(TrustChange change) {
  for (const auto& [known, word] : kWords) {
    if (known == change) return word;
  }
  return "";
}

std::optional<TrustEntry> parse_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos || second + 1 >= line.size()) return std::nullopt;
  for (const auto& [change, word] : kWords) {
    if (line.substr(0, first) != word) continue;
    return TrustEntry{change, std::string(line.substr(first + 1, second - first - 1)),
                      std::string(line.substr(second + 1))};
  }
  return std::nullopt;
}

}  // namespace

core::Result<TrustRecord> TrustRecord::open(const std::string& state_directory) {
  if (auto made = make_directories(state_directory); !made) return made.error();
  core::UniqueFd lock(::open(state_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open() || ::flock(lock.get(), LOCK_EX) != 0) {
    return core::system_error("certs: cannot lock " + state_directory, errno);
  }
  // Whoever can write here decides which files root edits and deletes.
  struct stat facts {};
  if (::fstat(lock.get(), &facts) != 0 || facts.st_uid != ::geteuid() ||
      (facts.st_mode & 022) != 0) {
    return core::Error{"certs: " + state_directory +
                       " must belong to the user that changes trust, and be writable by no other; "
                       "run \"chown root\" and \"chmod 755\" on it after a look inside"};
  }
  TrustRecord record(state_directory + "/trust.record", std::move(lock));
  auto content = read_file_if_any(record.path_, kRecordBytesMax);
  if (!content) return content.error();
  if (!*content) return record;
  bool is_first = true;
  for (std::string_view rest = **content; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (is_first ? line != kFirstLine : !parse_line(line)) {
      return core::Error{"certs: cannot understand " + record.path_ +
                         "; it says what \"trust remove\" has to undo, so mend it by hand"};
    }
    if (!is_first) record.entries_.push_back(*parse_line(line));
    is_first = false;
  }
  return record;
}

core::Result<void> TrustRecord::add(const TrustEntry& entry) {
  if (entry.path.find('\n') != std::string::npos) {
    return core::Error{"certs: a path with a line end in it cannot be recorded"};
  }
  for (const TrustEntry& known : entries_) {
    const bool is_new_block =
        entry.change == TrustChange::kBlock && known.change == TrustChange::kNewBlock;
    if (known.key_hash == entry.key_hash && known.path == entry.path &&
        (known.change == entry.change || is_new_block)) {
      return {};
    }
  }
  entries_.push_back(entry);
  return save();
}

core::Result<void> TrustRecord::remove(const TrustEntry& entry) {
  const TrustEntry gone = entry;  // `entry` may be an element
  entries_.erase(std::remove(entries_.begin(), entries_.end(), gone), entries_.end());
  return save();
}

core::Result<void> TrustRecord::save() const {
  if (entries_.empty()) {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
      return core::system_error("certs: cannot remove " + path_, errno);
    }
    return {};
  }
  std::string text(kFirstLine);
  text.push_back('\n');
  for (const TrustEntry& entry : entries_) {
    text.append(word_of(entry.change)).append(" ").append(entry.key_hash).append(" ");
    text.append(entry.path).append("\n");
  }
  return write_file(path_, text, 0644);
}

}  // namespace fogbank::certs
