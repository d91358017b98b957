#include "certs/marked_block.h"

#include <doctest/doctest.h>

namespace fogbank::certs {
namespace {

const MarkedBlock kBlock{"1a2b3c4d", "one\ntwo\n"};

TEST_CASE("certs a marked block is cut out without a trace") {
  const char* const rows[] = {"",
                              "\n",
                              "a\n",
                              "a",
                              "a\n\n",
                              "a\nb",
                              "# fogbank-begin 99999999\n",
                              "text # fogbank-begin 1a2b3c4d\n"};
  for (const char* const content : rows) {
    CAPTURE(content);
    CHECK(block_state(content, kBlock.tag) == BlockState::kNone);
    const std::string marked = with_block(content, kBlock);
    CHECK(block_state(marked, kBlock.tag) == BlockState::kWhole);
    CHECK(has_equal_block(marked, kBlock));
    CHECK(without_block(marked, kBlock.tag) == content);
  }
}

TEST_CASE("certs a marked block is replaced, not repeated") {
  const std::string once = with_block("a", kBlock);
  CHECK(with_block(once, kBlock) == once);
  const std::string other = with_block(once, {kBlock.tag, "three\n"});
  CHECK_FALSE(has_equal_block(other, kBlock));
  CHECK(without_block(other, kBlock.tag) == "a");
}

TEST_CASE("certs blocks of two CAs do not disturb each other") {
  const MarkedBlock second{"ffffffff", "two\n"};
  const std::string both = with_block(with_block("a", kBlock), second);
  const auto left = without_block(both, kBlock.tag);
  REQUIRE(left);
  CHECK(has_equal_block(*left, second));
  CHECK(without_block(*without_block(both, second.tag), kBlock.tag) == "a");
  CHECK(without_block(*left, second.tag) == "a\n");
}

TEST_CASE("certs what others wrote behind a marked block stays, on a line of its own") {
  CHECK(without_block(with_block("a", kBlock) + "later\n", kBlock.tag) == "a\nlater\n");
  const std::string marked = with_block("a\n", kBlock) + "later\n";
  CHECK(without_block(marked, kBlock.tag) == "a\nlater\n");
}

TEST_CASE("certs a block without its end is damaged and nothing is cut") {
  std::string marked = with_block("a\n", kBlock);
  marked.resize(marked.size() - 3);
  CHECK(block_state(marked, kBlock.tag) == BlockState::kDamaged);
  CHECK_FALSE(without_block(marked, kBlock.tag));
}

}  // namespace
}  // namespace fogbank::certs
