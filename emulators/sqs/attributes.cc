#include "emulators/sqs/attributes.h"

#include <string>

#include "aws/names.h"
#include "core/text.h"
#include "emulators/sqs/errors.h"
#include "emulators/sqs/limits.h"

namespace fogbank::emulators::sqs {
namespace {

struct NumberAttribute {
  std::string_view name;
  int64_t QueueAttributes::*member;
  int64_t least;
  int64_t most;
};
constexpr NumberAttribute kNumbers[] = {
    {"DelaySeconds", &QueueAttributes::delay_seconds, 0, kDelaySecondsMax},
    {"MaximumMessageSize", &QueueAttributes::message_bytes_max,
     static_cast<int64_t>(kMessageBytesMin), static_cast<int64_t>(kMessageBytesMax)},
    {"MessageRetentionPeriod", &QueueAttributes::retention_seconds, kRetentionSecondsMin,
     kRetentionSecondsMax},
    {"ReceiveMessageWaitTimeSeconds", &QueueAttributes::wait_seconds, 0, kWaitSecondsMax},
    {"VisibilityTimeout", &QueueAttributes::visibility_seconds, 0, kVisibilitySecondsMax},
};

// Known to AWS, without effect here yet: refused rather than ignored.
constexpr std::string_view kNotHonoured[] = {
    "Policy",          "RedriveAllowPolicy",           "KmsMasterKeyId",
    "FifoQueue",       "KmsDataKeyReusePeriodSeconds", "ContentBasedDeduplication",
    "DeduplicationScope", "FifoThroughputLimit"};

// The text of `"key": value` in a flat JSON object, quotes removed. The policy has two members
// and no nesting, so this need not be a JSON parser; anything it cannot read is an error.
std::optional<std::string> json_member(std::string_view json, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  const auto at = json.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = json.substr(at + quoted.size());
  const auto skip_space = [&rest] {
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\n' || rest.front() == '\t' ||
                             rest.front() == '\r')) {
      rest.remove_prefix(1);
    }
  };
  skip_space();
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  skip_space();
  if (rest.starts_with('"')) {
    const auto end = rest.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(rest.substr(1, end - 1));
  }
  const auto end = rest.find_first_not_of("0123456789");
  return std::string(rest.substr(0, end));
}

std::optional<aws::AwsError> apply_redrive_policy(std::string_view json,
                                                  QueueAttributes& attributes) {
  if (json.empty()) {  // removes the policy
    attributes.redrive_policy.clear();
    attributes.dead_letter_arn.clear();
    attributes.max_receive_count = 0;
    return std::nullopt;
  }
  const auto reject = [&](std::string_view reason) {
    return invalid_parameter_value("Value " + std::string(json) +
                                   " for parameter RedrivePolicy is invalid. Reason: " +
                                   std::string(reason));
  };
  const auto target = json_member(json, "deadLetterTargetArn");
  const auto count = json_member(json, "maxReceiveCount");
  if (!json.starts_with('{') || !json.ends_with('}')) {
    return reject("Redrive policy is not a valid JSON map.");
  }
  if (!count) {
    return reject("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  }
  if (!target) {
    return reject("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  }
  const auto number = core::parse_number<int64_t>(*count);
  if (!number || *number < 1 || *number > kMaxReceiveCountMax) {
    return reject("Invalid value for maxReceiveCount: " + *count +
                  ", valid values are from 1 to 1000 both inclusive.");
  }
  const auto arn = aws::Arn::parse(*target);
  if (!arn || arn->service != "sqs") return reject("Invalid value for deadLetterTargetArn.");
  attributes.redrive_policy = json;
  attributes.dead_letter_arn = *target;
  attributes.max_receive_count = *number;
  return std::nullopt;
}

std::optional<aws::AwsError> apply_one(std::string_view name, std::string_view value,
                                       QueueAttributes& attributes) {
  for (const NumberAttribute& known : kNumbers) {
    if (known.name != name) continue;
    const auto number = core::parse_number<int64_t>(value);
    if (!number || *number < known.least || *number > known.most) {
      return invalid_attribute_value(name);
    }
    attributes.*known.member = *number;
    return std::nullopt;
  }
  if (name == "RedrivePolicy") return apply_redrive_policy(value, attributes);
  if (name == "SqsManagedSseEnabled") {
    // Messages are not encrypted at rest, so only the wish for that can be granted.
    if (value == "false") return std::nullopt;
    if (value == "true") return unsupported("SqsManagedSseEnabled");
    return invalid_attribute_value(name);
  }
  for (const std::string_view known : kNotHonoured) {
    if (known == name) return unsupported(name);
  }
  return invalid_attribute_name(name);
}

}  // namespace

std::optional<aws::AwsError> apply_attributes(const aws::Map<aws::Text>& given,
                                              QueueAttributes& attributes) {
  for (const auto& [name, value] : given) {
    if (auto error = apply_one(name, value, attributes)) return error;
  }
  return std::nullopt;
}

std::string_view differing_attribute(const aws::Map<aws::Text>& given,
                                     const QueueAttributes& existing,
                                     const QueueAttributes& wanted) {
  for (const auto& [name, value] : given) {
    for (const NumberAttribute& known : kNumbers) {
      if (known.name == name.view() && existing.*known.member != wanted.*known.member) {
        return known.name;
      }
    }
    if (name == "RedrivePolicy" && existing.redrive_policy != wanted.redrive_policy) {
      return "RedrivePolicy";
    }
  }
  return {};
}

}  // namespace fogbank::emulators::sqs
