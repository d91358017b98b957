// Runs handlers of an emulated service as the gateway does, over a temporary store with a clock
// that stands still and repeatable chance:
//
//   ServiceFixture sqs;
//   const auto reply = sqs.call(create_queue, {.queue_name = "jobs"});
//   CHECK(error_code(reply) == "");
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "core/clock.h"
#include "core/log.h"
#include "core/metrics.h"
#include "emulators/service.h"
#include "storage/storage.h"
#include "tests/support/temp_dir.h"

namespace fogbank::tests {

class ServiceFixture {
 public:
  ServiceFixture()
      : account_(*aws::AccountId::parse("123456789012")),
        region_(*aws::Region::parse("us-east-1")) {
    restart();
  }

  // Closes the store, which finishes what it had put off, and opens it again.
  void restart() {
    store_.reset();
    auto opened = storage::Store::open(
        {.directory = directory_.path(), .durability = storage::Durability::kRelaxed}, log_,
        metrics_, random_);
    core::check(opened.has_value(), "the fixture's store opens");
    store_ = std::move(*opened);
  }

  // One call in one write task: committed when the handler answers an output.
  template <class Out, class In>
  emulators::Reply<Out> call(emulators::Reply<Out> (*handler)(emulators::Call&, const In&),
                             const std::type_identity_t<In>& input) {
    std::optional<emulators::Reply<Out>> reply;
    const auto done = storage::write_and_wait(*store_, [&](storage::Transaction& txn) {
      emulators::Call call = make_call(txn);
      reply.emplace(handler(call, input));
      download = std::move(call.download);
      status = call.status;
      extra_headers = std::move(call.extra_headers);
      woken_topics = std::move(call.woken_topics);
      return reply->has_value() ? storage::Verdict::kCommit : storage::Verdict::kRollBack;
    });
    core::check(done.has_value(), "the fixture's store commits");
    return std::move(*reply);
  }

  core::ManualClock clock;
  std::string host = "service.us-east-1.amazonaws.com";
  std::optional<int64_t> started_ms;         // of the next calls; default: now
  const emulators::Upload* upload = nullptr;  // of the next calls
  emulators::Download download;               // of the last call, like all below
  int status = 0;
  std::vector<std::pair<std::string, std::string>> extra_headers;
  std::vector<std::string> woken_topics;

  [[nodiscard]] storage::Store& store() { return *store_; }
  [[nodiscard]] core::Arena& arena() { return arena_; }
  void use_account(std::string_view id) { account_ = *aws::AccountId::parse(id); }
  void use_region(std::string_view name) { region_ = *aws::Region::parse(name); }

 private:
  emulators::Call make_call(storage::Transaction& txn) {
    return {.account = account_,
            .region = region_,
            .partition = "aws",
            .access_key_id = "AKIAIOSFODNN7EXAMPLE",
            .principal_arn = "arn:aws:iam::123456789012:root",
            .host = host,
            .request_id = "11111111-2222-4333-8444-555555555555",
            .txn = txn,
            .arena = arena_,
            .random = random_,
            .now_ms = clock.now_ms(),
            .started_ms = started_ms.value_or(clock.now_ms()),
            .upload = upload};
  }

  TempDir directory_;
  core::Log log_{2, core::LogLevel::kError};
  core::Metrics metrics_;
  core::SeededRandom random_{1};
  core::Arena arena_;
  std::unique_ptr<storage::Store> store_;
  aws::AccountId account_;
  aws::Region region_;
};

// The error's code, or "" of an answer that is none.
template <class Out>
std::string error_code(const emulators::Reply<Out>& reply) {
  return reply.is_error() ? reply.error().code : std::string();
}

}  // namespace fogbank::tests
