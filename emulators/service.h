// What every emulated service is made of: handlers, a table of operations, and the call they see.
//
// A handler is a plain function `Reply<Output> name(Call&, const Input&)`. It never waits, reads
// the clock only through the call, and changes the world only through the call: records in
// Call::txn, bytes in Call::upload and Call::download, wake-ups by Call::wake. Routing, signatures,
// codecs, validation, the transaction, logs and metrics belong to the gateway.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "aws/error.h"
#include "aws/model.h"
#include "aws/names.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/http.h"
#include "core/random.h"
#include "storage/storage.h"

namespace fogbank::emulators {

// The operation waits: the gateway runs it again, from the start, when `topic` is woken or when
// `deadline_ms` (Clock::now_ms) has come. Nothing the handler wrote is kept.
struct Park {
  std::string topic;
  int64_t deadline_ms;
};

// A handler's answer: its output, an error, or the wish to wait.
template <class Output>
class [[nodiscard]] Reply {
 public:
  using output_type = Output;
  Reply(const Output& output) : state_(std::in_place_index<0>, output) {}
  Reply(aws::AwsError error) : state_(std::in_place_index<1>, std::move(error)) {}
  Reply(Park park) : state_(std::in_place_index<2>, std::move(park)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  const Output& operator*() const { return *std::get_if<0>(&state_); }
  const Output* operator->() const { return std::get_if<0>(&state_); }
  [[nodiscard]] bool is_error() const { return state_.index() == 1; }
  [[nodiscard]] const aws::AwsError& error() const {
    core::check(is_error(), "error() of a Reply that is one");
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] bool is_parked() const { return state_.index() == 2; }
  [[nodiscard]] const Park& park() const {
    core::check(is_parked(), "park() of a Reply that is one");
    return *std::get_if<2>(&state_);
  }

 private:
  std::variant<Output, aws::AwsError, Park> state_;
};

// One checksum the client declared or asked for; the value is the base64 that the wire carries.
struct UploadChecksum {
  std::string algorithm;  // "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"
  std::string computed;   // of the received bytes
  std::string declared;   // by header or trailer; empty when the client left it to us
};

// The body of a streaming input, complete and decoded (aws-chunked framing removed).
struct Upload {
  std::string inline_bytes;                // bodies of up to kInlineUploadBytesMax
  std::optional<storage::BlobId> blob;     // longer ones; durable, not yet adopted
  uint64_t bytes = 0;
  std::string md5_hex;
  std::vector<UploadChecksum> checksums;
};
inline constexpr uint64_t kInlineUploadBytesMax = 64 * 1024;

// The body of a streaming output: the pieces one after another, then the bytes.
struct Download {
  // A range of a blob or, when `blob` has no name, bytes of its own.
  struct Piece {
    storage::BlobId blob;
    uint64_t offset;
    uint64_t bytes;
    std::string inline_bytes = {};
  };
  std::vector<Piece> pieces;
  std::string inline_bytes;
};

// One operation on its way through a handler. References outlive the call.
struct Call {
  // Who asks, and where.
  aws::AccountId account;
  aws::Region region;
  std::string_view partition;      // "aws", "aws-cn" …
  std::string_view access_key_id;  // empty for anonymous requests
  std::string_view principal_arn;  // "arn:aws:iam::123456789012:root"
  std::string_view host;           // Host as the client sent it; what URLs in answers are made of
  std::string_view request_id;
  const core::HttpRequest* http = nullptr;  // null in unit tests

  // What the handler works with.
  storage::Transaction& txn;
  core::Arena& arena;  // lives until the answer is sent
  core::RandomSource& random;
  int64_t now_ms = 0;      // one moment for the whole call
  int64_t started_ms = 0;  // when it ran first; differs from now_ms only after a Park
  const Upload* upload = nullptr;  // of streaming inputs

  // What the handler leaves beside its output.
  Download download = {};
  int status = 0;  // overrides the modelled status when not 0
  std::vector<std::pair<std::string, std::string>> extra_headers = {};
  std::vector<std::string> woken_topics = {};

  // After the commit, runs the calls again that are parked on `topic`.
  void wake(std::string topic) { woken_topics.push_back(std::move(topic)); }
  // `text` on the arena.
  std::string_view keep(std::string_view text) { return arena.copy(text); }
};

enum class Access : uint8_t { kRead, kWrite };

// How much of the documented operation there is (docs/services/*.md are made of these).
enum class Coverage : uint8_t {
  kFull,     // all documented parameters and errors
  kPartial,  // `gaps` names what is refused; nothing is ignored silently
  kStub,     // accepted without effect; `gaps` says so
};

using Outcome = std::variant<std::monostate, aws::AwsError, Park>;

// A row of a service's table of contents. Operations of the model that have no row are answered
// as not implemented.
struct Operation {
  std::string_view name;
  Access access;
  Coverage coverage;
  std::string_view gaps;
  std::size_t input_bytes;
  std::size_t output_bytes;
  Outcome (*run)(Call& call, const void* input, void* output);
};

namespace detail {

template <class Handler>
struct Signature;
template <class Out, class In>
struct Signature<Reply<Out> (*)(Call&, const In&)> {
  using Input = In;
  using Output = Out;
};

template <auto Handler>
Outcome run(Call& call, const void* input, void* output) {
  using Types = Signature<decltype(Handler)>;
  static_assert(std::is_trivially_copyable_v<typename Types::Output>);
  const auto reply = Handler(call, *static_cast<const typename Types::Input*>(input));
  if (reply.is_error()) return reply.error();
  if (reply.is_parked()) return reply.park();
  *static_cast<typename Types::Output*>(output) = *reply;
  return std::monostate{};
}

template <auto Handler>
constexpr Operation operation(Access access, std::string_view name, Coverage coverage,
                              std::string_view gaps) {
  using Types = Signature<decltype(Handler)>;
  return {name,
          access,
          coverage,
          gaps,
          sizeof(typename Types::Input),
          sizeof(typename Types::Output),
          &run<Handler>};
}

}  // namespace detail

// A handler that only reads runs on the caller's own loop over a snapshot.
template <auto Handler>
constexpr Operation read(std::string_view name, Coverage coverage, std::string_view gaps = {}) {
  return detail::operation<Handler>(Access::kRead, name, coverage, gaps);
}
// A handler that may write runs on the writer thread, in a batch with others.
template <auto Handler>
constexpr Operation write(std::string_view name, Coverage coverage, std::string_view gaps = {}) {
  return detail::operation<Handler>(Access::kWrite, name, coverage, gaps);
}

// One emulated service. Each service's door is a function `Service make_service()`.
struct Service {
  std::string_view name;  // as in models/: "sqs"
  const aws::ServiceModel* model;
  std::span<const Operation> operations;
};

// The refusal of a parameter that the product does not honour; `what` names it.
aws::AwsError not_emulated(std::string_view what);

}  // namespace fogbank::emulators
