#include "emulators/dynamodb/table.h"

#include <algorithm>

#include "core/bytes.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

constexpr uint8_t kRecordVersion = 1;

constexpr unsigned kOnDemand = 1;
constexpr unsigned kDeleteProtected = 2;
constexpr unsigned kShowsTableClass = 4;

void write_attribute(const KeyAttribute& attribute, core::ByteWriter& out) {
  out.text8(attribute.name).u8(static_cast<uint8_t>(attribute.kind));
}

KeyAttribute read_attribute(core::ByteReader& in) {
  KeyAttribute out;
  out.name = in.text8();
  out.kind = static_cast<AttributeKind>(in.u8());
  return out;
}

void write_schema(const KeySchema& schema, core::ByteWriter& out) {
  write_attribute(schema.partition, out);
  write_attribute(schema.sort, out);
}

KeySchema read_schema(core::ByteReader& in) {
  KeySchema out;
  out.partition = read_attribute(in);
  out.sort = read_attribute(in);
  return out;
}

void write_index(const IndexRecord& index, core::ByteWriter& out) {
  out.u8(index.number).u8(index.is_global ? 1 : 0).text8(index.name);
  write_schema(index.schema, out);
  out.u8(static_cast<uint8_t>(index.projection)).u16(static_cast<uint16_t>(index.included.size()));
  for (const auto& attribute : index.included) out.text16(attribute);
  out.u64(index.throughput.read_units).u64(index.throughput.write_units);
}

IndexRecord read_index(core::ByteReader& in, core::Arena& arena) {
  IndexRecord out;
  out.number = in.u8();
  out.is_global = in.u8() != 0;
  out.name = in.text8();
  out.schema = read_schema(in);
  out.projection = static_cast<ProjectionKind>(in.u8());
  for (uint16_t left = in.u16(); left > 0 && in.ok(); --left) {
    out.included.append(arena, in.text16());
  }
  out.throughput.read_units = in.u64();
  out.throughput.write_units = in.u64();
  return out;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

aws::AwsError bad_table_name(std::string_view name, std::string_view constraint) {
  return validation("1 validation error detected: Value '" + std::string(name) +
                    "' at 'tableName' failed to satisfy constraint: Member must " +
                    std::string(constraint));
}

}  // namespace

std::string TableRecord::encode() const {
  std::string record;
  core::ByteWriter out(record);
  const unsigned flags = (is_on_demand ? kOnDemand : 0U) |
                         (is_delete_protected ? kDeleteProtected : 0U) |
                         (shows_table_class ? kShowsTableClass : 0U);
  out.u8(kRecordVersion).u64(id).text8(name).text8(uuid).i64(created_ms);
  out.u8(static_cast<uint8_t>(flags)).u8(static_cast<uint8_t>(table_class));
  out.i64(on_demand_since_ms).u64(throughput.read_units).u64(throughput.write_units);
  write_schema(schema, out);
  out.u8(static_cast<uint8_t>(indexes.size()));
  for (const auto& index : indexes) write_index(index, out);
  out.u8(static_cast<uint8_t>(tags.size()));
  for (const auto& tag : tags) out.text16(tag.key).text16(tag.value);
  return record;
}

std::optional<TableRecord> TableRecord::decode(std::string_view record, core::Arena& arena) {
  core::ByteReader in(record);
  if (in.u8() != kRecordVersion) return std::nullopt;
  TableRecord out;
  out.id = in.u64();
  out.name = in.text8();
  out.uuid = in.text8();
  out.created_ms = in.i64();
  const unsigned flags = in.u8();
  out.is_on_demand = (flags & kOnDemand) != 0;
  out.is_delete_protected = (flags & kDeleteProtected) != 0;
  out.shows_table_class = (flags & kShowsTableClass) != 0;
  out.table_class = static_cast<TableClass>(in.u8());
  out.on_demand_since_ms = in.i64();
  out.throughput.read_units = in.u64();
  out.throughput.write_units = in.u64();
  out.schema = read_schema(in);
  for (uint8_t left = in.u8(); left > 0 && in.ok(); --left) {
    out.indexes.append(arena, read_index(in, arena));
  }
  for (uint8_t left = in.u8(); left > 0 && in.ok(); --left) {
    TagRecord tag;
    tag.key = in.text16();
    tag.value = in.text16();
    out.tags.append(arena, tag);
  }
  if (!in.is_at_end()) return std::nullopt;
  return out;
}

const IndexRecord* TableRecord::index_named(std::string_view index_name) const {
  const auto* const found =
      std::find_if(indexes.begin(), indexes.end(),
                   [&](const IndexRecord& index) { return index.name == index_name; });
  return found == indexes.end() ? nullptr : found;
}

bool TableRecord::has_global_indexes() const {
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const IndexRecord& index) { return index.is_global; });
}

core::Result<std::string_view, aws::AwsError> table_name_in(const Call& call,
                                                            std::string_view parameter) {
  std::string_view name = parameter;
  if (parameter.starts_with("arn:")) {
    constexpr std::string_view kResource = ":table/";
    const auto arn = aws::Arn::parse(parameter);
    const auto at = parameter.find(kResource);
    if (!arn || arn->service != "dynamodb" || at == std::string_view::npos) {
      return validation("Invalid TableArn: Invalid ResourceArn provided as input " +
                        std::string(parameter));
    }
    if (arn->region != call.region.text()) {
      return validation("Invalid TableArn: Region in the ARN does not match the request's region");
    }
    if (arn->account != call.account.text()) {
      return aws::AwsError{
          .code = "AccessDeniedException",
          .message = "User: " + std::string(call.principal_arn) +
                     " is not authorized to access resource: " + std::string(parameter)};
    }
    name = parameter.substr(at + kResource.size());
  }
  if (name.size() > kTableNameCharactersMax) {
    return bad_table_name(name, "have length less than or equal to 255");
  }
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return bad_table_name(name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  return name;
}

std::optional<TableRecord> find_table(Call& call, std::string_view name) {
  const auto record = call.txn.get(table_key(call.account, call.region, name));
  if (!record) return std::nullopt;
  return TableRecord::decode(call.keep(*record), call.arena);
}

core::Result<TableRecord, aws::AwsError> open_table(Call& call, std::string_view parameter) {
  const auto name = table_name_in(call, parameter);
  if (!name) return name.error();
  auto table = find_table(call, *name);
  if (!table) return table_not_found();
  return *table;
}

std::string table_arn(const Call& call, std::string_view name) {
  std::string arn = "arn:";
  for (const std::string_view part :
       {call.partition, std::string_view(":dynamodb:"), call.region.text(), std::string_view(":"),
        call.account.text(), std::string_view(":table/"), name}) {
    arn += part;
  }
  return arn;
}

}  // namespace fogbank::emulators::dynamodb
