#include "aws/service_router.h"

#include <algorithm>
#include <optional>
#include <span>

#include "core/text.h"

namespace fogbank::aws {
namespace {

using Candidates = std::span<const HostPrefix>;

bool contains(Candidates candidates, const ServiceEntry* service) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [service](const HostPrefix& each) { return &each.service() == service; });
}

// The text behind the last '.' or '#'.
std::string_view last_component(std::string_view text) {
  const std::size_t at = text.find_last_of(".#");
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

// "DynamoDB" of "DynamoDB_20120810".
std::string_view without_version(std::string_view target_prefix) {
  constexpr std::size_t kDateBytes = 8;
  if (target_prefix.size() <= kDateBytes + 1) return target_prefix;
  const std::size_t at = target_prefix.size() - kDateBytes - 1;
  const std::string_view date = target_prefix.substr(at + 1);
  const bool is_dated =
      target_prefix[at] == '_' && date.find_first_not_of("0123456789") == std::string_view::npos;
  return is_dated ? target_prefix.substr(0, at) : target_prefix;
}

const ServiceEntry* service_of_old_target(std::string_view target_prefix) {
  const std::string_view stem = without_version(target_prefix);
  if (stem == target_prefix) return nullptr;
  for (const ServiceEntry& service : services()) {
    if (without_version(service.target_prefix) == stem && service.target_prefix != stem) {
      return &service;
    }
  }
  return nullptr;
}

// Timestream's two services share their target prefix; only queries have these names.
const ServiceEntry* timestream_service(std::string_view operation) {
  const bool is_query = operation.find("Query") != std::string_view::npos ||
                        operation.find("Queries") != std::string_view::npos ||
                        operation.find("AccountSettings") != std::string_view::npos;
  return service_named(is_query ? "timestream-query" : "timestream-write");
}

const ServiceEntry* find_target(std::string_view prefix, std::string_view operation,
                                Candidates host) {
  for (const std::string_view spelling : {prefix, last_component(prefix)}) {
    if (const ServiceEntry* service = service_of_target(spelling, host)) return service;
    if (spelling == "Timestream_20181101") return timestream_service(operation);
  }
  return service_of_old_target(last_component(prefix));
}

// A service on a host that is not its own: DynamoDB Streams on DynamoDB's.
bool may_answer(const ServiceEntry& service, Candidates host) {
  if (host.empty() || contains(host, &service)) return true;
  return std::any_of(host.begin(), host.end(), [&](const HostPrefix& each) {
    return each.service().signing_name == service.signing_name;
  });
}

std::optional<ServiceRoute> route_target(std::string_view target, RequestFormat format,
                                         Candidates host) {
  const std::size_t dot = target.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view prefix = target.substr(0, dot);
  const std::string_view operation = target.substr(dot + 1);
  const ServiceEntry* service = find_target(prefix, operation, host);
  if (service != nullptr && may_answer(*service, host)) {
    return ServiceRoute{service, service->name, format, operation, {}};
  }
  if (host.empty()) return ServiceRoute{nullptr, prefix, format, operation, {}};
  const ServiceEntry& of_host = host.front().service();
  return ServiceRoute{&of_host, of_host.name, format, target, {}};
}

std::optional<ServiceRoute> route_rpc(const core::HttpRequest& request, Candidates host) {
  constexpr std::string_view kService = "/service/";
  constexpr std::string_view kOperation = "/operation/";
  const std::size_t service_at = request.path.rfind(kService);
  if (service_at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = request.path.substr(service_at + kService.size());
  const std::size_t operation_at = rest.find(kOperation);
  if (operation_at == std::string_view::npos) return std::nullopt;
  const std::string_view target = last_component(rest.substr(0, operation_at));
  const std::string_view operation = rest.substr(operation_at + kOperation.size());
  const ServiceEntry* service = find_target(target, operation, host);
  if (service != nullptr && may_answer(*service, host)) {
    return ServiceRoute{service, service->name, RequestFormat::kRpcCbor, operation, {}};
  }
  if (host.empty()) return ServiceRoute{nullptr, target, RequestFormat::kRpcCbor, operation, {}};
  const ServiceEntry& of_host = host.front().service();
  return ServiceRoute{&of_host, of_host.name, RequestFormat::kRpcCbor, request.path, {}};
}

bool speaks_query(const ServiceEntry& service) {
  return service.speaks(WireProtocol::kQuery) || service.speaks(WireProtocol::kEc2);
}

// Of the host's services that speak query the one of that version, else the first; without a host
// the only service of that version, else by scope.
const ServiceEntry* query_service(std::string_view version, const RouteFacts& facts) {
  const ServiceEntry* first = nullptr;
  if (facts.host != nullptr && !facts.host->candidates().empty()) {
    for (const HostPrefix& each : facts.host->candidates()) {
      const ServiceEntry& service = each.service();
      if (!speaks_query(service)) continue;
      if (service.api_version == version) return &service;
      if (first == nullptr) first = &service;
    }
    return first;
  }
  if (const ServiceEntry* of_scope = service_of_signing_name(facts.scope_service)) {
    for (const ServiceEntry& service : services()) {
      const bool is_same = service.signing_name == of_scope->signing_name;
      if (is_same && speaks_query(service) && service.api_version == version) return &service;
    }
    if (speaks_query(*of_scope)) return of_scope;
  }
  for (const ServiceEntry& service : services()) {
    if (!speaks_query(service) || service.api_version != version) continue;
    if (first != nullptr && first->endpoint_prefix != service.endpoint_prefix) return nullptr;
    if (first == nullptr) first = &service;
  }
  return first;
}

std::optional<ServiceRoute> route_action(const core::HttpRequest& request,
                                         const RouteFacts& facts) {
  std::string_view source = facts.form;
  std::string_view action = raw_parameter(source, "Action");
  if (action.empty()) {
    source = request.query;
    action = raw_parameter(source, "Action");
  }
  if (action.empty()) return std::nullopt;
  const std::string_view version = raw_parameter(source, "Version");
  const ServiceEntry* service = query_service(version, facts);
  if (service == nullptr) return std::nullopt;  // a REST service with a parameter of that name
  return ServiceRoute{service, service->name, RequestFormat::kQuery, action, version};
}

// Services behind one host or one signing name whose paths differ.
struct PathRule {
  std::string_view start;
  std::string_view service;
};
constexpr PathRule kPathRules[] = {
    {"/v2/email/", "sesv2"},
    {"/v1/email/", "pinpoint-email"},
    {"/2015-01-01/", "es"},
    {"/2021-01-01/", "opensearch"},
    {"/greengrass/v2/", "greengrassv2"},
    {"/v2/", "apigatewayv2"},
    {"/v2/", "connectcampaignsv2"},
    {"/@connections/", "apigatewaymanagementapi"},
    {"/participant/", "connectparticipant"},
    {"/v20180820/", "s3control"},
    {"/maps/v0/", "location"},
    {"/places/v0/", "location"},
    {"/routes/v0/", "location"},
};

// Among services that may be meant, the one whose paths begin so.
const ServiceEntry* by_path(std::string_view path, Candidates host, std::string_view signing_name) {
  for (const PathRule& rule : kPathRules) {
    if (!path.starts_with(rule.start)) continue;
    const ServiceEntry* service = service_named(rule.service);
    if (service == nullptr) continue;
    if (host.empty() ? service->signing_name == signing_name : contains(host, service)) {
      return service;
    }
  }
  return nullptr;
}

ServiceRoute rest(const ServiceEntry* service, std::string_view text) {
  return {service, service != nullptr ? service->name : text, RequestFormat::kRest, {}, {}};
}

ServiceRoute route_rest(const core::HttpRequest& request, const RouteFacts& facts) {
  const Candidates host =
      facts.host != nullptr ? facts.host->candidates() : std::span<const HostPrefix>();
  if (host.size() == 1) return rest(&host.front().service(), {});
  if (const auto* service = by_path(request.path, host, facts.scope_service)) {
    return rest(service, {});
  }
  if (!host.empty()) {
    const ServiceEntry* of_scope = service_of_signing_name(facts.scope_service, host);
    return rest(
        of_scope != nullptr && contains(host, of_scope) ? of_scope : &host.front().service(), {});
  }
  if (facts.host != nullptr) return rest(nullptr, facts.host->service_text());
  if (facts.scope_service.empty()) return rest(service_named("s3"), {});
  return rest(service_of_signing_name(facts.scope_service), facts.scope_service);
}

}  // namespace

std::string_view raw_parameter(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name)) {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

ServiceRoute route_service(const core::HttpRequest& request, const RouteFacts& facts) {
  const Candidates host =
      facts.host != nullptr ? facts.host->candidates() : std::span<const HostPrefix>();
  if (request.header("smithy-protocol") == "rpc-v2-cbor") {
    if (auto route = route_rpc(request, host)) return *route;
  }
  if (const auto target = request.header("x-amz-target")) {
    const auto type = request.header("content-type").value_or("");
    const auto format = type.starts_with("application/x-amz-cbor") ? RequestFormat::kTargetCbor
                                                                   : RequestFormat::kJson;
    if (auto route = route_target(*target, format, host)) return *route;
  }
  if (auto route = route_action(request, facts)) return *route;
  return route_rest(request, facts);
}

}  // namespace fogbank::aws
