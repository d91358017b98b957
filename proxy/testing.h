// For this room's tests only: a handler made of functions, a blocking client, self-made leaves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "certs/openssl.h"
#include "core/http.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/text.h"
#include "proxy/proxy.h"

namespace fogbank::proxy::testing {

// A session made of functions; what is not set does nothing.
struct Script {
  std::function<core::BodyFlow(std::string_view)> on_body;
  std::function<void(std::span<const core::HttpHeader>)> on_end;
  std::function<void()> on_destroy;
};

using Begin =
    std::function<Script(const std::shared_ptr<const core::HttpRequest>&, core::HttpExchange&)>;

class ScriptedHandler final : public core::RequestHandler {
 public:
  explicit ScriptedHandler(Begin begin) : begin_(std::move(begin)) {}
  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest> request,
                                              core::HttpExchange& exchange) override;

 private:
  Begin begin_;
};

// An answer with a body in memory.
core::HttpAnswer answer_of(int status, std::string body);

// Gathers the body and answers "METHOD target n bytes" and the trailers.
Script describing(const std::shared_ptr<const core::HttpRequest>& request,
                  core::HttpExchange& exchange);

// Gives pieces one by one; an empty piece is a wait, and "!" as the last one an error.
class PieceBody final : public core::AnswerBody {
 public:
  explicit PieceBody(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  core::Result<Read> read(std::span<std::byte> into) override;

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

// Self-signed P-256 leaves; refuses names under "refused.test".
class SelfSignedLeaves final : public certs::LeafSource {
 public:
  core::Result<std::shared_ptr<const certs::Leaf>> leaf_for(
      std::string_view server_name, const core::SocketAddress& destination) override;
};

struct ServerOptions {
  Limits limits;
  std::size_t loops = 1;
};

// A running server on two free ports of 127.0.0.1.
class TestServer final {
 public:
  explicit TestServer(Begin begin, const ServerOptions& options = {});
  ~TestServer();

  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] const core::SocketAddress& tls() const { return tls_; }
  [[nodiscard]] const core::SocketAddress& plain() const { return plain_; }
  [[nodiscard]] uint64_t count(std::string_view name, std::string_view labels = {}) {
    return metrics_.counter(name, labels).value();
  }
  [[nodiscard]] int64_t connections() {
    return metrics_.gauge("fogbank_proxy_connections").value();
  }

 private:
  core::Metrics metrics_;
  core::Log log_;
  SelfSignedLeaves leaves_;
  ScriptedHandler handler_;
  std::unique_ptr<Server> server_;
  core::SocketAddress tls_;
  core::SocketAddress plain_;
};

struct ClientTls {
  std::string server_name = "s3.us-east-1.amazonaws.com";
  std::string alpn;  // in wire form
  int version = 0;   // both bounds, 0: any
  SSL_SESSION* session = nullptr;
  SSL_CTX* context = nullptr;  // to share sessions; otherwise one of its own
};

// What came back for one request.
struct Reply {
  int status = 0;
  std::string head;  // with the status line
  std::string body;  // without chunk framing
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Blocking; gives up after some seconds, so that a failing test ends.
class Client final {
 public:
  explicit Client(const core::SocketAddress& to);               // plain
  Client(const core::SocketAddress& to, const ClientTls& tls);  // TLS
  Client(Client&&) = default;
  ~Client();

  [[nodiscard]] bool is_connected() const { return is_connected_; }
  [[nodiscard]] SSL* ssl() { return ssl_.get(); }
  [[nodiscard]] int fd() const { return fd_.get(); }
  bool send(std::string_view bytes);
  // Up to `bytes_max` as they come; empty at the end or after a failure.
  std::string receive(std::size_t bytes_max = 65536);
  std::string receive_all();  // to the end
  // One whole answer; bytes behind it stay for the next call. Status 0: the peer has closed.
  Reply reply(std::string_view method = "GET");
  void end_sending();
  // Until the server has closed the socket, and so has counted what it has to count.
  void await_close();
  [[nodiscard]] bool was_reset() const { return was_reset_; }

 private:
  core::UniqueFd fd_;
  certs::UniqueSslCtx context_;
  certs::UniqueSsl ssl_;
  std::string pending_;
  bool is_connected_ = false;
  bool was_reset_ = false;
};

}  // namespace fogbank::proxy::testing
