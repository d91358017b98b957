#include "emulators/sqs/messages.h"

#include <doctest/doctest.h>

#include "emulators/sqs/message_attributes.h"
#include "emulators/sqs/queues.h"
#include "tests/support/service_fixture.h"

namespace fogbank::emulators::sqs {
namespace {

using tests::error_code;
using tests::ServiceFixture;

struct QueueFixture : ServiceFixture {
  explicit QueueFixture(std::string_view attribute = "DelaySeconds", std::string_view value = "0") {
    aws::Map<aws::Text> attributes;
    attributes.append(arena(), {attribute, value});
    url = call(create_queue, {.queue_name = "jobs", .attributes = attributes})->queue_url;
  }
  void send(std::string_view body) {
    REQUIRE(call(send_message, {.queue_url = url, .message_body = body}));
  }
  auto receive(int32_t count = 10) {
    return call(receive_message, {.queue_url = url, .max_number_of_messages = count});
  }
  aws::Text url;
};

TEST_CASE("sqs a received message is hidden until its timeout and then comes back") {
  QueueFixture sqs("VisibilityTimeout", "30");
  sqs.send("hello");
  const auto first = sqs.receive();
  REQUIRE(first);
  REQUIRE(first->messages.size() == 1);
  CHECK(first->messages[0].body == "hello");
  CHECK(first->messages[0].md5_of_body == "5d41402abc4b2a76b9719d911017c592");
  CHECK(sqs.receive()->messages.empty());
  sqs.clock.advance_ms(29'999);
  CHECK(sqs.receive()->messages.empty());
  sqs.clock.advance_ms(1);
  const auto second = sqs.receive();
  REQUIRE(second->messages.size() == 1);
  CHECK(second->messages[0].receipt_handle.view() != first->messages[0].receipt_handle.view());
}

TEST_CASE("sqs DeleteMessage removes a message for good, and again is no error") {
  QueueFixture sqs;
  sqs.send("x");
  const auto handle = sqs.receive()->messages[0].receipt_handle;
  CHECK(error_code(sqs.call(delete_message, {.queue_url = sqs.url, .receipt_handle = handle})) ==
        "");
  CHECK(error_code(sqs.call(delete_message, {.queue_url = sqs.url, .receipt_handle = handle})) ==
        "");
  sqs.clock.advance_ms(60'000);
  CHECK(sqs.receive()->messages.empty());
  CHECK(error_code(sqs.call(delete_message,
                            {.queue_url = sqs.url, .receipt_handle = "no handle"})) ==
        "ReceiptHandleIsInvalid");
}

TEST_CASE("sqs messages come in the order in which they were sent, at most as many as asked for") {
  QueueFixture sqs;
  for (const char* body : {"1", "2", "3"}) sqs.send(body);
  const auto reply = sqs.receive(2);
  REQUIRE(reply->messages.size() == 2);
  CHECK(reply->messages[0].body == "1");
  CHECK(reply->messages[1].body == "2");
}

TEST_CASE("sqs a delayed message is not there before its time") {
  QueueFixture sqs;
  REQUIRE(sqs.call(send_message,
                   {.queue_url = sqs.url, .message_body = "later", .delay_seconds = 10}));
  CHECK(sqs.receive()->messages.empty());
  sqs.clock.advance_ms(10'000);
  CHECK(sqs.receive()->messages.size() == 1);
}

TEST_CASE("sqs a message is gone when its retention is over") {
  QueueFixture sqs("MessageRetentionPeriod", "60");
  sqs.send("old");
  sqs.clock.advance_ms(60'000);
  CHECK(sqs.receive()->messages.empty());
}

TEST_CASE("sqs a long poll parks until a message, a hidden one's return, or its deadline") {
  QueueFixture sqs("VisibilityTimeout", "5");
  const auto poll = [&] {
    return sqs.call(receive_message, {.queue_url = sqs.url, .wait_time_seconds = 20});
  };
  const int64_t start = sqs.clock.now_ms();
  auto reply = poll();
  REQUIRE(reply.is_parked());
  CHECK(reply.park().deadline_ms == start + 20'000);
  sqs.send("x");
  REQUIRE(sqs.woken_topics.size() == 1);
  CHECK(sqs.woken_topics[0] == reply.park().topic);
  CHECK(poll()->messages.size() == 1);
  reply = poll();
  REQUIRE(reply.is_parked());
  CHECK(reply.park().deadline_ms == start + 5'000);
  sqs.started_ms = start;
  sqs.clock.advance_ms(20'000);
  CHECK(poll()->messages.size() == 1);  // it came back meanwhile
  CHECK(poll()->messages.empty());      // and now the time is over
}

TEST_CASE("sqs ChangeMessageVisibility gives a message back or keeps it longer") {
  QueueFixture sqs("VisibilityTimeout", "30");
  sqs.send("x");
  auto handle = sqs.receive()->messages[0].receipt_handle;
  const auto change = [&](int32_t seconds) {
    return error_code(sqs.call(change_message_visibility, {.queue_url = sqs.url,
                                                           .receipt_handle = handle,
                                                           .visibility_timeout = seconds}));
  };
  CHECK(change(43'201) == "InvalidParameterValue");
  CHECK(change(60) == "");
  sqs.clock.advance_ms(30'000);
  CHECK(sqs.receive()->messages.empty());
  CHECK(change(0) == "");
  CHECK(sqs.receive()->messages.size() == 1);
}

TEST_CASE("sqs a message received too often goes to the dead-letter queue") {
  ServiceFixture sqs;
  const auto dead = sqs.call(create_queue, {.queue_name = "dead"})->queue_url;
  aws::Map<aws::Text> attributes;
  attributes.append(sqs.arena(),
                    {"RedrivePolicy",
                     R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead",)"
                     R"("maxReceiveCount":"2"})"});
  attributes.append(sqs.arena(), {"VisibilityTimeout", "1"});
  const auto url =
      sqs.call(create_queue, {.queue_name = "jobs", .attributes = attributes})->queue_url;
  REQUIRE(sqs.call(send_message, {.queue_url = url, .message_body = "poison"}));
  for (int i = 0; i < 2; ++i) {
    CHECK(sqs.call(receive_message, {.queue_url = url})->messages.size() == 1);
    sqs.clock.advance_ms(1'000);
  }
  CHECK(sqs.call(receive_message, {.queue_url = url})->messages.empty());
  const auto reply = sqs.call(receive_message, {.queue_url = dead});
  REQUIRE(reply->messages.size() == 1);
  CHECK(reply->messages[0].body == "poison");
}

TEST_CASE("sqs counters are exact") {
  QueueFixture sqs;
  for (int i = 0; i < 4; ++i) sqs.send("x");
  REQUIRE(sqs.call(send_message,
                   {.queue_url = sqs.url, .message_body = "later", .delay_seconds = 10}));
  const auto taken = sqs.receive(2);
  REQUIRE(sqs.call(delete_message, {.queue_url = sqs.url,
                                    .receipt_handle = taken->messages[0].receipt_handle}));
  aws::List<aws::Text> all;
  all.append(sqs.arena(), "All");
  const auto reply =
      sqs.call(get_queue_attributes, {.queue_url = sqs.url, .attribute_names = all});
  CHECK(*aws::find(reply->attributes, "ApproximateNumberOfMessages") == "2");
  CHECK(*aws::find(reply->attributes, "ApproximateNumberOfMessagesDelayed") == "1");
  CHECK(*aws::find(reply->attributes, "ApproximateNumberOfMessagesNotVisible") == "1");
}

TEST_CASE("sqs the digest of message attributes is the one that SDKs compute") {
  // Computed from the rule of the Developer Guide by an independent program.
  const std::vector<MessageAttribute> attributes = {{"b", "Binary", std::string("\x01\x02", 2)},
                                                    {"a", "String", "hello"},
                                                    {"c", "Number", "1"}};
  CHECK(md5_of_attributes(attributes) == "53effa3e0951b6723b1abcab4a30bcc0");
  CHECK(md5_of_attributes({}).empty());
  CHECK(md5_of_attributes({attributes[1], attributes[0], attributes[2]}) ==
        md5_of_attributes(attributes));
}

TEST_CASE("sqs SendMessage refuses what AWS refuses") {
  struct Row {
    const char* name;
    std::string body;
    int32_t delay;
    const char* error;
  };
  const Row rows[] = {
      {"control character", "a\x01", 0, "InvalidMessageContents"},
      {"empty", "", 0, "InvalidParameterValue"},
      {"delay over 900", "x", 901, "InvalidParameterValue"},
      {"one byte too long", std::string(1'048'577, 'x'), 0, "InvalidParameterValue"},
      {"longest", std::string(1'048'576, 'x'), 0, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    QueueFixture sqs;
    CHECK(error_code(sqs.call(send_message, {.queue_url = sqs.url,
                                             .message_body = row.body,
                                             .delay_seconds = row.delay})) == row.error);
  }
}

TEST_CASE("sqs a batch answers each entry for itself and refuses bad batches whole") {
  QueueFixture sqs;
  aws::List<SendMessageBatchRequestEntry> entries;
  entries.append(sqs.arena(), {.id = "good", .message_body = "x"});
  entries.append(sqs.arena(), {.id = "bad", .message_body = "\x01"});
  const auto reply = sqs.call(send_message_batch, {.queue_url = sqs.url, .entries = entries});
  REQUIRE(reply);
  REQUIRE(reply->successful.size() == 1);
  CHECK(reply->successful[0].id == "good");
  REQUIRE(reply->failed.size() == 1);
  CHECK(reply->failed[0].code == "InvalidMessageContents");
  CHECK(*reply->failed[0].sender_fault);

  const auto refused = [&](const char* first, const char* second) {
    aws::List<SendMessageBatchRequestEntry> two;
    two.append(sqs.arena(), {.id = first, .message_body = "x"});
    two.append(sqs.arena(), {.id = second, .message_body = "x"});
    return error_code(sqs.call(send_message_batch, {.queue_url = sqs.url, .entries = two}));
  };
  CHECK(refused("a", "a") == "BatchEntryIdsNotDistinct");
  CHECK(refused("a", "b c") == "InvalidBatchEntryId");
  CHECK(error_code(sqs.call(send_message_batch, {.queue_url = sqs.url})) == "EmptyBatchRequest");
}

TEST_CASE("sqs DeleteMessageBatch and ChangeMessageVisibilityBatch answer each entry for itself") {
  QueueFixture sqs;
  sqs.send("1");
  sqs.send("2");
  const auto taken = sqs.receive();
  REQUIRE(taken->messages.size() == 2);
  aws::List<ChangeMessageVisibilityBatchRequestEntry> changes;
  changes.append(sqs.arena(), {.id = "back",
                               .receipt_handle = taken->messages[0].receipt_handle,
                               .visibility_timeout = 0});
  changes.append(sqs.arena(), {.id = "bad", .receipt_handle = "x", .visibility_timeout = 0});
  const auto changed =
      sqs.call(change_message_visibility_batch, {.queue_url = sqs.url, .entries = changes});
  REQUIRE(changed);
  CHECK(changed->successful.size() == 1);
  REQUIRE(changed->failed.size() == 1);
  CHECK(changed->failed[0].code == "ReceiptHandleIsInvalid");

  aws::List<DeleteMessageBatchRequestEntry> entries;
  entries.append(sqs.arena(),
                 {.id = "gone", .receipt_handle = taken->messages[1].receipt_handle});
  entries.append(sqs.arena(), {.id = "bad", .receipt_handle = "x"});
  const auto deleted =
      sqs.call(delete_message_batch, {.queue_url = sqs.url, .entries = entries});
  REQUIRE(deleted);
  CHECK(deleted->successful.size() == 1);
  CHECK(deleted->failed.size() == 1);
  const auto left = sqs.receive();
  REQUIRE(left->messages.size() == 1);
  CHECK(left->messages[0].body == "1");
}

}  // namespace
}  // namespace fogbank::emulators::sqs
