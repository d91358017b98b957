// `fogbank run -- CMD`: an emulation of its own around one command, without root. Names, VIPs and
// trust exist only in the namespaces of the command; nothing of the host changes.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/files.h"
#include "app/instance.h"
#include "aws/names.h"
#include "certs/certs.h"
#include "compute/compute.h"
#include "core/clock.h"
#include "core/random.h"

namespace fogbank::app {
namespace {

constexpr int64_t kDrainMs = 2'000;
constexpr const char* kHelp =
    "usage: fogbank run [--state DIR] [--account ID] [--log FILE] [--] COMMAND [ARGUMENT ...]\n\n"
    "Runs a command where AWS is fogbank and nothing else can be reached: own network with only\n"
    "lo, own resolver, own trust. Needs no root and no daemon, and changes nothing on this\n"
    "machine. The exit status is the command's.\n\n"
    "  --state DIR   keep what the services store there (default: gone when the command ends)\n"
    "  --account ID  the account of access keys that are not 12 digits (default 000000000000)\n"
    "  --log FILE    where the log goes (default: fogbank.log in the state folder)\n\n"
    "A user without AWS credentials or region gets test credentials and us-east-1 inside.\n";

// Files that only this run needs; removed with it.
class Scratch final {
 public:
  static core::Result<std::unique_ptr<Scratch>> create() {
    const char* parent = std::getenv("TMPDIR");
    std::string path = std::string(parent != nullptr ? parent : "/tmp") + "/fogbank-run-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
      return core::system_error("cannot make a folder for temporary files", errno);
    }
    return std::unique_ptr<Scratch>(new Scratch(path));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { (void)remove_tree(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool has_aws_file(const char* file) {
  const char* home = std::getenv("HOME");
  return home != nullptr && ::access((std::string(home) + "/.aws/" + file).c_str(), R_OK) == 0;
}

std::vector<compute::EnvironmentVariable> make_environment(const std::string& bundle) {
  std::vector<compute::EnvironmentVariable> out;
  // These clients carry roots of their own wherever they are installed.
  for (const char* name : {"AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}) {
    out.push_back({name, bundle});
  }
  // Others follow the trust store unless the user has sent them elsewhere.
  for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT",
                           "CARGO_HTTP_CAINFO", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
                           "NIX_SSL_CERT_FILE", "HTTPLIB2_CA_CERTS"}) {
    if (is_set(name)) out.push_back({name, bundle});
  }
  for (const char* name : {"SSL_CERT_DIR", "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY",
                           "HTTPS_PROXY", "ALL_PROXY"}) {
    if (is_set(name)) out.push_back({name, std::nullopt});
  }
  if (!is_set("AWS_ACCESS_KEY_ID") && !is_set("AWS_PROFILE") && !has_aws_file("credentials") &&
      !has_aws_file("config")) {
    out.push_back({"AWS_ACCESS_KEY_ID", "test"});
    out.push_back({"AWS_SECRET_ACCESS_KEY", "test"});
  }
  if (!is_set("AWS_REGION") && !is_set("AWS_DEFAULT_REGION") && !has_aws_file("config")) {
    out.push_back({"AWS_DEFAULT_REGION", "us-east-1"});
  }
  return out;
}

// Every bundle of the machine with our root at its end, to be mounted over the original.
core::Result<void> make_overlays(const std::string& scratch, const std::string& root_pem,
                                 compute::SandboxOptions& options) {
  const std::string own = scratch + "/ca-bundle.pem";
  if (auto written = write_file(own, certs::combined_bundle("", root_pem), 0644); !written) {
    return written;
  }
  const char* home = std::getenv("HOME");
  const char* environment = std::getenv("VIRTUAL_ENV");
  certs::TrustPlaces places{scratch, "", {}};
  for (const char* place : {home, environment}) {
    if (place != nullptr && *place == '/') places.extra_directories.emplace_back(place);
  }
  std::size_t number = 0;
  for (const std::string& bundle : certs::find_ca_bundles(places)) {
    auto content = read_file(bundle);
    if (!content || !*content) continue;  // not readable here: then not by the command either
    const std::string copy = scratch + "/bundle-" + std::to_string(number++) + ".pem";
    auto written = write_file(copy, certs::combined_bundle(**content, root_pem), 0644);
    if (!written) return written;
    options.overlays.push_back({bundle, copy});
  }
  options.environment = make_environment(own);
  return {};
}

struct Wanted {
  core::ListenRequest request;
  enum class Use : uint8_t { kTls, kPlain, kDns } use;
};

// One socket for every address there is: all of them are local inside.
std::vector<Wanted> wanted_sockets() {
  std::vector<Wanted> out;
  for (const char* any : {"0.0.0.0", "::"}) {
    const core::IpAddress ip = *core::IpAddress::parse(any);
    out.push_back({{.address = {ip, 443}}, Wanted::Use::kTls});
    out.push_back({{.address = {ip, 80}}, Wanted::Use::kPlain});
    out.push_back({{.address = {ip, 53}, .transport = core::Transport::kUdp, .packet_info = true},
                   Wanted::Use::kDns});
    out.push_back({{.address = {ip, 53}}, Wanted::Use::kDns});
  }
  return out;
}

InstanceSockets take_sockets(compute::Sandbox& sandbox, const std::vector<Wanted>& wanted) {
  InstanceSockets sockets;
  sockets.dns.resize(1);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    core::UniqueFd fd = std::move(sandbox.listeners()[i]);
    if (wanted[i].use == Wanted::Use::kDns) {
      const bool is_udp = wanted[i].request.transport == core::Transport::kUdp;
      (is_udp ? sockets.dns[0].udp : sockets.dns[0].tcp).push_back(std::move(fd));
    } else {
      sockets.http.push_back({std::move(fd),
                              wanted[i].use == Wanted::Use::kTls ? proxy::Listener::Kind::kTls
                                                                 : proxy::Listener::Kind::kPlain,
                              0});
    }
  }
  return sockets;
}

core::Result<int> run(const Arguments& arguments) {
  auto scratch = Scratch::create();
  if (!scratch) return scratch.error();
  const std::string state = arguments.value("state").value_or((*scratch)->path() + "/state");
  const std::string account = arguments.value("account").value_or(Config().account);
  if (!aws::AccountId::parse(account)) return core::Error{"--account takes 12 digits"};
  if (auto made = make_directory(state, 0700); !made) return made.error();

  core::SystemClock clock;
  core::SystemRandom random;
  auto authority =
      certs::Authority::load_or_create(state + "/ca", certified_zones(), clock, random);
  if (!authority) return authority.error();
  const aws::VipPool pool;
  const std::vector<Wanted> wanted = wanted_sockets();
  compute::SandboxOptions options;
  options.command = arguments.words();
  options.resolver = pool.vip(aws::kResolverVip).v4;
  for (const aws::VipNumber number : {aws::kResolverVip, aws::kOtherNamesVip}) {
    options.addresses.push_back(pool.vip(number).v4);
    options.addresses.push_back(pool.vip(number).v6);
  }
  for (const Wanted& one : wanted) options.listeners.push_back(one.request);
  if (auto made = make_overlays((*scratch)->path(), (*authority)->root_pem(), options); !made) {
    return made.error();
  }
  auto sandbox = compute::Sandbox::create(options);  // before the first thread
  if (!sandbox) return sandbox.error();

  const std::string log_path = arguments.value("log").value_or(state + "/fogbank.log");
  core::UniqueFd log_fd(
      ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log_fd.is_open()) return core::system_error("cannot write " + log_path, errno);
  core::Log log(log_fd.get(), core::LogLevel::kInfo);
  auto instance = Instance::create({.state = state,
                                    .durability = "relaxed",
                                    .account = account,
                                    .vips = pool,
                                    .loops = 1,
                                    .forwarders = {},
                                    .admin = {},
                                    .steering = "sandbox"},
                                   take_sockets(**sandbox, wanted), log);
  if (!instance) return instance.error();
  (*instance)->start();
  if (auto started = (*sandbox)->start(); !started) return started.error();
  auto status = (*sandbox)->wait();
  (*instance)->stop(kDrainMs);
  return status;
}

}  // namespace

int command_run(const Words& words) {
  const auto arguments = Arguments::parse(words, {"state", "account", "log"}, {"help"},
                                          Arguments::Stop::kAtFirstWord);
  if (!arguments) return fail_usage(arguments.error().message, "run");
  if (arguments->has("help")) return std::fputs(kHelp, stdout) < 0;
  if (arguments->words().empty()) return fail_usage("which command?", "run");
  ::signal(SIGPIPE, SIG_IGN);
  const auto status = run(*arguments);
  if (!status) return fail(status.error());
  return *status;
}

}  // namespace fogbank::app
