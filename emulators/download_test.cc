#include "emulators/download.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"
#include "core/text.h"
#include "tests/support/temp_dir.h"

namespace fogbank::emulators {
namespace {

class Blobs final {
 public:
  Blobs() {
    auto opened = storage::Store::open(
        {.directory = directory_.path(), .durability = storage::Durability::kRelaxed}, log_,
        metrics_, random_);
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
  }
  storage::BlobId add(std::string_view bytes) {
    auto writer = store_->create_blob();
    REQUIRE(writer.has_value());
    REQUIRE((*writer)->write(core::as_bytes(bytes)).has_value());
    const auto blob = (*writer)->finish();
    REQUIRE(blob.has_value());
    return *blob;
  }
  // What an answer of this download says, read `step` bytes at a time.
  std::string read(const Download& download, std::size_t step) {
    auto body = BlobBody::open(*store_, download);
    REQUIRE(body.has_value());
    const uint64_t promised = (*body)->bytes();
    std::string out;
    std::vector<std::byte> buffer(step);
    while (true) {
      const auto got = (*body)->read(buffer);
      if (!got) return "error: " + got.error().message;
      out += core::as_text(std::span(buffer).first(got->bytes));
      if (got->state == core::AnswerBody::State::kEnd) break;
      REQUIRE(got->bytes > 0);
    }
    CHECK(out.size() == promised);
    return out;
  }
  storage::Store& store() { return *store_; }

 private:
  tests::TempDir directory_;
  core::Log log_{2, core::LogLevel::kError};
  core::Metrics metrics_;
  core::SeededRandom random_{1};
  std::unique_ptr<storage::Store> store_;
};

TEST_CASE("a download is its pieces in order, then its own bytes, however it is read") {
  Blobs blobs;
  const auto digits = blobs.add("0123456789");
  const auto letters = blobs.add("abcdefghij");
  Download download{
      .pieces = {{digits, 2, 3}, {{}, 1, 2, "(xy)"}, {letters, 0, 10}, {digits, 9, 1}},
      .inline_bytes = "tail"};
  for (const std::size_t step : {1U, 2U, 3U, 7U, 100U}) {
    CAPTURE(step);
    CHECK(blobs.read(download, step) == "234xyabcdefghij9tail");
  }
  CHECK(blobs.read({.pieces = {}, .inline_bytes = "only"}, 3) == "only");
  CHECK(blobs.read({.pieces = {}, .inline_bytes = ""}, 3).empty());
}

TEST_CASE("a download of more pieces than it holds open is read to its end") {
  Blobs blobs;
  const auto blob = blobs.add("0123456789");
  for (const std::size_t count : {BlobBody::kOpenPiecesMax - 1, BlobBody::kOpenPiecesMax,
                                  BlobBody::kOpenPiecesMax + 1, BlobBody::kOpenPiecesMax * 5}) {
    CAPTURE(count);
    Download download;
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) {
      download.pieces.push_back({blob, i % 10, 1});
      expected += static_cast<char>('0' + i % 10);
    }
    CHECK(blobs.read(download, 50) == expected);
  }
}

TEST_CASE("a download of a blob that is gone or too short is an error, never a short answer") {
  Blobs blobs;
  const storage::BlobId absent{std::string(32, 'a')};
  CHECK_FALSE(BlobBody::open(blobs.store(), {.pieces = {{absent, 0, 1}}, .inline_bytes = ""}));
  const auto blob = blobs.add("0123");
  CHECK(blobs.read({.pieces = {{blob, 0, 5}}, .inline_bytes = ""}, 10).starts_with("error: "));
}

}  // namespace
}  // namespace fogbank::emulators
