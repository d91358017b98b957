#include "core/bytes.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::core {
namespace {

TEST_CASE("bytes are read back as they were written, most significant first") {
  std::string record;
  ByteWriter(record)
      .u8(1)
      .u16(0x0203)
      .u32(0x04050607)
      .u64(8)
      .i64(-1)
      .text8("a")
      .text16("")
      .text32("bc");
  CHECK(record.substr(0, 7) == "\x01\x02\x03\x04\x05\x06\x07");
  ByteReader reader(record);
  CHECK(reader.u8() == 1);
  CHECK(reader.u16() == 0x0203);
  CHECK(reader.u32() == 0x04050607);
  CHECK(reader.u64() == 8);
  CHECK(reader.i64() == -1);
  CHECK(reader.text8() == "a");
  CHECK(reader.text16().empty());
  CHECK_FALSE(reader.is_at_end());
  CHECK(reader.text32() == "bc");
  CHECK(reader.is_at_end());
}

TEST_CASE("a read past the end answers nothing and sticks") {
  ByteReader reader(
      std::string_view("\x05"
                       "abc",
                       4));
  CHECK(reader.text8().empty());
  CHECK_FALSE(reader.ok());
  CHECK(reader.u8() == 0);
  CHECK_FALSE(reader.is_at_end());
}

}  // namespace
}  // namespace fogbank::core
