// Names that AWS defines, as types that cannot be mixed up. Made only by parse(), so a value that
// exists is valid. All are small, trivially copyable values.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace fogbank::aws {

// 12 decimal digits.
class AccountId final {
 public:
  static std::optional<AccountId> parse(std::string_view text);
  [[nodiscard]] std::string_view text() const { return {digits_.data(), digits_.size()}; }
  friend bool operator==(const AccountId&, const AccountId&) = default;

 private:
  AccountId() = default;
  std::array<char, 12> digits_{};
};

// "us-east-1", "us-gov-west-1", "eusc-de-east-1" …: any name of a region's form, known or not.
class Region final {
 public:
  static constexpr std::size_t kBytesMax = 24;
  static std::optional<Region> parse(std::string_view text);
  [[nodiscard]] std::string_view text() const { return {name_.data(), bytes_}; }
  friend bool operator==(const Region&, const Region&) = default;

 private:
  Region() = default;
  std::array<char, kBytesMax> name_{};
  uint8_t bytes_ = 0;
};

// One of AWS's separate clouds.
struct Partition {
  std::string_view name;                // "aws"
  std::string_view suffix;              // "amazonaws.com"
  std::string_view dual_stack_suffix;   // "api.aws"
  std::string_view resource_suffix;     // "on.aws"; empty where there is none
  std::string_view default_region;      // "us-east-1"
};

// The partition whose pattern the region's name has; a region that matches none is of "aws".
[[nodiscard]] const Partition& partition_of(const Region& region);
// Null if there is none of that name.
[[nodiscard]] const Partition* partition_named(std::string_view name);

// "arn:{partition}:{service}:{region}:{account}:{resource}"; region and account may be empty.
struct Arn {
  std::string partition, service, region, account, resource;
  static std::optional<Arn> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

}  // namespace fogbank::aws
