#include "aws/checksum.h"

#include <openssl/evp.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstring>

#include "core/check.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

// Reflected CRC of width `Word` with all ones in and out: 64 bytes a step where the processor
// multiplies without carry, eight bytes a step elsewhere ("slicing by 8").
template <class Word, Word kPolynomial>
class Crc final {
 public:
  static Word update(Word crc, std::span<const std::byte> bytes) {
    Word state = ~crc;
#if defined(__x86_64__)
    if (bytes.size() >= kFoldBytesMin && can_fold()) {
      const std::size_t whole = bytes.size() / kFoldStep * kFoldStep;
      state = fold(state, bytes.first(whole));
      bytes = bytes.subspan(whole);
    }
#endif
    return ~update_by_tables(state, bytes);
  }

  // crc * x^(8 * bytes) modulo the polynomial: the CRC's register moved over `bytes` zeros.
  static Word shift(Word crc, uint64_t bytes) {
    Word factor = kOne >> 8;  // x^8
    for (; bytes != 0; bytes >>= 1) {
      if ((bytes & 1) != 0) crc = multiply(factor, crc);
      factor = multiply(factor, factor);
    }
    return crc;
  }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);  // x^0, reflected

  static Word update_by_tables(Word state, std::span<const std::byte> bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
      uint64_t chunk = 0;
      std::memcpy(&chunk, bytes.data() + at, sizeof chunk);
      state = step8(chunk ^ state);
    }
    for (; at < bytes.size(); ++at) {
      const auto low = static_cast<uint8_t>(state ^ std::to_integer<uint8_t>(bytes[at]));
      state = static_cast<Word>(kTables[0][low] ^ (state >> 8));
    }
    return state;
  }

#if defined(__x86_64__)
  static constexpr std::size_t kFoldStep = 64;       // four lanes of 16 bytes
  static constexpr std::size_t kFoldBytesMin = 256;  // shorter ones are faster by tables

  static bool can_fold() {
    return __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
  }

  // x^exponent modulo the polynomial, reflected, at the top of 64 bits.
  static constexpr uint64_t power_of_x(unsigned exponent) {
    Word word = kOne;
    for (; exponent > 0; --exponent) word = (word >> 1) ^ ((word & 1) != 0 ? kPolynomial : 0);
    return static_cast<uint64_t>(word) << (64 - 8 * sizeof(Word));
  }
  // What moves the two halves of a lane over `bits` of message. The product of two reflected
  // halves stands one bit too low, hence the - 1.
  static constexpr uint64_t kFirstHalf512 = power_of_x(512 + 64 - 1);
  static constexpr uint64_t kSecondHalf512 = power_of_x(512 - 1);
  static constexpr uint64_t kFirstHalf128 = power_of_x(128 + 64 - 1);
  static constexpr uint64_t kSecondHalf128 = power_of_x(128 - 1);

  [[gnu::target("pclmul,sse4.1")]] static __m128i load(std::span<const std::byte> bytes,
                                                       std::size_t at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
  }
  [[gnu::target("pclmul,sse4.1")]] static __m128i moved(__m128i lane, __m128i factors) {
    return _mm_xor_si128(_mm_clmulepi64_si128(lane, factors, 0x00),
                         _mm_clmulepi64_si128(lane, factors, 0x11));
  }

  // "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ" (Intel, 2009), section 3: the
  // message is folded to 16 congruent bytes, whose CRC the tables compute. `bytes` are a multiple
  // of kFoldStep.
  [[gnu::target("pclmul,sse4.1")]] static Word fold(Word state, std::span<const std::byte> bytes) {
    const __m128i by512 =
        _mm_set_epi64x(static_cast<int64_t>(kSecondHalf512), static_cast<int64_t>(kFirstHalf512));
    const __m128i by128 =
        _mm_set_epi64x(static_cast<int64_t>(kSecondHalf128), static_cast<int64_t>(kFirstHalf128));
    __m128i lanes[4];
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = load(bytes, 16 * i);
    lanes[0] = _mm_xor_si128(lanes[0], _mm_set_epi64x(0, static_cast<int64_t>(uint64_t{state})));
    for (std::size_t at = kFoldStep; at < bytes.size(); at += kFoldStep) {
      for (std::size_t i = 0; i < 4; ++i) {
        lanes[i] = _mm_xor_si128(moved(lanes[i], by512), load(bytes, at + 16 * i));
      }
    }
    __m128i left = lanes[0];
    for (std::size_t i = 1; i < 4; ++i) left = _mm_xor_si128(moved(left, by128), lanes[i]);
    std::array<std::byte, 16> congruent{};
    _mm_storeu_si128(reinterpret_cast<__m128i*>(congruent.data()), left);
    return update_by_tables(0, congruent);
  }
