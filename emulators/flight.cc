#include "emulators/flight.h"

#include <ctime>
#include <utility>

#include "core/text.h"
#include "emulators/body_digest.h"
#include "emulators/download.h"

namespace fogbank::emulators {
namespace {

// Bodies that are not streamed to a blob: the largest is a BatchWriteItem of 16 MB and its JSON.
constexpr std::size_t kBodyBytesMax = 32U << 20;

int64_t monotonic_us() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1000;
}

aws::AwsError internal_error() {
  return {.code = "InternalError",
          .message = "We encountered an internal error. Please try again.",
          .status = 500};
}

std::string http_date(int64_t now_ms) {
  const time_t seconds = now_ms / 1000;
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const auto bytes = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text, bytes);
}

bool has_streaming_input(const aws::ServiceModel& model, const aws::OperationModel& operation) {
  if (operation.input == aws::kNoType) return false;
  const aws::Type& type = model.types[operation.input];
  if (type.payload == aws::kNoIndex) return false;
  const aws::Field& payload = model.fields_of(type)[type.payload];
  return model.types[payload.type].kind == aws::Kind::kStream;
}

aws::AwsError not_implemented(std::string_view service, std::string_view operation) {
  return {.code = "NotImplemented",
          .message = "fogbank does not emulate the operation " + std::string(service) + ":" +
                     std::string(operation) + " yet.",
          .status = 501};
}

class ReleaseBlob final : public storage::WriteTask {
 public:
  explicit ReleaseBlob(storage::BlobId blob) : blob_(std::move(blob)) {}
  storage::Verdict run(storage::Transaction& txn) override {
    txn.release_blob(blob_);
    return storage::Verdict::kCommit;
  }
  void committed(const core::Result<void>&) override {}  // a failure is mended by the next open

 private:
  storage::BlobId blob_;
};

}  // namespace

Flight::Flight(GatewayState& gateway, std::shared_ptr<const core::HttpRequest> request,
               core::HttpExchange& exchange)
    : gateway_(gateway),
      request_(std::move(request)),
      exchange_(&exchange),
      loop_(exchange.loop()),
      begun_us_(monotonic_us()),
      route_(route_by_head(*request_, gateway.registry)),
      request_id_(aws::RequestId::make(request_id_form(route_), gateway.links.random)) {}

void Flight::begin() {
  if (route_.service_name == "s3") host_id_ = aws::make_s3_host_id(gateway_.links.random);
  if (route_.refusal) return answer_error(*route_.refusal);
  if (route_.service == nullptr) {
    return answer_error(not_implemented(route_.service_name, route_.operation_hint));
  }
  const aws::ServiceModel& model = route_.service->model();
  if (route_.protocol != aws::Protocol::kQuery) {
    const aws::WireInput wire{*request_, {}, route_.rest_path};
    operation_ = aws::find_operation(model, route_.protocol, wire);
    if (operation_ == nullptr) {
      return answer_error(aws::unknown_operation(model, route_.protocol, wire));
    }
    handler_ = route_.service->handler(*operation_);
    if (handler_ == nullptr) {
      return answer_error(
          not_implemented(route_.service->name(), model.text(operation_->name)));
    }
    if (has_streaming_input(model, *operation_)) {
      spool_ = std::make_unique<UploadSpool>(gateway_.links.store, *request_);
    }
  }
  if (!spool_ && request_->body_bytes.value_or(0) > kBodyBytesMax) {
    return answer_error({.code = "RequestEntityTooLarge",
                         .message = "Request body is longer than the service accepts.",
                         .status = 413});
  }
}

core::BodyFlow Flight::on_body(std::span<const std::byte> piece) {
  if (!is_open()) return core::BodyFlow::kContinue;
  if (spool_) {
    if (auto written = spool_->write(piece); !written) answer_error(written.error());
    return core::BodyFlow::kContinue;
  }
  if (body_.size() + piece.size() > kBodyBytesMax) {
    answer_error({.code = "RequestEntityTooLarge",
                  .message = "Request body is longer than the service accepts.",
                  .status = 413});
    return core::BodyFlow::kContinue;
  }
  if (body_.empty() && request_->body_bytes) body_.reserve(*request_->body_bytes);
  body_ += core::as_text(piece);
  return core::BodyFlow::kContinue;
}

void Flight::on_body_end(std::span<const core::HttpHeader> trailers) {
  if (!is_open()) return;
  if (!spool_) return execute();
  if (auto ended = spool_->end(trailers); !ended) return answer_error(ended.error());
  upload_ = std::move(spool_->upload());
  if (auto writer = spool_->take_writer()) {
    gateway_.links.store.finish_blob(std::move(writer), shared_from_this());
    return;
  }
  execute();
}

