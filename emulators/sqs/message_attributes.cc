#include "emulators/sqs/message_attributes.h"

#include <algorithm>
#include <cstdlib>

#include "aws/checksum.h"
#include "core/bytes.h"
#include "core/text.h"
#include "emulators/sqs/errors.h"
#include "emulators/sqs/limits.h"

namespace fogbank::emulators::sqs {
namespace {

constexpr std::size_t kAttributeNameBytesMax = 256;
constexpr uint8_t kStringTransport = 1;
constexpr uint8_t kBinaryTransport = 2;

bool has_type(std::string_view type, std::string_view base) {
  return type == base || (type.starts_with(base) && type[base.size()] == '.');
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && failure == std::errc{} && end == text.data() + text.size();
}

bool is_attribute_name(std::string_view name) {
  if (name.empty() || name.size() > kAttributeNameBytesMax) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == '.';
  });
}

aws::AwsError wrong(std::string_view name, std::string_view what) {
  return invalid_parameter_value("The message attribute '" + std::string(name) + "' " +
                                 std::string(what));
}

}  // namespace

std::optional<aws::AwsError> take_message_attributes(
    const aws::Map<models::sqs::MessageAttributeValue>& given, std::vector<MessageAttribute>& out) {
  if (given.size() > kMessageAttributesMax) {
    return invalid_parameter_value("Number of message attributes [" + std::to_string(given.size()) +
                                   "] exceeds the allowed maximum [" +
                                   std::to_string(kMessageAttributesMax) + "].");
  }
  for (const auto& [name, value] : given) {
    const std::string_view type = value.data_type;
    if (!is_attribute_name(name)) {
      return invalid_parameter_value(
          "Message (user) attribute name can only contain alphanumeric characters, underscores, "
          "hyphens and periods, and may be at most 256 characters long.");
    }
    if (value.string_list_values || value.binary_list_values) {
      return unsupported("list values of message attributes");
    }
    if (type.empty()) return wrong(name, "must contain a non-empty message attribute type.");
    const bool is_binary = has_type(type, "Binary");
    if (!is_binary && !has_type(type, "String") && !has_type(type, "Number")) {
      return wrong(name,
                   "has an invalid message attribute type, the set of supported type prefixes is "
                   "Binary, Number, and String.");
    }
    const aws::Text& content = is_binary ? value.binary_value : value.string_value;
    if (content.empty()) {
      return wrong(name, "must contain a non-empty message attribute value for message attribute "
                         "type '" + std::string(type) + "'.");
    }
    if (has_type(type, "Number") && !is_number(content)) {
      return invalid_parameter_value("Can't cast the value of message (user) attribute '" +
                                     name.str() + "' to a number.");
    }
    out.push_back({name.str(), std::string(type), content.str()});
  }
  return std::nullopt;
}

std::string md5_of_attributes(std::vector<MessageAttribute> attributes) {
  if (attributes.empty()) return {};
  std::ranges::sort(attributes, {}, &MessageAttribute::name);
  std::string bytes;
  core::ByteWriter out(bytes);
  for (const MessageAttribute& a : attributes) {
    out.text32(a.name).text32(a.type);
    out.u8(has_type(a.type, "Binary") ? kBinaryTransport : kStringTransport).text32(a.value);
  }
  return core::to_hex(aws::hash(aws::HashKind::kMd5, bytes));
}

std::size_t size_of_attributes(const std::vector<MessageAttribute>& attributes) {
  std::size_t bytes = 0;
  for (const MessageAttribute& a : attributes) {
    bytes += a.name.size() + a.type.size() + a.value.size();
  }
  return bytes;
}

std::optional<uint32_t> first_forbidden_character(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return c;
    // U+FFFE and U+FFFF are the only others that valid UTF-8 can spell: EF BF BE and EF BF BF.
    if (c == 0xef && i + 2 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) == 0xbf &&
        static_cast<unsigned char>(utf8[i + 2]) >= 0xbe) {
      return 0xff00U + static_cast<unsigned char>(utf8[i + 2]) + 0x40U;
    }
  }
  return std::nullopt;
}

}  // namespace fogbank::emulators::sqs
