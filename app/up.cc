// `fogbank up` and `fogbank down`: the whole machine, there and back.
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/files.h"
#include "app/host.h"
#include "app/host_resolver.h"
#include "app/instance.h"
#include "app/steering_plan.h"
#include "certs/certs.h"
#include "core/clock.h"
#include "core/random.h"

namespace fogbank::app {
namespace {

constexpr int kReadyPolls = 300;  // of 100 ms
constexpr const char* kProbeName = "sts.us-east-1.amazonaws.com";

constexpr const char* kUpHelp =
    "usage: fogbank up [--config FILE]\n\n"
    "Makes this machine believe that AWS is here: a local CA that its clients trust, virtual\n"
    "addresses on lo, rules that steer them to the daemon, and AWS's names in its resolver. May\n"
    "be repeated; `fogbank down` undoes all of it. Needs root.\n";
constexpr const char* kDownHelp =
    "usage: fogbank down [--purge] [--config FILE]\n\n"
    "Undoes everything that `fogbank up` did to this machine. What the services stored stays in\n"
    "the state folder, for the next `fogbank up`; --purge removes that and the user too. Needs\n"
    "root.\n";
constexpr const char* kTryThis =
    "\nAWS is here. In a new shell, with any credentials (account = the default one, or an access\n"
    "key of 12 digits for the account of that number):\n\n"
    "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1\n"
    "  aws sts get-caller-identity\n"
    "  aws s3 mb s3://first && aws s3 cp /etc/os-release s3://first/ && aws s3 ls s3://first\n"
    "  aws sqs create-queue --queue-name jobs\n\n"
    "`fogbank status` shows what runs; `fogbank down` undoes all of it.\n";

void step(const char* what) {
  std::printf("  %-52s", what);
  std::fflush(stdout);
}
void done(const std::string& note) { std::printf("%s\n", note.c_str()); }

struct Target {
  Config config;
  std::string config_path;
  aws::VipPool pool;
  HostResolver host_resolver;
};

core::Result<Target> read_target(const Arguments& arguments) {
  const std::string path = arguments.value("config").value_or(std::string(kDefaultConfigPath));
  auto config = load_config(path);
  if (!config) return config.error();
  const auto pool = aws::VipPool::parse(config->vip_v4, config->vip_v6);
  if (!pool) return core::Error{"vip_v4 and vip_v6 must be the first addresses of a /15 and a /64"};
  if (::geteuid() != 0) return core::Error{"this changes the machine's network: run it as root"};
  HostResolver host{.keep = config->state + "-host"};
  return Target{std::move(*config), path, *pool, host};
}

core::Result<std::string> prepare_state(const Target& target) {
  const auto user = ensure_user(target.config.user);
  if (!user) return user.error();
  if (auto made = make_directory(target.config.state, 0750); !made) return made.error();
  if (auto made = make_directory(target.config.run, 0755); !made) return made.error();
  core::SystemClock clock;
  core::SystemRandom random;
  auto authority = certs::Authority::load_or_create(target.config.state + "/ca",
                                                    certified_zones(), clock, random);
  if (!authority) return authority.error();
  if (auto given = give_to(target.config.state, *user); !given) return given.error();
  return (*authority)->root_pem();
}

certs::TrustPlaces trust_places(const Config& config) {
  // Beside the daemon's own folder: root follows what is recorded here.
  return {config.state + "-trust", "", {}};
}

core::Result<std::string> install_trust_into_host(const Target& target,
                                                  const std::string& root_pem) {
  if (auto made = make_directory(target.config.state + "-trust", 0755); !made) return made.error();
  const auto items = certs::install_trust(trust_places(target.config), root_pem);
  if (!items) return items.error();
  std::size_t covered = 0;
  std::size_t failed = 0;
  for (const certs::TrustItem& item : *items) {
    if (item.outcome == certs::TrustOutcome::kFailed) {
      // One odd bundle in somebody's home is no reason to leave everybody without.
      if (item.what.find("store") != std::string::npos) {
        return core::Error{item.what + " " + item.where + ": " + item.why};
      }
      ++failed;
    } else if (item.outcome != certs::TrustOutcome::kNotCovered) {
      ++covered;
    }
  }
  const std::string places = std::to_string(covered) + " places";
  return failed == 0 ? places : places + ", " + std::to_string(failed) + " failed: `fogbank trust`";
}

bool daemon_answers(const Config& config) { return !ask_admin(config, "/health").empty(); }

core::Result<std::string> wait_for_daemon(const Target& target) {
  for (int i = 0; i < kReadyPolls; ++i) {
    if (daemon_answers(target.config)) return std::string("ready");
    ::poll(nullptr, 0, 100);
  }
  return core::Error{"the daemon does not answer; its log says why: " +
                     (has_systemd() ? std::string("journalctl -u fogbank -u fogbank-netd")
                                    : target.config.state + "/fogbank.log")};
}

// A program's own way: getaddrinfo, then a connection to the VIP.
core::Result<std::string> try_the_path(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(kProbeName, "443", &hints, &found);
  if (failure != 0) {
    return core::Error{std::string(kProbeName) + " does not resolve: " + ::gai_strerror(failure) +
                       "; does /etc/nsswitch.conf ask dns for hosts?"};
  }
  std::string error;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    sockaddr_storage raw{};
    std::memcpy(&raw, one->ai_addr, one->ai_addrlen);
    const auto address = core::SocketAddress::from(raw);
    core::UniqueFd fd(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!address || !target.pool.number_of(address->ip)) {
      error = std::string(kProbeName) + " resolves to an address that is not ours; another "
              "resolver answers before /etc/resolv.conf is asked (nss-resolve, nscd)";
    } else if (::connect(fd.get(), one->ai_addr, one->ai_addrlen) != 0) {
      error = core::system_error("cannot connect to " + address->text(), errno).message;
    } else {
      error.clear();
      break;
    }
  }
  ::freeaddrinfo(found);
  if (!error.empty()) return core::Error{error};
  return std::string("works");
}

core::Result<void> up(const Target& target) {
  step("user, state and certificate authority");
  const auto root_pem = prepare_state(target);
  if (!root_pem) return root_pem.error();
  done(target.config.state);
  step("trust");
  const auto trusted = install_trust_into_host(target, *root_pem);
  if (!trusted) return trusted.error();
  done(*trusted);
  step("daemon, virtual addresses and rules");
  if (auto started = start_daemon(target.config, target.config_path); !started) {
    return started.error();
  }
  const auto ready = wait_for_daemon(target);
  if (!ready) return ready.error();
  done(*ready);
  step("resolver of this machine");
  if (auto ours = redirect(target.host_resolver, resolver_addresses(target.pool)); !ours) {
    return ours.error();
  }
  done("redirected");
  step("the way a program goes");
  const auto works = try_the_path(target);
  if (!works) return works.error();
  done(*works);
  return {};
}

// Each step is tried, whatever became of the ones before.
core::Result<void> down(const Target& target, bool purges) {
  std::string errors;
  const auto attempt = [&errors](const char* what, const core::Result<void>& result) {
    step(what);
    done(result ? "undone" : "FAILED");
    if (!result) errors += (errors.empty() ? "" : "; ") + result.error().message;
  };
  attempt("resolver of this machine", restore(target.host_resolver));
  attempt("daemon", stop_daemon(target.config));
  attempt("virtual addresses and rules", clean_network(target.config));
  const auto removed = certs::remove_trust(trust_places(target.config));
  attempt("trust", removed ? core::Result<void>() : core::Result<void>(removed.error()));
  if (removed) {
    for (const certs::TrustItem& item : *removed) {
      if (item.outcome != certs::TrustOutcome::kFailed) continue;
      errors += (errors.empty() ? "" : "; ") + item.where + ": " + item.why;
    }
  }
  attempt("run folder", remove_tree(target.config.run));
  if (purges) {
    attempt("state", remove_tree(target.config.state));
    if (find_user(target.config.user)) {
      const auto gone = run_program({"userdel", target.config.user});
      attempt("user", gone && *gone == 0 ? core::Result<void>()
                                         : core::Result<void>(core::Error{"userdel failed"}));
    }
  }
  if (!errors.empty()) return core::Error{errors};
  return {};
}

}  // namespace

int command_up(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"help"});
  if (!arguments) return fail_usage(arguments.error().message, "up");
  if (arguments->has("help")) return std::fputs(kUpHelp, stdout) < 0;
  const auto target = read_target(*arguments);
  if (!target) return fail(target.error());
  if (auto is_up = up(*target); !is_up) {
    done("FAILED");
    return fail({is_up.error().message + " (`fogbank down` undoes what was done)"});
  }
  std::fputs(kTryThis, stdout);
  return 0;
}

int command_down(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"help", "purge"});
  if (!arguments) return fail_usage(arguments.error().message, "down");
  if (arguments->has("help")) return std::fputs(kDownHelp, stdout) < 0;
  const auto target = read_target(*arguments);
  if (!target) return fail(target.error());
  if (auto is_down = down(*target, arguments->has("purge")); !is_down) {
    return fail(is_down.error());
  }
  return 0;
}

}  // namespace fogbank::app
