#include "emulators/dynamodb/tags.h"

#include <algorithm>

#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/table.h"
#include "emulators/dynamodb/table_design.h"

namespace fogbank::emulators::dynamodb {
namespace {

core::Result<TableRecord, aws::AwsError> table_of_arn(Call& call, const aws::Text& arn) {
  if (!arn.view().starts_with("arn:")) {
    return validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn.str());
  }
  auto name = table_name_in(call, arn);
  if (!name) return name.error();
  auto table = find_table(call, *name);
  if (!table) {
    return aws::AwsError{.code = "ResourceNotFoundException",
                         .message = "Requested resource not found: ResourcArn: " + arn.str() +
                                    " not found"};  // AWS's spelling
  }
  return *table;
}

void save(Call& call, const TableRecord& table) {
  call.txn.put(table_key(call.account, call.region, table.name), table.encode());
}

}  // namespace

// A table has at most 50 tags, so one page holds them all and there is never a next token.
Reply<ListTagsOfResourceOutput> list_tags_of_resource(Call& call,
                                                      const ListTagsOfResourceInput& input) {
  auto table = table_of_arn(call, input.resource_arn);
  if (!table) return table.error();
  if (input.next_token) return validation("Invalid NextToken");
  ListTagsOfResourceOutput output;
  output.tags = aws::List<Tag>::make(call.arena, table->tags.size());
  for (const auto& record : table->tags) {
    Tag tag;
    tag.key = record.key;
    tag.value = record.value;
    output.tags.append(call.arena, tag);
  }
  return output;
}

Reply<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& input) {
  auto table = table_of_arn(call, input.resource_arn);
  if (!table) return table.error();
  auto tags = merge_tags(table->tags, input.tags, call.arena);
  if (!tags) return tags.error();
  table->tags = *tags;
  save(call, *table);
  return TagResourceOutput{};
}

Reply<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& input) {
  auto table = table_of_arn(call, input.resource_arn);
  if (!table) return table.error();
  aws::List<TagRecord> kept;
  for (const auto& tag : table->tags) {
    const bool is_named = std::any_of(input.tag_keys.begin(), input.tag_keys.end(),
                                      [&](const aws::Text& key) { return key.view() == tag.key; });
    if (!is_named) kept.append(call.arena, tag);
  }
  table->tags = kept;
  save(call, *table);
  return UntagResourceOutput{};
}

}  // namespace fogbank::emulators::dynamodb
