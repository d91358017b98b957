// The implementation of testing.h, in the test binary only.
#include "proxy/testing.h"

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace fogbank::proxy::testing {
namespace {

using core::AnswerBody;
using core::HttpAnswer;

class ScriptedSession final : public core::RequestSession {
 public:
  explicit ScriptedSession(Script script) : script_(std::move(script)) {}
  ~ScriptedSession() override {
    if (script_.on_destroy) script_.on_destroy();
  }
  core::BodyFlow on_body(std::span<const std::byte> piece) override {
    return script_.on_body ? script_.on_body(core::as_text(piece)) : core::BodyFlow::kContinue;
  }
  void on_body_end(std::span<const core::HttpHeader> trailers) override {
    if (script_.on_end) script_.on_end(trailers);
  }

 private:
  Script script_;
};

certs::UniqueX509 self_signed(EVP_PKEY* key, const std::string& name) {
  certs::UniqueX509 x509(::X509_new());
  ::X509_set_version(x509.get(), X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(x509.get()), 1);
  ::X509_gmtime_adj(X509_getm_notBefore(x509.get()), -3600);
  ::X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  ::X509_set_pubkey(x509.get(), key);
  const std::string san = "DNS:" + (name.empty() ? "none.test" : name);
  certs::UniqueX509Extension extension(
      ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, san.c_str()));
  ::X509_add_ext(x509.get(), extension.get(), -1);
  ::X509_sign(x509.get(), key, ::EVP_sha256());
  return x509;
}

core::UniqueFd connect_to(const core::SocketAddress& to) {
  core::UniqueFd fd(::socket(to.ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_storage raw{};
  const socklen_t bytes = to.to(raw);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&raw), bytes) != 0) fd.reset();
  return fd;
}

}  // namespace

std::unique_ptr<core::RequestSession> ScriptedHandler::begin(
    std::shared_ptr<const core::HttpRequest> request, core::HttpExchange& exchange) {
  return std::make_unique<ScriptedSession>(begin_(request, exchange));
}

HttpAnswer answer_of(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

Script describing(const std::shared_ptr<const core::HttpRequest>& request,
                  core::HttpExchange& exchange) {
  auto bytes = std::make_shared<std::size_t>(0);
  Script script;
  script.on_body = [bytes](std::string_view piece) {
    *bytes += piece.size();
    return core::BodyFlow::kContinue;
  };
  script.on_end = [bytes, request, &exchange](std::span<const core::HttpHeader> trailers) {
    std::string text = std::string(request->method) + " " + std::string(request->path) + " " +
                       std::to_string(*bytes) + " bytes";
    for (const auto& field : trailers) {
      text += " " + std::string(field.name) + "=" + std::string(field.value);
    }
    exchange.answer(answer_of(200, text));
  };
  return script;
}

core::Result<AnswerBody::Read> PieceBody::read(std::span<std::byte> into) {
  if (next_ == pieces_.size()) return Read{0, State::kEnd};
  std::string& piece = pieces_[next_];
  if (piece == "!") return core::Error{"the test's body fails here"};
  if (piece.empty()) {
    ++next_;
    return Read{0, State::kWait};
  }
  const std::size_t bytes = std::min(piece.size(), into.size());
  std::memcpy(into.data(), piece.data(), bytes);
  piece.erase(0, bytes);
  if (piece.empty()) ++next_;
  return Read{bytes, State::kMore};
}

core::Result<std::shared_ptr<const certs::Leaf>> SelfSignedLeaves::leaf_for(
    std::string_view server_name, const core::SocketAddress&) {
  if (server_name.ends_with("refused.test")) return core::Error{"not a name of ours"};
  auto leaf = std::make_shared<certs::Leaf>();
  leaf->key.reset(::EVP_EC_gen("P-256"));
  leaf->certificate = self_signed(leaf->key.get(), std::string(server_name));
  return std::shared_ptr<const certs::Leaf>(std::move(leaf));
}

TestServer::TestServer(Begin begin, const ServerOptions& options)
    : log_(2, core::LogLevel::kError), handler_(std::move(begin)) {
  auto made = Server::create(options.loops, options.limits, {handler_, leaves_, log_, metrics_});
  REQUIRE(made);
  server_ = std::move(*made);
  for (const auto kind : {Listener::Kind::kTls, Listener::Kind::kPlain}) {
    auto fd = listen_tcp({core::IpAddress::v4(0x7f000001), 0});
    REQUIRE(fd);
    (kind == Listener::Kind::kTls ? tls_ : plain_) = *bound_address(*fd);
    REQUIRE(server_->add_listener({std::move(*fd), kind, std::nullopt}));
  }
  server_->start();
}

TestServer::~TestServer() { server_->stop(); }

std::string_view Reply::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        core::equals_ignoring_case(line.substr(0, colon), name)) {
      return core::trim(line.substr(colon + 1));
    }
  }
  return {};
}

