#include "emulators/s3/errors.h"

#include <utility>

#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

std::string text(std::string_view view) { return std::string(view); }

}  // namespace

AwsError not_implemented(std::string_view header) {
  return {.code = "NotImplemented",
          .message = "A header you provided implies functionality that is not implemented",
          .status = 501,
          .details = {{"Header", text(header)}}};
}

AwsError internal_error() {
  return {.code = "InternalError",
          .message = "We encountered an internal error. Please try again.",
          .status = 500};
}

AwsError access_denied() {
  return {.code = "AccessDenied", .message = "Access Denied", .status = 403};
}

AwsError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return {.code = "InvalidArgument",
          .message = std::move(message),
          .details = {{"ArgumentName", text(name)}, {"ArgumentValue", text(value)}}};
}

AwsError invalid_request(std::string message) {
  return {.code = "InvalidRequest", .message = std::move(message)};
}

AwsError malformed_xml() {
  return {.code = "MalformedXML",
          .message =
              "The XML you provided was not well-formed or did not validate against our "
              "published schema"};
}

AwsError method_not_allowed(std::string_view method, std::string_view resource_type) {
  return {.code = "MethodNotAllowed",
          .message = "The specified method is not allowed against this resource.",
          .status = 405,
          .details = {{"Method", text(method)}, {"ResourceType", text(resource_type)}}};
}

AwsError no_such_bucket(std::string_view bucket) {
  return {.code = "NoSuchBucket",
          .message = "The specified bucket does not exist",
          .status = 404,
          .details = {{"BucketName", text(bucket)}}};
}

AwsError invalid_bucket_name(std::string_view bucket) {
  return {.code = "InvalidBucketName",
          .message = "The specified bucket is not valid.",
          .details = {{"BucketName", text(bucket)}}};
}

AwsError bucket_already_exists(std::string_view bucket) {
  return {.code = "BucketAlreadyExists",
          .message =
              "The requested bucket name is not available. The bucket namespace is shared by "
              "all users of the system. Please select a different name and try again.",
          .status = 409,
          .details = {{"BucketName", text(bucket)}}};
}

AwsError bucket_already_owned_by_you(std::string_view bucket) {
  return {.code = "BucketAlreadyOwnedByYou",
          .message =
              "Your previous request to create the named bucket succeeded and you already "
              "own it.",
          .status = 409,
          .details = {{"BucketName", text(bucket)}}};
}

AwsError bucket_not_empty(std::string_view bucket) {
  return {.code = "BucketNotEmpty",
          .message = "The bucket you tried to delete is not empty",
          .status = 409,
          .details = {{"BucketName", text(bucket)}}};
}

AwsError too_many_buckets() {
  return {.code = "TooManyBuckets",
          .message = "You have attempted to create more buckets than allowed"};
}

AwsError invalid_location_constraint(std::string_view constraint) {
  return {.code = "InvalidLocationConstraint",
          .message = "The specified location-constraint is not valid",
          .details = {{"LocationConstraint", text(constraint)}}};
}

AwsError illegal_location_constraint(std::string_view constraint) {
  const std::string what =
      constraint.empty() ? "unspecified location" : text(constraint) + " location";
  return {.code = "IllegalLocationConstraintException",
          .message = "The " + what +
                     " constraint is incompatible for the region specific endpoint this request "
                     "was sent to."};
}

AwsError permanent_redirect(std::string_view bucket, std::string_view endpoint) {
  return {.code = "PermanentRedirect",
          .message =
              "The bucket you are attempting to access must be addressed using the "
              "specified endpoint. Please send all future requests to this endpoint.",
          .status = 301,
          .details = {{"Endpoint", text(endpoint)}, {"Bucket", text(bucket)}}};
}

AwsError no_such_configuration(std::string_view code, std::string_view message,
                               std::string_view bucket) {
  return {.code = text(code),
          .message = text(message),
          .status = 404,
          .details = {{"BucketName", text(bucket)}}};
}

AwsError acl_not_supported() {
  return {.code = "AccessControlListNotSupported", .message = "The bucket does not allow ACLs"};
}

AwsError bucket_acl_not_supported() {
  return {.code = "InvalidBucketAclWithObjectOwnership",
          .message =
              "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced "
              "setting"};
}

AwsError no_such_key(std::string_view key) {
  return {.code = "NoSuchKey",
          .message = "The specified key does not exist.",
          .status = 404,
          .details = {{"Key", text(key)}}};
}

AwsError no_such_version(std::string_view key, std::string_view version) {
  return {.code = "NoSuchVersion",
          .message = "The specified version does not exist.",
          .status = 404,
          .details = {{"Key", text(key)}, {"VersionId", text(version)}}};
}

AwsError key_too_long(std::size_t bytes) {
  return {.code = "KeyTooLongError",
          .message = "Your key is too long",
          .details = {{"Size", std::to_string(bytes)},
                      {"MaxSizeAllowed", std::to_string(kKeyBytesMax)}}};
}

