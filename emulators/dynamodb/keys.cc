#include "emulators/dynamodb/keys.h"

#include "aws/checksum.h"
#include "core/bytes.h"
#include "emulators/dynamodb/numbers.h"

namespace fogbank::emulators::dynamodb {
namespace {

// Longer partition components are replaced by a digest: storage keys have a limit, and a partition
// is only ever looked up, never compared.
constexpr std::size_t kWholePartitionBytesMax = 256;
constexpr std::size_t kWholeUniqueBytesMax = 320;
// First byte of a partition or unique component.
constexpr char kWhole = 1;
constexpr char kDigest = 2;

std::string prefix_of(char kind, uint64_t table_id) {
  std::string key{'D', kind};
  core::ByteWriter(key).u64(table_id);
  return key;
}

// A zero byte becomes 00 FF, the end is 00 01: shorter texts sort before their continuations.
void append_escaped(std::string_view text, std::string& key) {
  for (const char c : text) {
    key.push_back(c);
    if (c == '\0') key.push_back('\xff');
  }
}
void append_end(std::string& key) {
  key.push_back('\0');
  key.push_back('\1');
}

// FNV-1a with a final mix, so that short keys spread over all bits too.
uint32_t spread(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return static_cast<uint32_t>(hash >> 32);
}

void append_whole_or_digest(std::string_view component, std::size_t whole_bytes_max,
                            std::string& key) {
  const bool is_whole = component.size() <= whole_bytes_max;
  key.push_back(is_whole ? kWhole : kDigest);
  key += is_whole ? std::string(component) : aws::hash(aws::HashKind::kSha256, component);
}

}  // namespace

std::string table_prefix(const aws::AccountId& account, const aws::Region& region) {
  std::string key = "Dt";
  key += account.text();
  key += region.text();
  key.push_back('\0');
  return key;
}

std::string table_key(const aws::AccountId& account, const aws::Region& region,
                      std::string_view name) {
  std::string key;
  key.reserve(2 + account.text().size() + region.text().size() + 1 + name.size());
  key += "Dt";
  key += account.text();
  key += region.text();
  key.push_back('\0');
  key += name;
  return key;
}

std::string counters_key(uint64_t table_id) { return prefix_of('c', table_id); }
std::string garbage_key(uint64_t table_id) { return prefix_of('g', table_id); }
std::string items_prefix(uint64_t table_id) { return prefix_of('i', table_id); }
std::string index_prefix(uint64_t table_id) { return prefix_of('x', table_id); }

std::string index_prefix(uint64_t table_id, uint8_t index_number) {
  std::string key = prefix_of('x', table_id);
  key.push_back(static_cast<char>(index_number));
  return key;
}

void append_sort(AttributeValue sort, std::string& key) {
  if (sort.is(AttributeKind::kNumber)) {
    const auto number = Number::parse(sort.text());
    (number ? *number : Number()).append_ordered(key);
    return;
  }
  append_escaped(sort.text(), key);
  append_end(key);
}

void append_sort_prefix(AttributeValue prefix, std::string& key) {
  append_escaped(prefix.text(), key);
}

void append_partition(AttributeValue partition, std::string& key) {
  std::string component;
  append_sort(partition, component);
  append_hash(spread(component), key);
  append_whole_or_digest(component, kWholePartitionBytesMax, key);
}

void append_unique(std::string_view item_key, std::string& key) {
  append_whole_or_digest(item_key, kWholeUniqueBytesMax, key);
}

uint64_t segment_begin(uint32_t segment, uint32_t segments) {
  return ((uint64_t{segment} << 32U) + segments - 1) / segments;
}

void append_hash(uint32_t hash, std::string& key) { core::ByteWriter(key).u32(hash); }

uint32_t hash_in(std::string_view key, std::size_t prefix_bytes) {
  core::ByteReader reader(key);
  (void)reader.bytes(prefix_bytes);
  return reader.u32();
}

std::string after_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

std::string TableCounters::encode() const {
  std::string record;
  core::ByteWriter out(record);
  for (std::size_t i = 0; i < count; ++i) out.u64(tallies[i].items).u64(tallies[i].bytes);
  return record;
}

TableCounters TableCounters::decode(std::string_view record) {
  core::ByteReader in(record);
  TableCounters out;
  out.count = 0;
  while (!in.left().empty() && out.count < kTalliesMax) {
    Tally& tally = out.tallies[out.count++];
    tally.items = in.u64();
    tally.bytes = in.u64();
  }
  return out;
}

}  // namespace fogbank::emulators::dynamodb
