#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>

#include "core/text.h"
#include "storage/blob_files.h"
#include "storage/blob_register.h"
#include "storage/environment.h"
#include "storage/records.h"
#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

BlobId make_blob(TestStore& store, std::string_view content) {
  auto writer = store->create_blob();
  REQUIRE(writer);
  REQUIRE((*writer)->write(core::as_bytes(content)));
  CHECK((*writer)->written_bytes() == content.size());
  auto blob = (*writer)->finish();
  REQUIRE(blob);
  return *blob;
}

std::string read_all(int file) {
  std::string content;
  char piece[4096];
  off_t offset = 0;
  for (ssize_t count = 0; (count = ::pread(file, piece, sizeof piece, offset)) > 0;) {
    content.append(piece, static_cast<std::size_t>(count));
    offset += count;
  }
  return content;
}

std::string content_of(TestStore& store, const BlobId& blob) {
  const auto file = store->open_blob(blob);
  return file ? read_all(file->get()) : "(nothing)";
}

std::string place_of(const BlobId& blob) {
  return "blobs/" + blob.text.substr(0, 2) + "/" + blob.text;
}

bool exists(TestStore& store, const std::string& name) {
  struct stat status;
  return ::lstat(store.path(name).c_str(), &status) == 0;
}

// Neither in its place nor staged; the store is closed, so that moves are done.
bool has_file(TestStore& store, const BlobId& blob) {
  return exists(store, place_of(blob)) || exists(store, "blobs/new/" + blob.text);
}

TEST_CASE("an adopted blob can be read at once, after reopening, and lies in its own folder") {
  for (const auto durability : {Durability::kStrict, Durability::kRelaxed}) {
    TestStore store(durability);
    const BlobId blob = make_blob(store, "content");
    CHECK(is_blob_id(blob.text));
    store.write([&](Transaction& txn) {
      txn.adopt_blob(blob);
      txn.put("object", blob.text);
    });
    CHECK(content_of(store, blob) == "content");
    store.close();
    struct stat status;
    REQUIRE(::stat(store.path(place_of(blob)).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(exists(store, "blobs/new/" + blob.text));
    store.open();
    CHECK(content_of(store, blob) == "content");
  }
}

TEST_CASE("a blob written in many pieces keeps them all, beyond the step of early flushing") {
  TestStore store(Durability::kStrict);
  auto writer = store->create_blob();
  REQUIRE(writer);
  std::string expected;
  for (char c = 'a'; c < 'k'; ++c) {
    const std::string piece(1'000'000, c);
    REQUIRE((*writer)->write(core::as_bytes(piece)));
    expected += piece;
  }
  const auto blob = (*writer)->finish();
  REQUIRE(blob);
  CHECK(content_of(store, *blob) == expected);
}

TEST_CASE("a blob that is not finished, or not adopted by a commit, leaves nothing") {
  TestStore store;
  {
    auto unfinished = store->create_blob();
    REQUIRE(unfinished);
    REQUIRE((*unfinished)->write(core::as_bytes("half")));
  }
  const BlobId unadopted = make_blob(store, "unadopted");
  const BlobId rolled_back = make_blob(store, "rolled back");
  REQUIRE(write_and_wait(*store, [&](Transaction& txn) {
    txn.adopt_blob(rolled_back);
    return Verdict::kRollBack;
  }));
  CHECK(content_of(store, unadopted) == "unadopted");
  store.open();
  store.close();
  CHECK_FALSE(has_file(store, unadopted));
  CHECK_FALSE(has_file(store, rolled_back));
  CHECK(::rmdir(store.path("blobs/new").c_str()) == 0);  // empty
}

TEST_CASE("a released blob goes after the commit; who has it open reads on") {
  TestStore store;
  const BlobId blob = make_blob(store, "content");
  store.write([&](Transaction& txn) { txn.adopt_blob(blob); });
  const auto file = store->open_blob(blob);
  REQUIRE(file);
  store.write([&](Transaction& txn) { txn.release_blob(blob); });
  CHECK(read_all(file->get()) == "content");
  store.close();
  CHECK_FALSE(has_file(store, blob));
  store.open();
  CHECK_FALSE(store->open_blob(blob));
}

TEST_CASE("releasing undone with its task keeps the blob") {
  TestStore store;
  const BlobId blob = make_blob(store, "content");
  store.write([&](Transaction& txn) { txn.adopt_blob(blob); });
  REQUIRE(write_and_wait(*store, [&](Transaction& txn) {
    txn.release_blob(blob);
    return Verdict::kRollBack;
  }));
  store.open();
  CHECK(content_of(store, blob) == "content");
}

TEST_CASE("a blob stays until each record that adopted it has released it") {
  TestStore store;
  const BlobId blob = make_blob(store, "shared");
  store.write([&](Transaction& txn) {
    txn.adopt_blob(blob);
    txn.adopt_blob(blob);
  });
  store.write([&](Transaction& txn) { txn.release_blob(blob); });
  store.write([&](Transaction& txn) {  // an object copied onto itself
    txn.release_blob(blob);
    txn.adopt_blob(blob);
  });
  store.open();
  CHECK(content_of(store, blob) == "shared");
  store.write([&](Transaction& txn) { txn.release_blob(blob); });
  store.close();
  CHECK_FALSE(has_file(store, blob));
}

TEST_CASE("a blob that was never adopted can be released") {
  TestStore store;
  const BlobId blob = make_blob(store, "precondition failed");
  store.write([&](Transaction& txn) { txn.release_blob(blob); });
  store.close();
  CHECK_FALSE(has_file(store, blob));
}

TEST_CASE("open finishes what a crash cut off between the commit and the files") {
  TestStore store;
  const BlobId adopted = make_blob(store, "adopted");
  const BlobId released = make_blob(store, "released");
  store.write([&](Transaction& txn) {
    txn.adopt_blob(adopted);
    txn.adopt_blob(released);
  });
  store.close();
  // Not moved yet, and not unlinked yet.
  REQUIRE(::rename(store.path(place_of(adopted)).c_str(),
                   store.path("blobs/new/" + adopted.text).c_str()) == 0);
  {
    auto engine = open_engine(store.options());
    REQUIRE(engine);
    MDB_txn* transaction = nullptr;
    REQUIRE(mdb_txn_begin(engine->environment.get(), nullptr, 0, &transaction) == MDB_SUCCESS);
    Records records;
    records.bind(transaction, engine->database, Access::kWrite);
    BlobRegister(records).release(released);
    records.unbind();
    REQUIRE(mdb_txn_commit(transaction) == MDB_SUCCESS);
  }
  store.open();
  CHECK(content_of(store, adopted) == "adopted");
  CHECK_FALSE(store->open_blob(released));
  store.close();
  CHECK(exists(store, place_of(adopted)));
  CHECK_FALSE(has_file(store, released));
}

TEST_CASE("finish_blob tells its name on a thread of the store") {
  class Finished final : public BlobFinished {
   public:
    void blob_finished(core::Result<BlobId> blob) override {
      const std::lock_guard lock(mutex_);
      blob_ = std::move(blob);
      changed_.notify_all();
    }
    core::Result<BlobId> wait() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return blob_.has_value(); });
      return *blob_;
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<core::Result<BlobId>> blob_;
  };
  TestStore store;
  auto writer = store->create_blob();
  REQUIRE(writer);
  REQUIRE((*writer)->write(core::as_bytes("content")));
  const auto finished = std::make_shared<Finished>();
  store->finish_blob(*std::move(writer), finished);
  const auto blob = finished->wait();
  REQUIRE(blob);
  CHECK(content_of(store, *blob) == "content");
}

