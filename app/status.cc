#include <algorithm>
#include <cstdio>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/host.h"
#include "app/host_resolver.h"
#include "certs/certs.h"
#include "emulators/emulators.h"
#include "netfilter/netfilter.h"

namespace fogbank::app {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + '"';
}

struct Report {
  std::string daemon;  // JSON of the admin address; empty: not running
  bool is_redirected = false;
  std::optional<netfilter::Status> steering;
  std::string steering_error;
};

Report make_report(const Config& config) {
  Report report;
  report.daemon = ask_admin(config, "/status");
  if (report.daemon.ends_with('\n')) report.daemon.pop_back();
  const auto redirected = is_redirected({.keep = config.state + "-host"});
  report.is_redirected = redirected && *redirected;
  auto netd = netfilter::Client::connect(netd_socket(config));
  if (!netd) {
    report.steering_error = netd.error().message;
    return report;
  }
  auto status = netd->status();
  if (status) {
    report.steering = std::move(*status);
  } else {
    report.steering_error = status.error().message;
  }
  return report;
}

void print_json(const Report& report) {
  std::string out = "{\"daemon\":" + (report.daemon.empty() ? "null" : report.daemon);
  out += ",\"resolver_redirected\":" + std::string(report.is_redirected ? "true" : "false");
  out += ",\"steering\":";
  if (report.steering) {
    const netfilter::Status& s = *report.steering;
    out += "{\"backend\":" + quoted(netfilter::backend_name(s.backend)) +
           ",\"vips_wanted\":" + std::to_string(s.vips_wanted) +
           ",\"vips_present\":" + std::to_string(s.vips_present) +
           ",\"redirects_wanted\":" + std::to_string(s.redirects_wanted) +
           ",\"redirects_present\":" + std::to_string(s.redirects_present) + ",\"probes\":[";
    for (std::size_t i = 0; i < s.backends.size(); ++i) {
      out += std::string(i > 0 ? "," : "") + "{\"backend\":" +
             quoted(netfilter::backend_name(s.backends[i].backend)) +
             ",\"is_usable\":" + (s.backends[i].is_usable ? "true" : "false") +
             ",\"reason\":" + quoted(s.backends[i].reason) + "}";
    }
    out += "]}";
  } else {
    out += "null";
  }
  std::printf("%s}\n", out.c_str());
}

void print_table(const Report& report) {
  std::printf("%-12s %s\n", "daemon",
              report.daemon.empty() ? "not running (`fogbank up` starts it)" : "running");
  std::printf("%-12s %s\n", "resolver",
              report.is_redirected ? "this machine asks fogbank" : "this machine's own");
  if (!report.steering) {
    std::printf("%-12s %s\n", "steering", report.steering_error.c_str());
    return;
  }
  const netfilter::Status& s = *report.steering;
  std::printf("%-12s %s: %u of %u virtual addresses, %u of %u redirects\n", "steering",
              std::string(netfilter::backend_name(s.backend)).c_str(), s.vips_present,
              s.vips_wanted, s.redirects_present, s.redirects_wanted);
  for (const netfilter::BackendProbe& probe : s.backends) {
    std::printf("%-12s   %-9s %s: %s\n", "",
                std::string(netfilter::backend_name(probe.backend)).c_str(),
                probe.is_usable ? "works" : "does not work", probe.reason.c_str());
  }
}

}  // namespace

int command_status(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"json", "help"});
  if (!arguments) return fail_usage(arguments.error().message, "status");
  if (arguments->has("help")) {
    std::puts("usage: fogbank status [--json] [--config FILE]\n\n"
              "What runs, how traffic is steered and why so. Exit status 0: running, 1: not.");
    return 0;
  }
  const auto config =
      load_config(arguments->value("config").value_or(std::string(kDefaultConfigPath)));
  if (!config) return fail(config.error());
  const Report report = make_report(*config);
  arguments->has("json") ? print_json(report) : print_table(report);
  return report.daemon.empty() ? 1 : 0;
}

