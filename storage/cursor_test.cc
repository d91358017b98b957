#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

using Model = std::map<std::string, std::string, std::less<>>;

// A cursor as the door describes it, over a map.
class ModelCursor final {
 public:
  explicit ModelCursor(const Model& model) : model_(model) {}

  bool seek(const std::string& key) { return stand_at(model_.lower_bound(key)); }
  bool seek_before(const std::string& key) { return stand_before(model_.lower_bound(key)); }
  bool next() {
    if (is_behind_) return false;
    return stand_at(at_ ? model_.upper_bound(*at_) : model_.begin());
  }
  bool previous() {
    if (is_behind_) return stand_before(model_.end());
    return at_ ? stand_before(model_.lower_bound(*at_)) : false;
  }
  [[nodiscard]] const std::string& key() const { return *at_; }

 private:
  bool stand_at(Model::const_iterator place) {
    is_behind_ = place == model_.end();
    at_ = is_behind_ ? std::nullopt : std::optional(place->first);
    return at_.has_value();
  }
  bool stand_before(Model::const_iterator place) {
    is_behind_ = false;
    at_ = place == model_.begin() ? std::nullopt : std::optional(std::prev(place)->first);
    return at_.has_value();
  }
  const Model& model_;
  std::optional<std::string> at_;
  bool is_behind_ = false;
};

void require_equal(Transaction& txn, const Model& model) {
  Cursor cursor(txn);
  std::vector<std::string> forward;
  for (bool found = cursor.seek({}); found; found = cursor.next()) {
    forward.emplace_back(cursor.key());
    const auto expected = model.find(cursor.key());
    REQUIRE(expected != model.end());
    REQUIRE(cursor.value() == expected->second);
  }
  REQUIRE(forward.size() == model.size());
  auto expected = model.rbegin();
  for (bool found = cursor.previous(); found; found = cursor.previous(), ++expected) {
    REQUIRE(expected != model.rend());
    REQUIRE(cursor.key() == expected->first);
  }
  REQUIRE(expected == model.rend());
}

TEST_CASE("keys of all lengths keep the order of their bytes, and a cursor walks them both ways") {
  TestStore store;
  Model model;
  KeySource source(20260101);
  for (int round = 0; round < 12; ++round) {
    store.write([&](Transaction& txn) {
      for (int i = 0; i < 60; ++i) {
        const std::string key = source.key();
        if (source.below(3) == 0) {
          REQUIRE(txn.erase(key) == (model.erase(key) == 1));
        } else {
          const std::string value = source.value();
          txn.put(key, value);
          model.insert_or_assign(key, value);
        }
        const std::string probe = source.key();
        const auto found = txn.get(probe);
        const auto expected = model.find(probe);
        REQUIRE(found.has_value() == (expected != model.end()));
        if (found) REQUIRE(*found == expected->second);
      }
      require_equal(txn, model);
    });
    const auto snapshot = store->read();
    require_equal(*snapshot, model);
  }
}

TEST_CASE("a cursor keeps its place while its transaction puts and erases") {
  TestStore store;
  Model model;
  KeySource source(4711);
  store.write([&](Transaction& txn) {
    Cursor cursor(txn);
    ModelCursor expected(model);
    for (int i = 0; i < 6000; ++i) {
      const std::string key = source.key();
      bool moved = false;
      bool found = false;
      bool must_find = false;
      switch (source.below(8)) {
        case 0:
          txn.put(key, "v");
          model.insert_or_assign(key, "v");
          break;
        case 1:
          txn.erase(key);
          model.erase(key);
          break;
        case 2:
          found = cursor.seek(key), must_find = expected.seek(key), moved = true;
          break;
        case 3:
          found = cursor.seek_before(key), must_find = expected.seek_before(key), moved = true;
          break;
        case 4:
        case 5:
          found = cursor.next(), must_find = expected.next(), moved = true;
          break;
        default:
          found = cursor.previous(), must_find = expected.previous(), moved = true;
      }
      CAPTURE(i);
      if (!moved) continue;
      REQUIRE(found == must_find);
      if (found) REQUIRE(cursor.key() == expected.key());
    }
  });
}

TEST_CASE("erasing while walking visits each key once") {
  TestStore store;
  store.write([](Transaction& txn) {
    for (int i = 100; i < 200; ++i) txn.put("key" + std::to_string(i), "v");
    Cursor cursor(txn);
    int visited = 0;
    for (bool found = cursor.seek("key"); found; found = cursor.next()) {
      CHECK(txn.erase(cursor.key()));
      ++visited;
    }
    CHECK(visited == 100);
    CHECK_FALSE(cursor.seek({}));
  });
}

TEST_CASE("a cursor may seek its own key, and a value of the store may be put again") {
  TestStore store;
  const std::string long_key(1700, 'k');
  store.put(long_key, std::string(3000, 'v'));
  store.write([&](Transaction& txn) {
    Cursor cursor(txn);
    REQUIRE(cursor.seek("k"));
    REQUIRE(cursor.seek(cursor.key()));
    CHECK(cursor.key() == long_key);
    CHECK_FALSE(cursor.seek_before(cursor.key()));
    for (int i = 0; i < 50; ++i) txn.put("copy" + std::to_string(i), *txn.get(long_key));
    for (int i = 0; i < 49; ++i) {
      txn.put("copy" + std::to_string(i), *txn.get("copy" + std::to_string(i + 1)));
    }
    CHECK(txn.get("copy7") == std::string(3000, 'v'));
  });
}

}  // namespace
}  // namespace fogbank::storage
