// The AWS API model of one service as constant tables, made by the compiler of models/ at build
// time. All codecs and the validation are driven by them. Texts are offsets into one pool, so
// that the tables are read-only data without relocations.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fogbank::aws {

enum class Protocol : uint8_t { kQuery, kEc2, kJson10, kJson11, kRestJson, kRestXml, kRpcCbor };

[[nodiscard]] constexpr uint16_t protocol_bit(Protocol protocol) {
  return static_cast<uint16_t>(1u << static_cast<unsigned>(protocol));
}

// What a slot of a generated struct holds (aws/shape.h). Members of structures are optional
// (Opt<T> for the numbers, booleans and timestamps); elements of lists and values of maps are
// plain T.
enum class Kind : uint8_t {
  kBoolean,      // bool
  kInteger,      // int32_t
  kLong,         // int64_t
  kFloat,        // double: wide enough, written with the digits of a float
  kDouble,       // double
  kString,       // Text
  kBlob,         // Text, decoded
  kTimestamp,    // Timestamp
  kStructure,    // Ptr<S> as a member, S as an element
  kList,         // List<E>
  kMap,          // Map<V>
  kDocument,     // Text: the document as JSON
  kStream,       // Stream: a blob that travels beside the struct
  kEventStream,  // Stream
  kCustom,       // a C++ type of its own, see CustomType
};

enum class CustomType : uint8_t { kNone, kDynamodbAttributeValue, kDynamodbItem };

// Where the model says nothing: by protocol and location (aws/timestamp.h).
enum class TimestampFormat : uint8_t { kDefault, kIso8601, kEpochSeconds, kHttpDate };

enum class Location : uint8_t { kBody, kUri, kQuery, kHeader, kHeaders, kStatus };

inline constexpr uint16_t kNoType = 0xffff;
inline constexpr uint16_t kNoIndex = 0xffff;

struct PoolText {
  uint32_t at = 0;
  uint32_t bytes = 0;
};

struct Field {
  enum Flag : uint16_t {
    kRequired = 1,
    kFlattened = 2,
    kXmlAttribute = 4,
    kIdempotencyToken = 8,
    kHostLabel = 16,
    kJsonValue = 32,  // a header whose text is base64 of JSON
    kSensitive = 64,
    kDeprecated = 128,
    kEventPayload = 256,
    kEventHeader = 512,
    kFromUrl = 1024,  // query: when absent, the URL that the request was sent to
  };
  PoolText name;   // as the model calls the member
  PoolText wire;   // JSON key, XML element, header, query parameter, URI label
  PoolText query;  // in the query protocol or ec2; of a flattened list already the element's
  PoolText xml_namespace;
  PoolText xml_prefix;  // of the namespace, mostly none
  uint16_t type;
  uint16_t flags;
  uint32_t offset;  // of the slot in its struct
  Location location;
  TimestampFormat timestamp;
  [[nodiscard]] constexpr bool has(Flag flag) const { return (flags & flag) != 0; }
};

// Structures that serve as input and output bind members to the path and the query of a request;
// an answer has neither and carries them in its body (Smithy, "HTTP bindings").
[[nodiscard]] constexpr bool is_in_answer_body(const Field& field) {
  return field.location == Location::kBody || field.location == Location::kUri ||
         field.location == Location::kQuery;
}

struct Type {
  enum Flag : uint8_t {
    kUnion = 1,
    kException = 2,
    kFault = 4,
    kEvent = 8,
    kSensitive = 16,
    kFlattened = 32,
  };
  Kind kind;
  CustomType custom;
  TimestampFormat timestamp;
  uint8_t flags;
  uint16_t element;  // list: element type; map: value type
  uint16_t key;      // map: key type
  uint16_t constraint;
  uint16_t field_count;
  uint32_t first_field;
  uint32_t bytes;         // of the struct; of one element or Entry of a list or map
  uint32_t value_offset;  // map: of the value in its Entry
  PoolText name;          // of the shape
  PoolText element_name;  // list: "member" or another; map: name of the entry, "entry"
  PoolText key_name;      // map: "key"
  PoolText value_name;    // map: "value"
  PoolText xml_namespace;
  PoolText xml_prefix;
  uint16_t payload;  // structure: index of the field that is the whole body, or kNoIndex
  [[nodiscard]] constexpr bool has(Flag flag) const { return (flags & flag) != 0; }
};

