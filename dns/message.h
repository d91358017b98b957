// DNS messages on the wire: reading a query, writing a short answer. Pure functions over bytes;
// this is the path that decides how many queries a second one core answers, so it neither
// allocates nor builds a tree of records. For this room only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace fogbank::dns {

inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kNameBytesMax = 255;  // RFC 1035 section 2.3.4, on the wire
inline constexpr std::size_t kLabelBytesMax = 63;
inline constexpr std::size_t kLabelsMax = 127;
inline constexpr std::size_t kPlainAnswerBytesMax = 512;  // UDP without EDNS
// A query has one OPT, perhaps a TSIG or SIG(0); more records are an attempt to waste time.
inline constexpr std::size_t kQueryRecordsMax = 8;

// Numbers of the IANA registry "Domain Name System (DNS) Parameters".
enum RecordType : uint16_t {
  kTypeA = 1,
  kTypeSoa = 6,
  kTypeAaaa = 28,
  kTypeOpt = 41,
  kTypeIxfr = 251,
  kTypeAxfr = 252,
};
enum RecordClass : uint16_t { kClassInternet = 1, kClassAny = 255 };
enum ResponseCode : uint16_t {
  kNoError = 0,
  kFormatError = 1,
  kServerFailure = 2,
  kNameError = 3,
  kNotImplemented = 4,
  kRefused = 5,
  kBadVersion = 16,  // needs EDNS for its upper bits
};
enum HeaderFlag : uint16_t {
  kFlagResponse = 0x8000,
  kFlagAuthoritative = 0x0400,
  kFlagTruncated = 0x0200,
  kFlagRecursionDesired = 0x0100,
  kFlagRecursionAvailable = 0x0080,
  kFlagCheckingDisabled = 0x0010,
};

// A name in lower case, once as on the wire and once as text.
struct QueryName {
  std::array<char, kNameBytesMax> wire;    // final root byte included
  std::array<char, kNameBytesMax> text;    // without final dot; meaningless if !is_host_name
  std::array<uint8_t, kLabelsMax> labels;  // where each label starts in `wire`
  std::size_t wire_bytes = 0;
  std::size_t label_count = 0;
  bool is_host_name = true;  // letters, digits, '-' and '_' only

  [[nodiscard]] std::string_view wire_from(std::size_t offset) const {
    return {wire.data() + offset, wire_bytes - offset};
  }
  [[nodiscard]] std::string_view as_text() const {
    return {text.data(), wire_bytes < 2 ? 0 : wire_bytes - 2};
  }
};

struct Edns {
  bool is_present = false;
  bool is_dnssec_ok = false;
  uint8_t version = 0;
  uint16_t udp_bytes_max = 0;
};

struct Query {
  uint16_t id = 0;
  uint16_t flags = 0;
  uint16_t type = 0;
  uint16_t record_class = 0;
  std::string_view question;  // as sent, name, type and class; empty if it could not be read
  QueryName name;
  Edns edns;
};

enum class QueryState : uint8_t {
  kGood,
  kIgnored,        // no header, or itself a response: an answer could start a loop
  kMalformed,      // header read: FORMERR
  kUnknownOpcode,  // header read: NOTIMP
};
// Fills `query` as far as the message can be read.
QueryState read_query(std::string_view message, Query& query);

// Writes into a buffer of at least kPlainAnswerBytesMax; every answer written with it is shorter.
class AnswerWriter final {
 public:
  AnswerWriter(std::span<char> out, const Query& query) : out_(out), query_(query) {}

  // The header and the question, if there is one to repeat. `flags` are added to those that every
  // answer has.
  void begin(uint16_t flags, ResponseCode code);
  // An answer record for the name asked.
  void add_address(RecordType type, uint32_t ttl_s, std::span<const uint8_t> address);
  // An SOA whose owner starts at `offset` of the name asked, or is the root if that is where the
  // name ends.
  enum class Section : uint8_t { kAnswer, kAuthority };
  void add_soa(Section section, std::size_t offset, uint32_t ttl_s, std::string_view data);
  // Adds the OPT record if the query had one, and returns the length of the message.
  std::size_t finish();

 private:
  void u8(unsigned value);
  void u16(unsigned value);
  void u32(uint32_t value);
  void bytes(std::string_view value);
  void count(std::size_t header_offset);

  std::span<char> out_;
  const Query& query_;
  std::size_t at_ = 0;
  ResponseCode code_ = kNoError;
};

uint16_t u16_at(std::string_view message, std::size_t at);
void put_u16(std::span<char> message, std::size_t at, uint16_t value);

}  // namespace fogbank::dns