int command_config(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"help"});
  if (!arguments) return fail_usage(arguments.error().message, "config");
  if (arguments->has("help") || arguments->words() != Words{"show"}) {
    std::puts("usage: fogbank config show [--config FILE]\n\n"
              "Prints the effective configuration: every key, with its default or the file's\n"
              "value. The file is /etc/fogbank/fogbank.yaml unless said otherwise.");
    return arguments->has("help") ? 0 : 2;
  }
  const auto config =
      load_config(arguments->value("config").value_or(std::string(kDefaultConfigPath)));
  if (!config) return fail(config.error());
  std::fputs(to_yaml(*config).c_str(), stdout);
  return 0;
}

int command_coverage(const Words& words) {
  const auto arguments = Arguments::parse(words, {}, {"json", "help"});
  if (!arguments) return fail_usage(arguments.error().message, "coverage");
  if (arguments->has("help")) {
    std::puts("usage: fogbank coverage [--json] [SERVICE ...]\n\n"
              "Which of the documented operations are emulated, and what is refused of them.");
    return 0;
  }
  const bool as_json = arguments->has("json");
  std::string json = "{";
  for (const emulators::ServiceCoverage& service : emulators::coverage()) {
    const Words& wanted = arguments->words();
    if (!wanted.empty() && std::ranges::find(wanted, service.service) == wanted.end()) continue;
    std::size_t emulated = 0;
    std::string rows;
    for (const auto& row : service.operations) {
      if (row.coverage != "absent") ++emulated;
      rows += std::string(rows.empty() ? "" : ",") + "{\"operation\":" + quoted(row.operation) +
              ",\"coverage\":" + quoted(row.coverage) + ",\"gaps\":" + quoted(row.gaps) + "}";
    }
    json += std::string(json.size() > 1 ? "," : "") + quoted(service.service) + ":[" + rows + "]";
    if (as_json) continue;
    std::printf("%s: %zu of %zu operations\n", std::string(service.service).c_str(), emulated,
                service.operations.size());
    if (wanted.empty()) continue;
    for (const auto& row : service.operations) {
      std::printf("  %-8s %-44s %s\n", std::string(row.coverage).c_str(),
                  std::string(row.operation).c_str(), std::string(row.gaps).c_str());
    }
  }
  if (as_json) std::printf("%s}\n", json.c_str());
  return 0;
}

int command_trust(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"json", "help"});
  if (!arguments) return fail_usage(arguments.error().message, "trust");
  const std::string what = arguments->words().empty() ? "report" : arguments->words()[0];
  if (arguments->has("help") || (what != "report" && what != "install" && what != "remove")) {
    std::puts("usage: fogbank trust [report | install | remove] [--json] [--config FILE]\n\n"
              "Where the clients of this machine look for trusted CAs, and whether ours is there.\n"
              "install and remove need root; remove is exact.");
    return arguments->has("help") ? 0 : 2;
  }
  const auto config =
      load_config(arguments->value("config").value_or(std::string(kDefaultConfigPath)));
  if (!config) return fail(config.error());
  const certs::TrustPlaces places{config->state + "-trust", "", {}};
  core::SystemClock clock;
  const auto authority = certs::Authority::load(config->state + "/ca", clock);
  if (!authority && what != "remove") return fail(authority.error());
  const auto items = what == "remove"    ? certs::remove_trust(places)
                     : what == "install" ? certs::install_trust(places, (*authority)->root_pem())
                                         : certs::report_trust(places, (*authority)->root_pem());
  if (!items) return fail(items.error());
  constexpr std::string_view kOutcomes[] = {"done", "already", "absent", "failed", "not covered"};
  std::string json = "[";
  bool is_good = true;
  for (const certs::TrustItem& item : *items) {
    const std::string_view outcome = kOutcomes[static_cast<std::size_t>(item.outcome)];
    is_good = is_good && item.outcome != certs::TrustOutcome::kFailed;
    json += std::string(json.size() > 1 ? "," : "") + "{\"what\":" + quoted(item.what) +
            ",\"where\":" + quoted(item.where) + ",\"outcome\":" + quoted(outcome) +
            ",\"why\":" + quoted(item.why) + "}";
    if (arguments->has("json")) continue;
    std::printf("%-12s %-28s %s%s%s\n", std::string(outcome).c_str(), item.what.c_str(),
                item.where.c_str(), item.why.empty() ? "" : "  ", item.why.c_str());
  }
  if (arguments->has("json")) std::printf("%s]\n", json.c_str());
  return is_good ? 0 : 1;
}

}  // namespace fogbank::app
