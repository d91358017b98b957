// What every operation refuses before it looks at anything: parameters of functions that this
// emulator lacks, named to the client as S3 names them, and those that S3 itself refuses for
// buckets as they are here (without ACLs, Object Lock or versions). One list for all inputs,
// because forty inputs repeat the same members.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "aws/shape.h"
#include "emulators/s3/errors.h"
#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {

namespace screening {

std::optional<AwsError> check_acl(std::string_view acl);
std::optional<AwsError> check_payer(std::string_view payer);
std::optional<AwsError> check_version(std::string_view key, std::string_view version);

struct Member {
  bool is_given;
  std::string_view header;
};
template <class Value>
Member member(const Value& value, std::string_view header) {
  return {value.has_value(), header};
}
inline std::optional<AwsError> refuse(std::initializer_list<Member> members) {
  for (const Member& one : members) {
    if (one.is_given) return not_implemented(one.header);
  }
  return std::nullopt;
}

// Server-side encryption, on the way in and of the source of a copy.
template <class Input>
std::optional<AwsError> check_encryption(const Input& in) {
  if constexpr (requires { in.server_side_encryption; }) {
    if (auto error = refuse({member(in.server_side_encryption, "x-amz-server-side-encryption")})) {
      return error;
    }
  }
  if constexpr (requires { in.ssekms_key_id; }) {
    if (auto error = refuse(
            {member(in.ssekms_key_id, "x-amz-server-side-encryption-aws-kms-key-id"),
             member(in.ssekms_encryption_context, "x-amz-server-side-encryption-context"),
             member(in.bucket_key_enabled, "x-amz-server-side-encryption-bucket-key-enabled")})) {
      return error;
    }
  }
  if constexpr (requires { in.sse_customer_key; }) {
    if (auto error = refuse(
            {member(in.sse_customer_algorithm, "x-amz-server-side-encryption-customer-algorithm"),
             member(in.sse_customer_key, "x-amz-server-side-encryption-customer-key"),
             member(in.sse_customer_key_md5, "x-amz-server-side-encryption-customer-key-MD5")})) {
      return error;
    }
  }
  if constexpr (requires { in.copy_source_sse_customer_key; }) {
    constexpr std::string_view kSource = "x-amz-copy-source-server-side-encryption-customer-key";
    if (auto error = refuse({member(in.copy_source_sse_customer_algorithm, kSource),
                             member(in.copy_source_sse_customer_key, kSource),
                             member(in.copy_source_sse_customer_key_md5, kSource)})) {
      return error;
    }
  }
  return std::nullopt;
}

// Algorithms that the gateway does not compute.
template <class Input>
std::optional<AwsError> check_checksums(const Input& in) {
  if constexpr (requires { in.checksum_sha512; }) {
    return refuse({member(in.checksum_sha512, "x-amz-checksum-sha512"),
                   member(in.checksum_md5, "x-amz-checksum-md5"),
                   member(in.checksum_xxhash64, "x-amz-checksum-xxhash64"),
                   member(in.checksum_xxhash3, "x-amz-checksum-xxhash3"),
                   member(in.checksum_xxhash128, "x-amz-checksum-xxhash128")});
  } else {
    return std::nullopt;
  }
}

// Access control lists are off and objects cannot be locked, as in any new bucket of S3.
template <class Input>
std::optional<AwsError> check_rights(const Input& in) {
  if constexpr (requires { in.acl; }) {
    if (in.acl) {
      if (auto error = check_acl(in.acl)) return error;
    }
  }
  if constexpr (requires { in.grant_read; }) {
    if (in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write_acp) {
      return acl_not_supported();
    }
  }
  if constexpr (requires { in.object_lock_mode; }) {
    if (in.object_lock_mode || in.object_lock_retain_until_date ||
        in.object_lock_legal_hold_status) {
      return invalid_request("Bucket is missing Object Lock Configuration");
    }
  }
  if constexpr (requires { in.bypass_governance_retention; }) {
    if (in.bypass_governance_retention.value_or(false)) {
      return invalid_argument(
          "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
          "x-amz-bypass-governance-retention", "true");
    }
  }
  if constexpr (requires { in.mfa; }) {
    if (in.mfa) return not_implemented("x-amz-mfa");
  }
  return std::nullopt;
}

}  // namespace screening

template <class Input>
std::optional<AwsError> screen(const Input& in) {
  if constexpr (requires { in.key; }) {
    if (in.key.size() > kKeyBytesMax) return key_too_long(in.key.size());
  }
  if (auto error = screening::check_encryption(in)) return error;
  if (auto error = screening::check_checksums(in)) return error;
  if (auto error = screening::check_rights(in)) return error;
  if constexpr (requires { in.request_payer; }) {
    if (in.request_payer) {
      if (auto error = screening::check_payer(in.request_payer)) return error;
    }
  }
  if constexpr (requires { in.write_offset_bytes; }) {
    if (in.write_offset_bytes) return not_implemented("x-amz-write-offset-bytes");
  }
  if constexpr (requires { in.version_id; }) {
    if (in.version_id) {
      if (auto error = screening::check_version(in.key, in.version_id)) return error;
    }
  }
  return std::nullopt;
}

}  // namespace fogbank::emulators::s3
