#include "emulators/s3/uploads.h"

#include <utility>

#include "emulators/s3/content.h"
#include "emulators/s3/keys.h"
#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

// In ASCII order, 64 of them.
constexpr std::string_view kAlphabet =
    ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
constexpr unsigned kTimeCharacters = 7;  // 42 bits of milliseconds: in order until 2109
constexpr unsigned kRandomCharacters = 121;

}  // namespace

std::string make_upload_id(Call& call) {
  static_assert(kAlphabet.size() == 64);
  std::string id;
  for (unsigned i = kTimeCharacters; i-- > 0;) {
    id += kAlphabet[static_cast<uint64_t>(call.now_ms) >> (6 * i) & 63];
  }
  return id + call.random.text(kAlphabet, kRandomCharacters);
}

Found<UploadRecord> find_upload(Call& call, const UploadPlace& place) {
  if (place.upload_id.size() > kUploadIdBytesMax) return no_such_upload(place.upload_id);
  const auto stored = call.txn.get(upload_key(place.bucket, place.key, place.upload_id));
  if (!stored) return no_such_upload(place.upload_id);
  auto upload = decode_upload(*stored);
  if (!upload) return internal_error();
  return std::move(*upload);
}

Found<uint16_t> read_part_number(const aws::Opt<int32_t>& number) {
  const int32_t value = number.value_or(0);
  if (value < 1 || value > kPartNumberMax) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(value));
  }
  return static_cast<uint16_t>(value);
}

Found<std::optional<PartRecord>> find_part(Call& call, PartsId parts, uint16_t number) {
  const auto stored = call.txn.get(part_key(parts, number));
  if (!stored) return std::optional<PartRecord>();
  auto part = decode_part(*stored);
  if (!part) return internal_error();
  return part;
}

void write_part(Call& call, PartsId parts, uint16_t number, const PartRecord& part) {
  const std::string key = part_key(parts, number);
  if (const auto stored = call.txn.get(key)) {
    if (const auto replaced = decode_part(*stored)) drop_owners(call.txn, replaced->pieces);
  }
  call.txn.put(key, encode(part));
}

aws::HashKind object_algorithm(const UploadRecord& upload) {
  return upload.checksum_algorithm.value_or(aws::HashKind::kCrc64Nvme);
}

}  // namespace fogbank::emulators::s3
