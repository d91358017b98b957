#include "dns/message.h"

#include <algorithm>
#include <cstring>

#include "core/bytes.h"
#include "core/check.h"

namespace fogbank::dns {
namespace {

constexpr uint16_t kOpcodeMask = 0x7800;
constexpr uint16_t kEdnsDnssecOk = 0x8000;
constexpr uint8_t kPointerBits = 0xc0;
constexpr uint16_t kPointerToQuestion = 0xc000 | kHeaderBytes;

// What each byte of a label becomes: upper case to lower; others than host name characters to
// themselves, with the mark that the name is none.
struct LabelByte {
  char lower;
  bool is_host;
};
constexpr std::array<LabelByte, 256> make_label_bytes() {
  std::array<LabelByte, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_digit = c >= '0' && c <= '9';
    table[c] = {static_cast<char>(is_upper ? c + 32 : c),
                is_upper || is_lower || is_digit || c == '-' || c == '_'};
  }
  return table;
}
constexpr std::array<LabelByte, 256> kLabelBytes = make_label_bytes();

// Reads the name at the start of `rest`. A question's name cannot be compressed: there is nothing
// before it to point to.
bool read_name(std::string_view& rest, QueryName& name) {
  std::size_t at = 0;
  for (;;) {
    if (at >= rest.size()) return false;
    const auto label_bytes = static_cast<uint8_t>(rest[at]);
    if (label_bytes > kLabelBytesMax ||
        at + label_bytes + 1 >= kNameBytesMax + (label_bytes == 0)) {
      return false;
    }
    name.wire[at] = rest[at];
    if (label_bytes == 0) break;
    if (at + 1 + label_bytes > rest.size()) return false;
    name.labels[name.label_count++] = static_cast<uint8_t>(at);
    if (at > 0) name.text[at - 1] = '.';
    for (std::size_t i = at + 1; i <= at + label_bytes; ++i) {
      const LabelByte byte = kLabelBytes[static_cast<uint8_t>(rest[i])];
      name.wire[i] = byte.lower;
      name.text[i - 1] = byte.lower;
      name.is_host_name &= byte.is_host;
    }
    at += 1 + label_bytes;
  }
  name.wire_bytes = at + 1;
  rest.remove_prefix(at + 1);
  return true;
}

// Passes over a record's owner name, compressed or not.
bool skip_name(core::ByteReader& reader) {
  for (std::size_t labels = 0; labels <= kLabelsMax; ++labels) {
    const uint8_t first = reader.u8();
    if (!reader.ok()) return false;
    if (first == 0) return true;
    if ((first & kPointerBits) == kPointerBits) {
      static_cast<void>(reader.u8());
      return reader.ok();
    }
    if (first > kLabelBytesMax) return false;
    static_cast<void>(reader.bytes(first));
  }
  return false;
}

// Looks for the OPT record among those behind the question (RFC 6891 section 6.1).
bool read_records(std::string_view rest, std::size_t count, Edns& edns) {
  if (count > kQueryRecordsMax) return false;
  core::ByteReader reader(rest);
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_root = !reader.left().empty() && reader.left()[0] == '\0';
    if (!skip_name(reader)) return false;
    const uint16_t type = reader.u16();
    const uint16_t record_class = reader.u16();
    static_cast<void>(reader.u8());  // upper bits of a response code
    const uint8_t version = reader.u8();
    const uint16_t flags = reader.u16();
    static_cast<void>(reader.text16());
    if (!reader.ok()) return false;
    if (type != kTypeOpt) continue;
    if (edns.is_present || !is_root) return false;
    edns = {true, (flags & kEdnsDnssecOk) != 0, version, record_class};
  }
  return reader.is_at_end();
}

}  // namespace

uint16_t u16_at(std::string_view message, std::size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(message[at]) << 8 |
                               static_cast<uint8_t>(message[at + 1]));
}

void put_u16(std::span<char> message, std::size_t at, uint16_t value) {
  message[at] = static_cast<char>(value >> 8);
  message[at + 1] = static_cast<char>(value & 0xff);
}

