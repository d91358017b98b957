// One request between its first header and its answer. Shared by the proxy's session, the writer
// thread and the topics it may wait for; everything but run(), committed(), blob_finished() and
// wake() happens on the loop of its connection.
//
//   begin → body (collected, or spooled to a blob) → authenticate → read → validate
//     → run (snapshot on the loop, or batch on the writer) → [park → run again] → answer
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/codec.h"
#include "aws/request_id.h"
#include "core/arena.h"
#include "core/event_loop.h"
#include "core/http.h"
#include "emulators/emulators.h"
#include "emulators/identity.h"
#include "emulators/parking.h"
#include "emulators/registry.h"
#include "emulators/route.h"
#include "emulators/upload_spool.h"
#include "storage/storage.h"

namespace fogbank::emulators {

// What all flights of a gateway share.
struct GatewayState {
  GatewayConfig config;
  GatewayLinks links;
  Registry registry;
  Parking parking;
  Identities identities;
};

class Flight final : public storage::WriteTask,
                     public storage::BlobFinished,
                     public Parked,
                     public std::enable_shared_from_this<Flight> {
 public:
  Flight(GatewayState& gateway, std::shared_ptr<const core::HttpRequest> request,
         core::HttpExchange& exchange);

  void begin();
  core::BodyFlow on_body(std::span<const std::byte> piece);
  void on_body_end(std::span<const core::HttpHeader> trailers);
  void abandon();  // the exchange is gone

  storage::Verdict run(storage::Transaction& txn) override;
  void committed(const core::Result<void>& outcome) override;
  void blob_finished(core::Result<storage::BlobId> blob) override;
  void wake() override;

 private:
  void execute();
  bool authenticate();
  void dispatch();
  void run_reading();
  void discard_upload();
  void settle();  // after run(): answers or parks
  void park();
  void run_again();
  void answer_output();
  void answer_error(const aws::AwsError& error);
  void send(core::HttpAnswer answer, const aws::AwsError* error);
  [[nodiscard]] Call make_call(storage::Transaction& txn);
  [[nodiscard]] bool is_open() const { return exchange_ != nullptr && !is_answered_; }

  GatewayState& gateway_;
  std::shared_ptr<const core::HttpRequest> request_;
  core::HttpExchange* exchange_;
  core::EventLoop& loop_;
  core::Arena arena_;
  int64_t begun_us_;

  Route route_;
  const aws::OperationModel* operation_ = nullptr;
  const Operation* handler_ = nullptr;
  aws::RequestId request_id_;
  std::string host_id_;
  std::optional<Identity> identity_;

  std::string body_;
  std::unique_ptr<UploadSpool> spool_;
  std::optional<Upload> upload_;

  void* input_ = nullptr;
  void* output_ = nullptr;
  int64_t started_ms_ = 0;
  Outcome outcome_;
  Download download_;
  std::unique_ptr<core::AnswerBody> answer_body_;
  uint64_t answer_bytes_ = 0;
  int status_ = 0;
  std::vector<std::pair<std::string, std::string>> extra_headers_;
  std::vector<std::string> woken_topics_;
  core::Result<void> commit_;

  bool is_answered_ = false;
  bool is_parked_ = false;
  core::TimerId deadline_ = 0;
};

}  // namespace fogbank::emulators
