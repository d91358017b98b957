// The HTTP message as proxy and gateway share it: the proxy decodes any version into this, the
// gateway answers it. One exchange lives on one event loop; nothing here is thread-safe unless
// it says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/result.h"

namespace fogbank::core {

class EventLoop;

enum class HttpVersion : uint8_t { k10, k11, k2 };

// Facts of the TCP connection that carried a request.
struct ConnectionFacts {
  SocketAddress peer;
  SocketAddress destination;  // where the client believed to connect to, before any DNAT
  std::string server_name;    // SNI, lower case; empty without TLS or without SNI
  bool is_tls = false;
};

struct HttpHeader {
  std::string_view name;  // lower case
  std::string_view value;  // without surrounding white space
};

// A request's head. Immutable once handed to the gateway; views point into `buffer` (or into
// literals), so it is shared by pointer and never copied.
struct HttpRequest {
  HttpRequest() = default;
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  std::string buffer;
  std::string_view method;     // as sent, upper case for the known ones
  std::string_view scheme;     // "http" or "https"
  std::string_view authority;  // Host or :authority, as sent, may carry a port
  std::string_view path;       // as sent, percent-encoded, starts with '/' (or is "*")
  std::string_view query;      // as sent, without '?'
  bool has_query = false;      // a '?' was there, be it with nothing behind it
  HttpVersion version = HttpVersion::k11;
  std::vector<HttpHeader> headers;  // in order; without pseudo headers
  std::optional<uint64_t> body_bytes;  // Content-Length; nothing when the length is unknown
  bool has_body = false;
  std::shared_ptr<const ConnectionFacts> connection;

  // The first header of that (lower-case) name; nothing if there is none.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    for (const HttpHeader& h : headers) {
      if (h.name == name) return h.value;
    }
    return std::nullopt;
  }
};

// Header fields of an answer in one buffer. Names are written as given; HTTP/2 lowers them.
class HeaderList final {
 public:
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] HttpHeader at(std::size_t index) const;
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;  // any case

 private:
  struct Field {
    uint32_t start, name_bytes, value_bytes;
  };
  std::string buffer_;
  std::vector<Field> fields_;
};

// An answer's body that is produced while it is sent.
class AnswerBody {
 public:
  enum class State : uint8_t { kMore, kEnd, kWait };
  struct Read {
    std::size_t bytes = 0;
    State state = State::kMore;  // kWait: nothing now, HttpExchange::wake_answer() will be called
  };
  virtual ~AnswerBody() = default;
  // Fills the front of `into`. An error breaks the connection off, so that a cut answer is
  // never taken for a whole one.
  virtual Result<Read> read(std::span<std::byte> into) = 0;
};

// The proxy adds the framing (content-length, transfer-encoding, connection); the rest is here.
struct HttpAnswer {
  int status = 200;
  HeaderList headers;
  std::string body;
  std::unique_ptr<AnswerBody> stream;  // used instead of `body` when set
  // Length of the streamed body; of a HEAD answer's absent body. Unknown: chunked or h2 DATA.
  std::optional<uint64_t> declared_bytes;
};

// The proxy's side of one request and its answer. The exchange is gone once the RequestSession
// it belongs to is destroyed.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual EventLoop& loop() = 0;
  // Once per exchange, at any time after begin() was entered. An answer given before the body
  // has been read ends the reading; the connection is then closed after the answer.
  virtual void answer(HttpAnswer answer) = 0;
  virtual void resume_body() = 0;  // after on_body() returned kPause
  virtual void wake_answer() = 0;  // after AnswerBody::read() said kWait
};

enum class BodyFlow : uint8_t { kContinue, kPause };

// The gateway's side. Destroyed by the proxy when the answer is sent or the peer is gone.
class RequestSession {
 public:
  virtual ~RequestSession() = default;
  // A piece of the body with transfer coding removed. kPause stops reading from the peer until
  // resume_body().
  virtual BodyFlow on_body(std::span<const std::byte> piece) = 0;
  virtual void on_body_end(std::span<const HttpHeader> trailers) = 0;
};

// Implemented by the gateway, called by the proxy from every loop's thread.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  // The head is complete. For `Expect: 100-continue` the proxy sends 100 when this returns
  // without having answered. Never null.
  virtual std::unique_ptr<RequestSession> begin(std::shared_ptr<const HttpRequest> request,
                                                HttpExchange& exchange) = 0;
};

}  // namespace fogbank::core