TEST_CASE("names that are no blob ids and links in a blob's place are refused") {
  TestStore store;
  const char* const kTexts[] = {"", "../data.mdb", "0123456789ABCDEF0123456789ABCDEF",
                                "0123456789abcdef0123456789abcde",
                                "0123456789abcdef0123456789abcdef0"};
  for (const char* text : kTexts) {
    CAPTURE(text);
    CHECK_FALSE(store->open_blob(BlobId{text}));
    CHECK_FALSE(write_and_wait(*store, [&](Transaction& txn) {
      txn.adopt_blob(BlobId{text});
      return Verdict::kCommit;
    }));
  }
  const BlobId blob = make_blob(store, "content");
  REQUIRE(::unlink(store.path("blobs/new/" + blob.text).c_str()) == 0);
  REQUIRE(::symlink("/etc/hostname", store.path("blobs/new/" + blob.text).c_str()) == 0);
  CHECK_FALSE(store->open_blob(blob));
}

TEST_CASE("a name that is taken is not given again") {
  TestStore store;
  store.close();
  core::SeededRandom repeating(1);
  const int directory = ::open(store.options().directory.c_str(), O_RDONLY | O_DIRECTORY);
  const core::UniqueFd owner(directory);
  auto files = BlobFiles::open(directory, Durability::kRelaxed, repeating);
  REQUIRE(files);
  auto first = (*files)->create();
  REQUIRE(first);
  const auto blob = (*first)->finish();
  REQUIRE(blob);
  REQUIRE((*files)->keep(blob->text));
  core::SeededRandom same_again(1);
  auto others = BlobFiles::open(directory, Durability::kRelaxed, same_again);
  REQUIRE(others);
  auto second = (*others)->create();
  REQUIRE(second);
  const auto other = (*second)->finish();
  REQUIRE(other);
  CHECK(other->text != blob->text);
}

}  // namespace
}  // namespace fogbank::storage
