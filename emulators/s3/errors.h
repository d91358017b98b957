// The errors of Amazon S3: code, status, words and further elements as AWS writes them (Amazon S3
// API Reference, "Error responses"). RequestId, HostId and Resource are the gateway's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/error.h"

namespace fogbank::emulators::s3 {

using aws::AwsError;

// Something of AWS's that this emulator lacks; `header` is the header or element that asks for it.
AwsError not_implemented(std::string_view header);
AwsError internal_error();

AwsError access_denied();
AwsError invalid_argument(std::string message, std::string_view name, std::string_view value);
AwsError invalid_request(std::string message);
AwsError malformed_xml();
AwsError method_not_allowed(std::string_view method, std::string_view resource_type);

// Buckets.
AwsError no_such_bucket(std::string_view bucket);
AwsError invalid_bucket_name(std::string_view bucket);
AwsError bucket_already_exists(std::string_view bucket);
AwsError bucket_already_owned_by_you(std::string_view bucket);
AwsError bucket_not_empty(std::string_view bucket);
AwsError too_many_buckets();
AwsError invalid_location_constraint(std::string_view constraint);
AwsError illegal_location_constraint(std::string_view constraint);  // empty: unspecified
AwsError permanent_redirect(std::string_view bucket, std::string_view endpoint);
// A configuration that the bucket does not have, for example "NoSuchBucketPolicy".
AwsError no_such_configuration(std::string_view code, std::string_view message,
                               std::string_view bucket);
AwsError acl_not_supported();
AwsError bucket_acl_not_supported();

// Objects.
AwsError no_such_key(std::string_view key);
AwsError no_such_version(std::string_view key, std::string_view version);
AwsError key_too_long(std::size_t bytes);
AwsError precondition_failed(std::string_view condition);
AwsError not_modified();
AwsError invalid_range(std::string_view range, uint64_t object_bytes);
AwsError invalid_part_number(int32_t asked, uint32_t part_count);
AwsError invalid_object_state(std::string_view storage_class);
AwsError invalid_storage_class(std::string_view storage_class);
AwsError metadata_too_large(std::size_t bytes);
AwsError entity_too_large(uint64_t bytes, uint64_t bytes_max);

// Digests.
AwsError invalid_digest(std::string_view content_md5);
AwsError bad_md5(std::string_view expected, std::string_view calculated);
AwsError bad_checksum(std::string_view algorithm);
AwsError malformed_trailer();
AwsError invalid_checksum_value(std::string_view header);

// Multipart uploads.
AwsError no_such_upload(std::string_view upload_id);
AwsError invalid_part(std::string_view upload_id, int32_t part_number, std::string_view e_tag);
AwsError invalid_part_order(std::string_view upload_id);
AwsError entity_too_small(uint64_t bytes, int32_t part_number, std::string_view e_tag);

// Tags.
AwsError invalid_tag(std::string message, std::string_view key);
AwsError too_many_tags(std::string_view what, std::size_t max);

}  // namespace fogbank::emulators::s3