Client::Client(const core::SocketAddress& to) : fd_(connect_to(to)), is_connected_(fd_.is_open()) {}

Client::Client(const core::SocketAddress& to, const ClientTls& tls) : fd_(connect_to(to)) {
  SSL_CTX* context = tls.context;
  if (context == nullptr) {
    context_.reset(::SSL_CTX_new(::TLS_client_method()));
    context = context_.get();
  }
  ssl_.reset(::SSL_new(context));
  if (tls.version != 0) {
    SSL_set_min_proto_version(ssl_.get(), tls.version);
    SSL_set_max_proto_version(ssl_.get(), tls.version);
  }
  if (!tls.server_name.empty()) SSL_set_tlsext_host_name(ssl_.get(), tls.server_name.c_str());
  if (!tls.alpn.empty()) {
    ::SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(tls.alpn.data()),
                          static_cast<unsigned int>(tls.alpn.size()));
  }
  if (tls.session != nullptr) ::SSL_set_session(ssl_.get(), tls.session);
  ::SSL_set_fd(ssl_.get(), fd_.get());
  ::ERR_clear_error();
  is_connected_ = fd_.is_open() && ::SSL_connect(ssl_.get()) == 1;
}

Client::~Client() {
  // OpenSSL forgets sessions of connections that were not shut down.
  if (ssl_) ::SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    if (ssl_) {
      ::ERR_clear_error();
      if (::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) != 1) return false;
    } else {
      const ssize_t result = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (result <= 0) return false;
      sent = static_cast<std::size_t>(result);
    }
    bytes.remove_prefix(sent);
  }
  return true;
}

std::string Client::receive(std::size_t bytes_max) {
  std::string bytes(bytes_max, '\0');
  std::size_t got = 0;
  errno = 0;
  if (ssl_) {
    ::ERR_clear_error();
    ::SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &got);
  } else {
    const ssize_t result = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    got = result > 0 ? static_cast<std::size_t>(result) : 0;
  }
  if (got == 0) was_reset_ = errno == ECONNRESET;
  CHECK(errno != EAGAIN);  // the server has to answer or to close
  bytes.resize(got);
  return bytes;
}

std::string Client::receive_all() {
  std::string all = std::move(pending_);
  while (true) {
    const std::string more = receive();
    if (more.empty()) return all;
    all += more;
  }
}

Reply Client::reply(std::string_view method) {
  const auto fill_to = [&](std::size_t bytes) {
    while (pending_.size() < bytes) {
      const std::string more = receive();
      if (more.empty()) return false;
      pending_ += more;
    }
    return true;
  };
  const auto take = [&](std::size_t bytes) {
    std::string taken = pending_.substr(0, bytes);
    pending_.erase(0, bytes);
    return taken;
  };
  const auto take_through = [&](std::string_view mark) {
    while (pending_.find(mark) == std::string::npos) {
      if (!fill_to(pending_.size() + 1)) return std::string();
    }
    return take(pending_.find(mark) + mark.size());
  };
  Reply reply;
  reply.head = take_through("\r\n\r\n");
  if (reply.head.size() < 12) return reply;
  const int status = core::parse_number<int>(std::string_view(reply.head).substr(9, 3)).value_or(0);
  if (method == "HEAD" || status == 204 || status == 304 || status / 100 == 1) {
    reply.status = status;
  } else if (reply.header("transfer-encoding") == "chunked") {
    while (true) {
      const std::string line = take_through("\r\n");
      const std::size_t bytes = std::strtoul(line.c_str(), nullptr, 16);
      if (line.empty() || !fill_to(bytes + 2)) return reply;
      reply.body += take(bytes);
      take(2);
      if (bytes == 0) break;
    }
    reply.status = status;
  } else if (const auto bytes = core::parse_number<std::size_t>(reply.header("content-length"))) {
    if (fill_to(*bytes)) reply.status = status;
    reply.body = take(*bytes);
  } else {
    reply.body = receive_all();
    reply.status = status;
  }
  return reply;
}

void Client::await_close() {
  char byte = 0;
  ssize_t got = 1;
  while (got > 0) got = ::recv(fd_.get(), &byte, 1, 0);
  CHECK((got == 0 || errno == ECONNRESET));
}

void Client::end_sending() {
  if (ssl_) ::SSL_shutdown(ssl_.get());
  ::shutdown(fd_.get(), SHUT_WR);
}

}  // namespace fogbank::proxy::testing
