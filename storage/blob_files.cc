#include "storage/blob_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "core/check.h"
#include "core/text.h"
#include "storage/blob_register.h"
#include "storage/directory.h"

namespace fogbank::storage {
namespace {

constexpr int kIdAttemptsMax = 8;

// "ab/abcdef...": 256 folders keep each one small.
std::string place_of(std::string_view id) {
  std::string place(id.substr(0, 2));
  place.append("/").append(id);
  return place;
}

core::Error blob_error(std::string_view what, std::string_view id, int number) {
  std::string message = "storage: cannot ";
  message.append(what).append(" blob ").append(id);
  return core::system_error(std::move(message), number);
}

core::UniqueFd open_file(int directory, const std::string& name) {
  return core::UniqueFd(::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

}  // namespace

class BlobFiles::Writer final : public BlobWriter {
 public:
  Writer(BlobFiles& files, core::UniqueFd file, std::string id)
      : files_(files), file_(std::move(file)), id_(std::move(id)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() override {
    if (!is_finished_) ::unlinkat(files_.staging_.get(), id_.c_str(), 0);
  }

  core::Result<void> write(std::span<const std::byte> piece) override {
    core::check(!is_finished_, "a finished blob is not written to");
    while (!piece.empty() && error_number_ == 0) {
      const ssize_t count = ::write(file_.get(), piece.data(), piece.size());
      if (count >= 0) {
        written_bytes_ += static_cast<uint64_t>(count);
        piece = piece.subspan(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        error_number_ = errno;
      }
    }
    if (error_number_ != 0) return blob_error("write", id_, error_number_);
    start_flush();
    return {};
  }

  core::Result<BlobId> finish() override {
    core::check(!is_finished_, "a blob is finished once");
    if (error_number_ != 0) return blob_error("write", id_, error_number_);
    if (files_.durability_ == Durability::kStrict) {
      if (::fdatasync(file_.get()) != 0 || ::fsync(files_.staging_.get()) != 0) {
        return blob_error("sync", id_, errno);
      }
    }
    is_finished_ = true;
    file_.reset();
    return BlobId{id_};
  }

  [[nodiscard]] uint64_t written_bytes() const override { return written_bytes_; }

 private:
  // Lets the disk begin early, so that finish() of a large blob has little left to wait for.
  void start_flush() {
    constexpr uint64_t kFlushStepBytes = 8U << 20;
    if (files_.durability_ != Durability::kStrict) return;
    if (written_bytes_ - flushed_bytes_ < kFlushStepBytes) return;
    ::sync_file_range(file_.get(), static_cast<off64_t>(flushed_bytes_),
                      static_cast<off64_t>(written_bytes_ - flushed_bytes_),
                      SYNC_FILE_RANGE_WRITE);
    flushed_bytes_ = written_bytes_;
  }

  BlobFiles& files_;
  core::UniqueFd file_;
  std::string id_;
  uint64_t written_bytes_ = 0;
  uint64_t flushed_bytes_ = 0;
  int error_number_ = 0;  // of the first write that failed
  bool is_finished_ = false;
};

core::Result<std::unique_ptr<BlobFiles>> BlobFiles::open(int directory, Durability durability,
                                                         core::RandomSource& random) {
  auto root = open_folder(directory, "blobs");
  if (!root) return root.error();
  auto staging = open_folder(root->get(), "new");
  if (!staging) return staging.error();
  return std::unique_ptr<BlobFiles>(
      new BlobFiles(*std::move(root), *std::move(staging), durability, random));
}

core::Result<std::unique_ptr<BlobWriter>> BlobFiles::create() {
  std::string id;
  auto file = create_file(id);
  if (!file) return file.error();
  return std::unique_ptr<BlobWriter>(
      std::make_unique<Writer>(*this, *std::move(file), std::move(id)));
}

core::Result<core::UniqueFd> BlobFiles::create_file(std::string& id) {
  // A source that repeats itself, as in tests, may offer a name that is taken.
  for (int attempt = 0; attempt < kIdAttemptsMax; ++attempt) {
    std::array<std::byte, 16> name;
    random_.fill(name);
    id = core::to_hex(core::as_text(name));
    struct stat kept;
    if (::fstatat(root_.get(), place_of(id).c_str(), &kept, AT_SYMLINK_NOFOLLOW) == 0) continue;
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    core::UniqueFd file(::openat(staging_.get(), id.c_str(), kFlags, 0600));
    if (file.is_open()) return file;
    if (errno != EEXIST) return blob_error("create", id, errno);
  }
  return blob_error("create", id, EEXIST);
}

core::Result<core::UniqueFd> BlobFiles::open_blob(std::string_view id) const {
  if (!is_blob_id(id)) return bad_blob_id();
  const std::string place = place_of(id);
  // Between the first two looks it may have been moved from the second place to the first.
  core::UniqueFd file = open_file(root_.get(), place);
  if (!file.is_open() && errno == ENOENT) file = open_file(staging_.get(), std::string(id));
  if (!file.is_open() && errno == ENOENT) file = open_file(root_.get(), place);
  if (!file.is_open()) return blob_error("open", id, errno);
  return file;
}

core::Result<void> BlobFiles::keep(const std::string& id) {
  const std::string place = place_of(id);
  const auto move = [&] {
    return ::renameat(staging_.get(), id.c_str(), root_.get(), place.c_str()) == 0;
  };
  if (move()) return {};
  if (errno != ENOENT) return blob_error("move", id, errno);
  struct stat kept;
  if (::fstatat(root_.get(), place.c_str(), &kept, AT_SYMLINK_NOFOLLOW) == 0) return {};
  auto folder = open_folder(root_.get(), place.substr(0, 2));
  if (!folder) return folder.error();
  if (move() || errno == ENOENT) return {};  // released in the meantime
  return blob_error("move", id, errno);
}

core::Result<void> BlobFiles::remove(const std::string& id) {
  const std::string place = place_of(id);
  struct Look {
    int folder;
    const std::string& name;
  };
  // As open_blob() looks, and for the same reason.
  const Look looks[] = {{root_.get(), place}, {staging_.get(), id}, {root_.get(), place}};
  for (const auto& look : looks) {
    if (::unlinkat(look.folder, look.name.c_str(), 0) == 0) return {};
    if (errno != ENOENT) return blob_error("remove", id, errno);
  }
  return {};
}

core::Result<std::vector<std::string>> BlobFiles::staged() const {
  auto again = open_folder(root_.get(), "new");
  if (!again) return again.error();
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(again->get()));
  if (!folder) return core::system_error("storage: cannot list blobs/new", errno);
  (void)again->release();  // closedir closes it
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

}  // namespace fogbank::storage
