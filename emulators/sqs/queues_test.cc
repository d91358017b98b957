#include "emulators/sqs/queues.h"

#include <doctest/doctest.h>

#include "emulators/sqs/limits.h"
#include "emulators/sqs/messages.h"
#include "tests/support/service_fixture.h"

namespace fogbank::emulators::sqs {
namespace {

using tests::error_code;
using tests::ServiceFixture;

aws::Map<aws::Text> map_of(ServiceFixture& fixture, std::string_view name, std::string_view value) {
  aws::Map<aws::Text> map;
  map.append(fixture.arena(), {name, value});
  return map;
}

TEST_CASE("sqs CreateQueue twice: equal attributes answer the first URL, others are an error") {
  struct Row {
    const char* name;
    const char* delay;
    const char* error;
  };
  const Row rows[] = {{"equal", "5", ""}, {"other delay", "6", "QueueNameExists"}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ServiceFixture sqs;
    const auto first = sqs.call(
        create_queue,
        {.queue_name = "jobs", .attributes = map_of(sqs, "DelaySeconds", "5")});
    REQUIRE(first);
    CHECK(first->queue_url == "https://service.us-east-1.amazonaws.com/123456789012/jobs");
    const auto again = sqs.call(
        create_queue, {.queue_name = "jobs", .attributes = map_of(sqs, "DelaySeconds", row.delay)});
    CHECK(error_code(again) == row.error);
  }
}

TEST_CASE("sqs CreateQueue refuses illegal names and attributes") {
  struct Row {
    const char* queue;
    const char* attribute;
    const char* value;
    const char* error;
  };
  const std::string long_name(kQueueNameBytesMax + 1, 'q');
  const std::string longest_name(kQueueNameBytesMax, 'q');
  const Row rows[] = {
      {"", "DelaySeconds", "0", "InvalidParameterValue"},
      {"a b", "DelaySeconds", "0", "InvalidParameterValue"},
      {long_name.c_str(), "DelaySeconds", "0", "InvalidParameterValue"},
      {longest_name.c_str(), "DelaySeconds", "0", ""},
      {"jobs.fifo", "DelaySeconds", "0", "UnsupportedOperation"},
      {"a", "DelaySeconds", "900", ""},
      {"a", "DelaySeconds", "901", "InvalidAttributeValue"},
      {"a", "DelaySeconds", "x", "InvalidAttributeValue"},
      {"a", "MessageRetentionPeriod", "59", "InvalidAttributeValue"},
      {"a", "MessageRetentionPeriod", "60", ""},
      {"a", "Colour", "red", "InvalidAttributeName"},
      {"a", "KmsMasterKeyId", "k", "UnsupportedOperation"},
      {"a", "RedrivePolicy", "{}", "InvalidParameterValue"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.queue);
    CAPTURE(row.attribute);
    CAPTURE(row.value);
    ServiceFixture sqs;
    CHECK(error_code(sqs.call(create_queue,
                              {.queue_name = row.queue,
                               .attributes = map_of(sqs, row.attribute, row.value)})) == row.error);
  }
}

TEST_CASE("sqs DeleteQueue keeps the name from being taken for 60 seconds") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  REQUIRE(sqs.call(delete_queue, {.queue_url = url}));
  CHECK(error_code(sqs.call(get_queue_url, {.queue_name = "jobs"})) == "QueueDoesNotExist");
  sqs.clock.advance_ms(kRecreateDelayMs - 1);
  CHECK(error_code(sqs.call(create_queue, {.queue_name = "jobs"})) == "QueueDeletedRecently");
  sqs.clock.advance_ms(1);
  CHECK(error_code(sqs.call(create_queue, {.queue_name = "jobs"})) == "");
}

TEST_CASE("sqs queues of another account and another region are apart") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  sqs.use_region("eu-west-1");
  CHECK(error_code(sqs.call(get_queue_url, {.queue_name = "jobs"})) == "QueueDoesNotExist");
  sqs.use_region("us-east-1");
  sqs.use_account("999999999999");
  CHECK(error_code(sqs.call(delete_queue, {.queue_url = url})) == "AccessDenied");
  CHECK(error_code(sqs.call(get_queue_url, {.queue_name = "jobs"})) == "QueueDoesNotExist");
}