struct Constraint {
  enum Flag : uint8_t { kMin = 1, kMax = 2 };
  int64_t min = 0;
  int64_t max = 0;
  PoolText pattern;  // empty: none
  uint32_t first_enum = 0;
  uint16_t enum_count = 0;
  uint8_t flags = 0;
  [[nodiscard]] constexpr bool has(Flag flag) const { return (flags & flag) != 0; }
};

struct ErrorModel {
  PoolText shape;  // name of the exception shape
  PoolText code;   // on the wire of query and rest-xml; json uses the shape name
  uint16_t type;
  uint16_t status;
};

struct OperationModel {
  enum Flag : uint16_t {
    kAnonymous = 1,
    kUnsignedBody = 2,
    kChecksumRequired = 4,
    kDeprecated = 8,
    kReadOnly = 16,
    kIdempotent = 32,
    kBareOutput = 64,  // the body is the text of the only member under the root element
  };
  PoolText name;
  PoolText method;
  PoolText path;     // template: "/{Bucket}/{Key+}"
  PoolText literal;  // query part of the template: "list-type=2"
  PoolText host_prefix;
  PoolText input_name;   // root element of a request body
  PoolText output_name;  // root element of an answer: result wrapper (query), or of rest-xml
  PoolText xml_namespace;
  PoolText checksum_member;
  uint16_t input;   // type or kNoType
  uint16_t output;  // type or kNoType
  uint16_t status;  // of success
  uint16_t flags;
  uint32_t first_error;  // into ServiceModel::operation_errors
  uint16_t error_count;
  [[nodiscard]] constexpr bool has(Flag flag) const { return (flags & flag) != 0; }
};

// How a service words a violated constraint, and whether it enforces the model's at all.
enum class ValidationStyle : uint8_t { kNone, kCoral };

struct ServiceModel {
  enum Flag : uint8_t {
    kQueryCompatible = 1,  // json errors also name the code of the query protocol
    kCrc32 = 2,            // json answers carry x-amz-crc32
    kBareErrors = 4,       // rest-xml errors have <Error> as their root, ids are S3's
  };
  const char* pool;
  std::span<const Type> types;
  std::span<const Field> fields;
  std::span<const Constraint> constraints;
  std::span<const PoolText> enums;
  std::span<const OperationModel> operations;  // sorted by name
  std::span<const uint16_t> operation_errors;  // indices into errors
  std::span<const ErrorModel> errors;          // sorted by shape name
  PoolText name;                               // "sqs"
  PoolText id;                                 // "SQS"
  PoolText api;                                // "2012-11-05"
  PoolText endpoint_prefix;
  PoolText signing_name;
  PoolText target_prefix;  // "AmazonSQS", before the dot of X-Amz-Target
  PoolText error_prefix;   // "com.amazonaws.sqs", before the '#' of __type
  PoolText xml_namespace;
  PoolText message_key;  // JSON key of an error's message: "message" or "Message"
  uint16_t protocols;    // protocol_bit()s
  uint8_t flags;
  ValidationStyle validation;

  [[nodiscard]] std::string_view text(PoolText at) const { return {pool + at.at, at.bytes}; }
  [[nodiscard]] std::span<const Field> fields_of(const Type& type) const {
    return fields.subspan(type.first_field, type.field_count);
  }
  [[nodiscard]] bool speaks(Protocol protocol) const {
    return (protocols & protocol_bit(protocol)) != 0;
  }
  // Null if there is none of that name.
  [[nodiscard]] const OperationModel* operation(std::string_view operation_name) const;
  // By shape name; null if the service does not model it.
  [[nodiscard]] const ErrorModel* error(std::string_view shape) const;
};

}  // namespace fogbank::aws