#endif

  using Tables = std::array<std::array<Word, 256>, 8>;
  static constexpr Tables make_tables() {
    Tables tables{};
    for (std::size_t i = 0; i < 256; ++i) {
      auto word = static_cast<Word>(i);
      for (int bit = 0; bit < 8; ++bit) word = (word >> 1) ^ ((word & 1) != 0 ? kPolynomial : 0);
      tables[0][i] = word;
    }
    for (std::size_t slice = 1; slice < 8; ++slice) {
      for (std::size_t i = 0; i < 256; ++i) {
        const Word before = tables[slice - 1][i];
        tables[slice][i] = static_cast<Word>(tables[0][before & 255] ^ (before >> 8));
      }
    }
    return tables;
  }
  static constexpr Tables kTables = make_tables();

  static Word step8(uint64_t chunk) {
    Word out = 0;
    for (std::size_t i = 0; i < 8; ++i) out ^= kTables[7 - i][(chunk >> (8 * i)) & 255];
    return out;
  }

  static Word multiply(Word a, Word b) {
    Word product = 0;
    for (Word bit = kOne; bit != 0; bit >>= 1) {
      if ((a & bit) != 0) product ^= b;
      b = (b >> 1) ^ ((b & 1) != 0 ? kPolynomial : 0);
    }
    return product;
  }
};

using Crc32 = Crc<uint32_t, 0xEDB88320U>;
using Crc32c = Crc<uint32_t, 0x82F63B78U>;
using Crc64Nvme = Crc<uint64_t, 0x9A6C9329AC4BC9B5ULL>;

struct Algorithm {
  HashKind kind;
  std::string_view name;
  std::size_t bytes;
};
constexpr Algorithm kAlgorithms[] = {
    {HashKind::kMd5, "MD5", 16},      {HashKind::kCrc32, "CRC32", 4},
    {HashKind::kCrc32c, "CRC32C", 4}, {HashKind::kCrc64Nvme, "CRC64NVME", 8},
    {HashKind::kSha1, "SHA1", 20},    {HashKind::kSha256, "SHA256", 32},
};

const Algorithm& algorithm(HashKind kind) {
  const auto index = static_cast<std::size_t>(kind) - 1;
  core::check(index < std::size(kAlgorithms), "a known hash kind");
  return kAlgorithms[index];
}

uint64_t read_big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string write_big_endian(uint64_t value, std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t i = bytes; i-- > 0; value >>= 8) out[i] = static_cast<char>(value & 255);
  return out;
}

const EVP_MD* openssl_digest(HashKind kind) {
  switch (kind) {
    case HashKind::kMd5:
      return EVP_md5();
    case HashKind::kSha1:
      return EVP_sha1();
    case HashKind::kSha256:
      return EVP_sha256();
    case HashKind::kCrc32:
    case HashKind::kCrc32c:
    case HashKind::kCrc64Nvme:
      break;
  }
  return nullptr;
}

}  // namespace

struct Hasher::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> handle{EVP_MD_CTX_new()};
};

Hasher::Hasher(HashKind kind) : kind_(kind) {
  const EVP_MD* digest = openssl_digest(kind);
  if (digest == nullptr) return;
  context_ = std::make_unique<Context>();
  core::check(EVP_DigestInit_ex(context_->handle.get(), digest, nullptr) == 1,
              "OpenSSL has MD5, SHA-1 and SHA-256");
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> piece) {
  switch (kind_) {
    case HashKind::kCrc32:
      crc_ = Crc32::update(static_cast<uint32_t>(crc_), piece);
      return;
    case HashKind::kCrc32c:
      crc_ = Crc32c::update(static_cast<uint32_t>(crc_), piece);
      return;
    case HashKind::kCrc64Nvme:
      crc_ = Crc64Nvme::update(crc_, piece);
      return;
    case HashKind::kMd5:
    case HashKind::kSha1:
    case HashKind::kSha256:
      break;
  }
  core::check(EVP_DigestUpdate(context_->handle.get(), piece.data(), piece.size()) == 1,
              "a digest in memory takes more bytes");
}

std::string Hasher::finish() {
  const std::size_t bytes = hash_bytes(kind_);
  if (context_ == nullptr) return write_big_endian(crc_, bytes);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int written = 0;
  core::check(
      EVP_DigestFinal_ex(context_->handle.get(), out.data(), &written) == 1 && written == bytes,
      "a digest in memory can be finished");
  return {reinterpret_cast<const char*>(out.data()), bytes};
}

std::string hash(HashKind kind, std::string_view bytes) {
  Hasher hasher(kind);
  hasher.update(core::as_bytes(bytes));
  return hasher.finish();
}

std::optional<HashKind> parse_checksum_algorithm(std::string_view name) {
  for (const Algorithm& one : kAlgorithms) {
    if (one.kind != HashKind::kMd5 && core::equals_ignoring_case(one.name, name)) return one.kind;
  }
  return std::nullopt;
}

std::string_view checksum_algorithm_name(HashKind kind) { return algorithm(kind).name; }

std::size_t hash_bytes(HashKind kind) { return algorithm(kind).bytes; }

std::string combine_crc(HashKind kind, std::string_view first, std::string_view second,
                        uint64_t second_bytes) {
  const std::size_t bytes = hash_bytes(kind);
  core::check(openssl_digest(kind) == nullptr && first.size() == bytes && second.size() == bytes,
              "two CRCs of one kind");
  const uint64_t a = read_big_endian(first);
  const uint64_t b = read_big_endian(second);
  if (kind == HashKind::kCrc64Nvme) {
    return write_big_endian(Crc64Nvme::shift(a, second_bytes) ^ b, bytes);
  }
  const auto narrow = static_cast<uint32_t>(a);
  const uint32_t shifted = kind == HashKind::kCrc32 ? Crc32::shift(narrow, second_bytes)
                                                    : Crc32c::shift(narrow, second_bytes);
  return write_big_endian(shifted ^ b, bytes);
}

}  // namespace fogbank::aws