void Flight::blob_finished(core::Result<storage::BlobId> blob) {
  loop_.post([self = shared_from_this(), blob = std::move(blob)] {
    if (!blob) {
      self->gateway_.links.log.error("blob_failed", {{"reason", blob.error().message}});
      if (self->is_open()) self->answer_error(internal_error());
      return;
    }
    self->upload_->blob = *blob;
    if (!self->is_open()) return self->discard_upload();
    self->execute();
  });
}

void Flight::abandon() {
  exchange_ = nullptr;
  if (deadline_ != 0) loop_.cancel(deadline_);
  deadline_ = 0;
  is_parked_ = false;
}

// The body is complete: from bytes to a typed, valid input.
void Flight::execute() {
  if (!authenticate()) return;
  const aws::ServiceModel& model = route_.service->model();
  const aws::WireInput wire{*request_, body_, route_.rest_path};
  if (operation_ == nullptr) {
    operation_ = aws::find_operation(model, route_.protocol, wire);
    if (operation_ == nullptr) {
      return answer_error(aws::unknown_operation(model, route_.protocol, wire));
    }
    handler_ = route_.service->handler(*operation_);
    if (handler_ == nullptr) {
      return answer_error(not_implemented(route_.service->name(), model.text(operation_->name)));
    }
  }
  if (!spool_) {
    if (const auto error = check_body_digest(*operation_, *request_, body_)) {
      return answer_error(*error);
    }
  }
  input_ = arena_.allocate(handler_->input_bytes);
  output_ = arena_.allocate(handler_->output_bytes);
  std::memset(input_, 0, handler_->input_bytes);
  if (operation_->input != aws::kNoType) {
    auto read = aws::read_input(model, *operation_, route_.protocol, wire, arena_, input_);
    if (!read) return answer_error(read.error());
    auto valid = aws::validate(model, *operation_, input_);
    if (!valid) return answer_error(valid.error());
  }
  started_ms_ = gateway_.links.clock.now_ms();
  dispatch();
}

bool Flight::authenticate() {
  identity_ = gateway_.identities.identify(route_.access_key_id, route_.partition->name);
  return true;
}

void Flight::dispatch() {
  if (handler_->access == Access::kWrite) {
    gateway_.links.store.write(shared_from_this());
  } else {
    run_reading();
  }
}

Call Flight::make_call(storage::Transaction& txn) {
  return {.account = identity_->account,
          .region = route_.region,
          .partition = route_.partition->name,
          .access_key_id = identity_->access_key_id,
          .principal_arn = identity_->principal_arn,
          .host = route_.host,
          .request_id = request_id_.text(),
          .http = request_.get(),
          .txn = txn,
          .arena = arena_,
          .random = gateway_.links.random,
          .now_ms = gateway_.links.clock.now_ms(),
          .started_ms = started_ms_,
          .upload = upload_ ? &*upload_ : nullptr};
}

// Also called a second time when a batch failed and its tasks are run one by one.
storage::Verdict Flight::run(storage::Transaction& txn) {
  std::memset(output_, 0, handler_->output_bytes);
  Call call = make_call(txn);
  outcome_ = handler_->run(call, input_, output_);
  download_ = std::move(call.download);
  status_ = call.status;
  extra_headers_ = std::move(call.extra_headers);
  woken_topics_ = std::move(call.woken_topics);
  const bool is_kept = std::holds_alternative<std::monostate>(outcome_);
  if (!is_kept) woken_topics_.clear();
  return is_kept ? storage::Verdict::kCommit : storage::Verdict::kRollBack;
}

void Flight::run_reading() {
  {
    const auto snapshot = gateway_.links.store.read();
    run(*snapshot);
    core::check(!std::holds_alternative<Park>(outcome_), "only operations that may write park");
    if (const core::Error* failure = snapshot->failure()) {
      gateway_.links.log.error("read_failed", {{"reason", failure->message}});
      return answer_error(internal_error());
    }
    // Within the snapshot, so that no blob the answer names can be gone already.
    if (!download_.pieces.empty() || !download_.inline_bytes.empty()) {
      auto body = BlobBody::open(gateway_.links.store, std::move(download_));
      if (!body) {
        gateway_.links.log.error("blob_failed", {{"reason", body.error().message}});
        return answer_error(internal_error());
      }
      answer_bytes_ = (*body)->bytes();
      answer_body_ = std::move(*body);
    }
  }
  settle();
}