QueryState read_query(std::string_view message, Query& query) {
  if (message.size() < kHeaderBytes) return QueryState::kIgnored;
  query.id = u16_at(message, 0);
  query.flags = u16_at(message, 2);
  if ((query.flags & kFlagResponse) != 0) return QueryState::kIgnored;
  if ((query.flags & kOpcodeMask) != 0) return QueryState::kUnknownOpcode;
  if (u16_at(message, 4) != 1) return QueryState::kMalformed;
  std::string_view rest = message.substr(kHeaderBytes);
  if (!read_name(rest, query.name) || rest.size() < 4) return QueryState::kMalformed;
  query.type = u16_at(rest, 0);
  query.record_class = u16_at(rest, 2);
  query.question = message.substr(kHeaderBytes, query.name.wire_bytes + 4);
  rest.remove_prefix(4);
  const std::size_t records =
      std::size_t{u16_at(message, 6)} + u16_at(message, 8) + u16_at(message, 10);
  return read_records(rest, records, query.edns) ? QueryState::kGood : QueryState::kMalformed;
}

void AnswerWriter::begin(uint16_t flags, ResponseCode code) {
  core::check(out_.size() >= kPlainAnswerBytesMax, "an answer's buffer has room for 512 bytes");
  code_ = code;
  u16(query_.id);
  const auto kept = static_cast<uint16_t>(
      query_.flags & (kOpcodeMask | kFlagRecursionDesired | kFlagCheckingDisabled));
  u16(static_cast<unsigned>(kFlagResponse | kFlagRecursionAvailable | kept | flags | (code & 0xf)));
  u16(query_.question.empty() ? 0 : 1);
  u16(0);
  u16(0);
  u16(0);
  bytes(query_.question);
}

void AnswerWriter::add_address(RecordType type, uint32_t ttl_s, std::span<const uint8_t> address) {
  u16(kPointerToQuestion);
  u16(type);
  u16(kClassInternet);
  u32(ttl_s);
  u16(static_cast<unsigned>(address.size()));
  bytes({reinterpret_cast<const char*>(address.data()), address.size()});
  count(6);
}

void AnswerWriter::add_soa(Section section, std::size_t offset, uint32_t ttl_s,
                           std::string_view data) {
  if (offset + 1 >= query_.name.wire_bytes) {
    u8(0);
  } else {
    u16(static_cast<unsigned>(kPointerToQuestion + offset));
  }
  u16(kTypeSoa);
  u16(kClassInternet);
  u32(ttl_s);
  u16(static_cast<unsigned>(data.size()));
  bytes(data);
  count(section == Section::kAnswer ? 6 : 8);
}

std::size_t AnswerWriter::finish() {
  if (!query_.edns.is_present) return at_;
  u8(0);
  u16(kTypeOpt);
  u16(1232);
  u8(code_ >> 4);
  u8(0);  // version
  u16(query_.edns.is_dnssec_ok ? kEdnsDnssecOk : 0);
  u16(0);
  count(10);
  return at_;
}

void AnswerWriter::u8(unsigned value) {
  core::check(at_ < out_.size(), "an answer fits into its buffer");
  out_[at_++] = static_cast<char>(value);
}
void AnswerWriter::u16(unsigned value) {
  u8(value >> 8 & 0xff);
  u8(value & 0xff);
}
void AnswerWriter::u32(uint32_t value) {
  u16(value >> 16);
  u16(value & 0xffff);
}
void AnswerWriter::bytes(std::string_view value) {
  core::check(value.size() <= out_.size() - at_, "an answer fits into its buffer");
  if (value.empty()) return;
  std::memcpy(out_.data() + at_, value.data(), value.size());
  at_ += value.size();
}
void AnswerWriter::count(std::size_t header_offset) {
  put_u16(out_, header_offset,
          static_cast<uint16_t>(u16_at({out_.data(), at_}, header_offset) + 1));
}

}  // namespace fogbank::dns