AwsError precondition_failed(std::string_view condition) {
  return {.code = "PreconditionFailed",
          .message = "At least one of the pre-conditions you specified did not hold",
          .status = 412,
          .details = {{"Condition", text(condition)}}};
}

AwsError not_modified() {
  return {.code = "NotModified", .message = "Not Modified", .status = 304};
}

AwsError invalid_range(std::string_view range, uint64_t object_bytes) {
  return {.code = "InvalidRange",
          .message = "The requested range is not satisfiable",
          .status = 416,
          .details = {{"RangeRequested", text(range)},
                      {"ActualObjectSize", std::to_string(object_bytes)}}};
}

AwsError invalid_part_number(int32_t asked, uint32_t part_count) {
  return {.code = "InvalidPartNumber",
          .message = "The requested partnumber is not satisfiable",
          .status = 416,
          .details = {{"PartNumberRequested", std::to_string(asked)},
                      {"ActualPartCount", std::to_string(part_count)}}};
}

AwsError invalid_object_state(std::string_view storage_class) {
  return {.code = "InvalidObjectState",
          .message = "The operation is not valid for the object's storage class",
          .status = 403,
          .details = {{"StorageClass", text(storage_class)}}};
}

AwsError invalid_storage_class(std::string_view storage_class) {
  return {.code = "InvalidStorageClass",
          .message = "The storage class you specified is not valid",
          .details = {{"StorageClassRequested", text(storage_class)}}};
}

AwsError metadata_too_large(std::size_t bytes) {
  return {.code = "MetadataTooLarge",
          .message = "Your metadata headers exceed the maximum allowed metadata size",
          .details = {{"Size", std::to_string(bytes)},
                      {"MaxSizeAllowed", std::to_string(kUserMetadataBytesMax)}}};
}

AwsError entity_too_large(uint64_t bytes, uint64_t bytes_max) {
  return {.code = "EntityTooLarge",
          .message = "Your proposed upload exceeds the maximum allowed size",
          .details = {{"ProposedSize", std::to_string(bytes)},
                      {"MaxSizeAllowed", std::to_string(bytes_max)}}};
}

AwsError invalid_digest(std::string_view content_md5) {
  return {.code = "InvalidDigest",
          .message = "The Content-MD5 you specified was invalid.",
          .details = {{"Content-MD5", text(content_md5)}}};
}

AwsError bad_md5(std::string_view expected, std::string_view calculated) {
  return {.code = "BadDigest",
          .message = "The Content-MD5 you specified did not match what we received.",
          .details = {{"ExpectedDigest", text(expected)}, {"CalculatedDigest", text(calculated)}}};
}

AwsError bad_checksum(std::string_view algorithm) {
  return {.code = "BadDigest",
          .message =
              "The " + text(algorithm) + " you specified did not match the calculated checksum."};
}

AwsError malformed_trailer() {
  return {.code = "MalformedTrailerError",
          .message =
              "The request contained trailing data that was not well-formed or did not "
              "conform to our published schema."};
}

AwsError invalid_checksum_value(std::string_view header) {
  return invalid_request("Value for " + text(header) + " header is invalid.");
}

AwsError no_such_upload(std::string_view upload_id) {
  return {.code = "NoSuchUpload",
          .message =
              "The specified upload does not exist. The upload ID may be invalid, or the "
              "upload may have been aborted or completed.",
          .status = 404,
          .details = {{"UploadId", text(upload_id)}}};
}

AwsError invalid_part(std::string_view upload_id, int32_t part_number, std::string_view e_tag) {
  return {.code = "InvalidPart",
          .message =
              "One or more of the specified parts could not be found.  The part may not "
              "have been uploaded, or the specified entity tag may not match the part's "
              "entity tag.",
          .details = {{"UploadId", text(upload_id)},
                      {"PartNumber", std::to_string(part_number)},
                      {"ETag", text(e_tag)}}};
}

AwsError invalid_part_order(std::string_view upload_id) {
  return {.code = "InvalidPartOrder",
          .message =
              "The list of parts was not in ascending order. Parts must be ordered by part "
              "number.",
          .details = {{"UploadId", text(upload_id)}}};
}

AwsError entity_too_small(uint64_t bytes, int32_t part_number, std::string_view e_tag) {
  return {.code = "EntityTooSmall",
          .message = "Your proposed upload is smaller than the minimum allowed size",
          .details = {{"ProposedSize", std::to_string(bytes)},
                      {"MinSizeAllowed", std::to_string(kPartBytesMin)},
                      {"PartNumber", std::to_string(part_number)},
                      {"ETag", text(e_tag)}}};
}

AwsError invalid_tag(std::string message, std::string_view key) {
  return {.code = "InvalidTag", .message = std::move(message), .details = {{"TagKey", text(key)}}};
}

AwsError too_many_tags(std::string_view what, std::size_t max) {
  return {.code = "BadRequest",
          .message = text(what) + " tags cannot be greater than " + std::to_string(max)};
}

}  // namespace fogbank::emulators::s3