TEST_CASE("sqs ListQueues pages by name and keeps to the prefix") {
  ServiceFixture sqs;
  for (const char* name : {"a1", "a2", "a3", "b1"}) {
    REQUIRE(sqs.call(create_queue, {.queue_name = name}));
  }
  const auto first = sqs.call(list_queues, {.queue_name_prefix = "a", .max_results = 2});
  REQUIRE(first);
  REQUIRE(first->queue_urls.size() == 2);
  CHECK(first->queue_urls[1].view().ends_with("/a2"));
  REQUIRE(first->next_token);
  const auto second = sqs.call(list_queues, {.queue_name_prefix = "a",
                                             .next_token = first->next_token,
                                             .max_results = 2});
  REQUIRE(second);
  REQUIRE(second->queue_urls.size() == 1);
  CHECK_FALSE(second->next_token);
  CHECK(error_code(sqs.call(list_queues, {.max_results = 1001})) == "InvalidParameterValue");
}

TEST_CASE("sqs PurgeQueue empties the queue at once and only once a minute") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  REQUIRE(sqs.call(send_message, {.queue_url = url, .message_body = "x"}));
  REQUIRE(sqs.call(purge_queue, {.queue_url = url}));
  CHECK(sqs.call(receive_message, {.queue_url = url})->messages.empty());
  CHECK(error_code(sqs.call(purge_queue, {.queue_url = url})) == "PurgeQueueInProgress");
  sqs.clock.advance_ms(kPurgeIntervalMs);
  CHECK(error_code(sqs.call(purge_queue, {.queue_url = url})) == "");
}

TEST_CASE("sqs SetQueueAttributes changes what GetQueueAttributes answers") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  REQUIRE(sqs.call(set_queue_attributes,
                   {.queue_url = url, .attributes = map_of(sqs, "VisibilityTimeout", "7")}));
  aws::List<aws::Text> names;
  names.append(sqs.arena(), "VisibilityTimeout");
  names.append(sqs.arena(), "QueueArn");
  const auto reply = sqs.call(get_queue_attributes, {.queue_url = url, .attribute_names = names});
  REQUIRE(reply);
  CHECK(reply->attributes.size() == 2);
  CHECK(*aws::find(reply->attributes, "VisibilityTimeout") == "7");
  CHECK(*aws::find(reply->attributes, "QueueArn") == "arn:aws:sqs:us-east-1:123456789012:jobs");
  aws::List<aws::Text> unknown;
  unknown.append(sqs.arena(), "Colour");
  CHECK(error_code(sqs.call(get_queue_attributes,
                            {.queue_url = url, .attribute_names = unknown})) ==
        "InvalidAttributeName");
}

TEST_CASE("sqs TagQueue and UntagQueue change what ListQueueTags answers") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  REQUIRE(sqs.call(tag_queue, {.queue_url = url, .tags = map_of(sqs, "team", "a")}));
  REQUIRE(sqs.call(tag_queue, {.queue_url = url, .tags = map_of(sqs, "cost", "1")}));
  REQUIRE(sqs.call(tag_queue, {.queue_url = url, .tags = map_of(sqs, "team", "b")}));
  const auto both = sqs.call(list_queue_tags, {.queue_url = url});
  REQUIRE(both);
  CHECK(both->tags.size() == 2);
  CHECK(*aws::find(both->tags, "team") == "b");
  aws::List<aws::Text> keys;
  keys.append(sqs.arena(), "team");
  REQUIRE(sqs.call(untag_queue, {.queue_url = url, .tag_keys = keys}));
  CHECK(sqs.call(list_queue_tags, {.queue_url = url})->tags.size() == 1);
}

TEST_CASE("sqs TagQueue refuses a fifty-first tag") {
  ServiceFixture sqs;
  const auto url = sqs.call(create_queue, {.queue_name = "jobs"})->queue_url;
  for (std::size_t i = 0; i < kTagsMax; ++i) {
    const std::string key = "k" + std::to_string(i);
    REQUIRE(sqs.call(tag_queue, {.queue_url = url, .tags = map_of(sqs, key, "v")}));
  }
  CHECK(error_code(sqs.call(tag_queue, {.queue_url = url, .tags = map_of(sqs, "more", "v")})) ==
        "InvalidParameterValue");
}

TEST_CASE("sqs CreateQueue takes fifty tags and refuses fifty-one") {
  ServiceFixture sqs;
  aws::Map<aws::Text> tags;
  for (std::size_t i = 0; i < kTagsMax; ++i) {
    tags.append(sqs.arena(), {sqs.arena().copy("k" + std::to_string(i)), "v"});
  }
  CHECK(error_code(sqs.call(create_queue, {.queue_name = "full", .tags = tags})) == "");
  tags.append(sqs.arena(), {"more", "v"});
  CHECK(error_code(sqs.call(create_queue, {.queue_name = "over", .tags = tags})) ==
        "InvalidParameterValue");
}

}  // namespace
}  // namespace fogbank::emulators::sqs