void Flight::committed(const core::Result<void>& outcome) {
  if (outcome) {
    if (const auto* wish = std::get_if<Park>(&outcome_)) {
      gateway_.parking.park(wish->topic, weak_from_this());
    }
    for (const std::string& topic : woken_topics_) gateway_.parking.wake(topic);
  } else {
    gateway_.links.log.error("commit_failed", {{"reason", outcome.error().message}});
    outcome_ = internal_error();
  }
  loop_.post([self = shared_from_this()] { self->settle(); });
}

// Gives the space of an upload back that no record names, at once and not at the next start.
void Flight::discard_upload() {
  if (!upload_ || !upload_->blob) return;
  const auto blob = std::exchange(upload_->blob, std::nullopt);
  gateway_.links.store.write(std::make_shared<ReleaseBlob>(*blob));
}

void Flight::settle() {
  if (std::holds_alternative<aws::AwsError>(outcome_)) discard_upload();
  if (!is_open()) return;
  if (std::holds_alternative<Park>(outcome_)) return park();
  if (const auto* error = std::get_if<aws::AwsError>(&outcome_)) return answer_error(*error);
  answer_output();
}

void Flight::park() {
  is_parked_ = true;
  const int64_t left_ms = std::get<Park>(outcome_).deadline_ms - gateway_.links.clock.now_ms();
  deadline_ = loop_.after(left_ms, [self = shared_from_this()] { self->run_again(); });
}

void Flight::wake() {
  loop_.post([self = shared_from_this()] { self->run_again(); });
}

void Flight::run_again() {
  if (!is_parked_) return;
  is_parked_ = false;
  loop_.cancel(deadline_);
  deadline_ = 0;
  dispatch();
}

void Flight::answer_output() {
  core::HttpAnswer answer;
  aws::write_output(route_.service->model(), *operation_, route_.protocol, output_,
                    {request_id_.text(), host_id_}, answer);
  if (status_ != 0) answer.status = status_;
  for (const auto& [name, value] : extra_headers_) answer.headers.add(name, value);
  if (answer_body_) {
    answer.stream = std::move(answer_body_);
    answer.declared_bytes = answer_bytes_;
  }
  send(std::move(answer), nullptr);
}

void Flight::answer_error(const aws::AwsError& error) {
  discard_upload();
  core::HttpAnswer answer;
  answer.status = error.status;
  const aws::ServiceModel* model = route_.service != nullptr ? &route_.service->model() : nullptr;
  aws::write_error(model, route_.protocol, error, {request_id_.text(), host_id_}, answer);
  for (const auto& [name, value] : extra_headers_) answer.headers.add(name, value);
  send(std::move(answer), &error);
}

void Flight::send(core::HttpAnswer answer, const aws::AwsError* error) {
  if (!is_open()) return;
  is_answered_ = true;
  answer.headers.add("Date", http_date(gateway_.links.clock.now_ms()));
  const bool is_bodiless = request_->method == "HEAD" || answer.status == 304;
  if (is_bodiless && error != nullptr) answer.body.clear();

  using Result = RegisteredService::Result;
  Result result = Result::kOk;
  if (error != nullptr) {
    result = error->status >= 500 ? Result::kServerError : Result::kClientError;
    if (error->status == 501) result = Result::kNotImplemented;
  }
  if (route_.service != nullptr) {
    route_.service->count(operation_, result);
  } else {
    gateway_.links.metrics.counter("fogbank_gateway_unknown_service_total").add();
  }
  const std::string_view operation =
      operation_ != nullptr ? route_.service->model().text(operation_->name)
                            : std::string_view(route_.operation_hint);
  const core::LogLevel level =
      result == Result::kOk || result == Result::kClientError ? core::LogLevel::kInfo
                                                              : core::LogLevel::kWarn;
  if (gateway_.links.log.is_enabled(level)) {
    gateway_.links.log.write(
        level, "request",
        {{"service", route_.service_name},
         {"operation", operation},
         {"account", identity_ ? identity_->account.text() : std::string_view("-")},
         {"region", route_.region.text()},
         {"request_id", request_id_.text()},
         {"status", answer.status},
         {"error", error != nullptr ? std::string_view(error->code) : std::string_view("-")},
         {"bytes_in", upload_ ? upload_->bytes : body_.size()},
         {"bytes_out", answer.stream ? answer.declared_bytes.value_or(0) : answer.body.size()},
         {"took_us", monotonic_us() - begun_us_}});
  }
  exchange_->answer(std::move(answer));
}

}  // namespace fogbank::emulators
