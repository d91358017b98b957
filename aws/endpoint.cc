#include "aws/endpoint.h"

#include <algorithm>
#include <cstring>

#include "aws/host_labels.h"
#include "aws/zones.h"
#include "core/check.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

// A range of labels: from the first to before the last.
struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
  [[nodiscard]] bool empty() const { return first == last; }
};

struct Variant {
  bool is_fips = false;
  bool is_dual_stack = false;
};

Region default_region(const Partition& partition) {
  const auto region = Region::parse(partition.default_region);
  core::check(region.has_value(), "a partition's default region is a region");
  return *region;
}

const Partition& partition_of_zone(const Zone& zone) {
  const Partition* partition = partition_named(zone.partition);
  core::check(partition != nullptr, "every zone names a partition");
  return *partition;
}

}  // namespace

// One parse. Steps are tried from the most to the least specific; each either decides and answers
// true, or leaves the endpoint as it was.
class HostParser final {
 public:
  HostParser(Endpoint& out, const Zone& zone) : out_(out), zone_(zone) {}

  void parse() {
    out_.is_dual_stack_ = zone_.kind == ZoneKind::kDualStack;
    const std::string_view host = out_.host();
    std::size_t left = host.size() - zone_.suffix.size();
    if (!zone_.suffix.empty() && left > 0) --left;  // the dot
    if (!split(host.substr(0, left))) return unknown({0, 0});
    switch (zone_.kind) {
      case ZoneKind::kApi:
      case ZoneKind::kDualStack:
      case ZoneKind::kConsole:
        return parse_service_host();
      case ZoneKind::kResource:
        return parse_resource_zone();
      case ZoneKind::kOther:
        return unknown({0, count_});
    }
  }

 private:
  // A name of DNS has at most 127 labels; only a Host header that is none can have more.
  static constexpr std::size_t kLabelsMax = 127;

  bool split(std::string_view text) {
    count_ = 0;
    if (text.empty()) return true;
    std::size_t start = 0;
    while (true) {
      if (count_ == kLabelsMax) return false;
      const std::size_t dot = std::min(text.find('.', start), text.size());
      labels_[count_++] = {static_cast<uint8_t>(start), static_cast<uint8_t>(dot - start)};
      if (dot == text.size()) return true;
      start = dot + 1;
    }
  }
  [[nodiscard]] std::string_view label(std::size_t at) const { return out_.view(labels_[at]); }
  // The labels of a range with the dots between them.
  [[nodiscard]] Endpoint::Piece join(Range range) const {
    if (range.empty()) return {};
    const Endpoint::Piece& first = labels_[range.first];
    const Endpoint::Piece& last = labels_[range.last - 1];
    return {first.start, static_cast<uint8_t>(last.start + last.bytes - first.start)};
  }

  // True if the label is a region or stands where one does.
  bool take_region(std::string_view label) {
    if (const auto region = Region::parse(label)) {
      set_region(*region);
      return true;
    }
    const Partition* partition = partition_of_pseudo_region(label);
    if (partition == nullptr) return false;
    out_.partition_ = partition;
    out_.region_ = default_region(*partition);
    return true;
  }

  void set_region(const Region& region) {
    out_.region_ = region;
    out_.region_source_ = RegionSource::kHost;
    // Commercial and GovCloud share their suffixes, the others have their own.
    if (zone_.partition == "aws") out_.partition_ = &partition_of(region);
  }

  void unknown(Range range) {
    out_.kind_ = HostKind::kUnknown;
    out_.service_text_ = join(range);
  }

  // "{left}.{region}" of APIs, "{region}.{right}" of old ones, "{left}.{region}.{right}" of
  // resources, and hosts without region.
  void parse_service_host() {
    if (count_ == 0) return unknown({0, 0});
    Range all{0, count_};
    const std::string_view last = label(count_ - 1);
    const bool has_region = take_region(last);
    if (has_region || last == "global") --all.last;
    if (all.empty()) return unknown({0, count_});
    if (has_region) {
      // "routes.geo.us-gov-west-1.us-gov": the region in front of the pseudo region is the one.
      if (last == "us-gov" && take_region(label(all.last - 1))) --all.last;
      if (!parse_s3(all) && !parse_prefix(all)) unknown(all);
      return;
    }
    if (parse_s3(all)) return;
    for (std::size_t at = all.last - 1; at-- > 0;) {
      if (!take_region(label(at))) continue;
      return parse_around_region({0, at}, {at + 1, all.last});
    }
    if (parse_cache(all) || parse_prefix(all)) return;
    unknown(all);
  }

  // `right` names the service, `left` its resource.
  void parse_around_region(Range left, Range right) {
    if (out_.view(join(right)) == "vpce") return parse_vpc_endpoint(left);
    if (!parse_prefix(right)) return unknown(left.empty() ? right : Range{left.first, right.last});
    if (left.empty()) return;
    if (label(left.first) == "dualstack") {
      out_.is_dual_stack_ = true;
      ++left.first;
    }
    take_account(left);
    set_resource(left);
  }

  // "{resource}.vpce-{id}[-{zone}].{service}", interface endpoints.
  void parse_vpc_endpoint(Range left) {
    out_.is_vpc_endpoint_ = true;
    std::size_t at = left.first;
    while (at < left.last && !label(at).starts_with("vpce-")) ++at;
    if (at == left.last) return unknown(left);
    const Range service{at + 1, left.last};
    const Range resource{left.first, at};
    if (out_.view(join(service)) == "s3") return parse_s3_vpc_endpoint(service, resource);
    if (service.empty() || !parse_prefix(service)) return unknown(service);
    if (!resource.empty()) set_resource(resource);
  }

  void parse_s3_vpc_endpoint(Range service, Range resource) {
    const std::string_view access = resource.empty() ? "bucket" : label(resource.last - 1);
    if (!resource.empty()) --resource.last;
    if (access == "control") {
      set_service("s3-control", service);
      return take_account(resource);
    }
    set_s3(service, access == "accesspoint" ? S3Form::kAccessPoint : S3Form::kPath);
    if (resource.empty()) return;
    if (out_.s3_form_ == S3Form::kPath) out_.s3_form_ = S3Form::kVirtualHost;
    out_.resource_ = join(resource);
    if (out_.s3_form_ == S3Form::kAccessPoint) split_account_from_resource();
  }

  // Takes resource labels from the left until what remains is a service's prefix.
  bool parse_prefix(Range range) {
    for (std::size_t at = range.first; at < range.last; ++at) {
      const Range service{at, range.last};
      Variant variant;
      const auto candidates = find_prefix(service, variant);
      if (candidates.empty()) continue;
      out_.is_fips_ = out_.is_fips_ || variant.is_fips;
      out_.is_dual_stack_ = out_.is_dual_stack_ || variant.is_dual_stack;
      out_.candidates_ = candidates;
      out_.service_text_ = join(service);
      out_.kind_ = HostKind::kApi;
      Range resource{range.first, at};
      take_account(resource);
      if (!resource.empty()) set_resource(resource);
      if (is_data_plane(candidates.front().text)) out_.kind_ = HostKind::kResource;
      return true;
    }
    return false;
  }

  // The range as a prefix of the table, without the marks of FIPS and dual-stack variants.
  std::span<const HostPrefix> find_prefix(Range range, Variant& variant) const {
    std::array<char, kHostPrefixBytesMax> text{};
    std::size_t bytes = 0;
    for (std::size_t at = range.first; at < range.last; ++at) {
      std::string_view part = label(at);
      if (part == "dualstack") {
        variant.is_dual_stack = true;
        continue;
      }
      if (part == "fips" && at == range.first && range.last - range.first > 1) {
        variant.is_fips = true;
        continue;
      }
      if (part.ends_with(kFipsEnd)) {
        variant.is_fips = true;
        part.remove_suffix(kFipsEnd.size());
      }
      part = without_pod(part);
      if (bytes + part.size() + 1 > text.size()) return {};
      if (bytes != 0) text[bytes++] = '.';
      bytes += part.copy(text.data() + bytes, text.size() - bytes);
    }
    return services_of_prefix({text.data(), bytes});
  }

  // Kinesis spreads streams over cells: "data-kinesis-pod1".
  static std::string_view without_pod(std::string_view label) {
    constexpr std::string_view kPod = "kinesis-pod";
    const std::size_t at = label.rfind(kPod);
    if (at == std::string_view::npos || !core::parse_number<int>(label.substr(at + kPod.size()))) {
      return label;
    }
    return label.substr(0, at + kPod.size() - std::string_view("-pod").size());
  }

  // Prefixes on which there is no API of the service, only resources.
  static bool is_data_plane(std::string_view prefix) {
    constexpr std::string_view kDataPlane[] = {"lambda-url", "dkr.ecr", "dkr-ecr",
                                               "git-codecommit"};
    return std::find(std::begin(kDataPlane), std::end(kDataPlane), prefix) != std::end(kDataPlane);
  }

  void set_service(std::string_view prefix, Range text) {
    out_.candidates_ = services_of_prefix(prefix);
    out_.service_text_ = join(text);
    out_.kind_ = HostKind::kApi;
  }

  void set_resource(Range range) {
    out_.kind_ = HostKind::kResource;
    out_.resource_ = join(range);
    if (out_.candidates_.empty()) return;
    // The data plane of these is a service of its own.
    const std::string_view prefix = out_.candidates_.front().text;
    if (prefix == "iot") out_.candidates_ = services_of_prefix("data.iot");
    if (prefix == "cloudsearch") out_.candidates_ = services_of_prefix("cloudsearchdomain");
  }

  // Removes an account id that is the first label of the range, or the last part of one.
  void take_account(Range& range) {
    if (range.empty()) return;
    const std::string_view first = label(range.first);
    if (const auto account = AccountId::parse(first)) {
      out_.account_ = account;
      ++range.first;
      return;
    }
    for (std::size_t at = range.first; at < range.last; ++at) {
      const std::string_view text = label(at);
      if (text.size() > 13 && text[text.size() - 13] == '-') {
        out_.account_ = AccountId::parse(text.substr(text.size() - 12));
      } else if (!out_.account_) {
        out_.account_ = AccountId::parse(text);
      }
    }
  }

  // "{…}.{short region}.cache", ElastiCache's nodes.
  bool parse_cache(Range range) {
    if (range.last - range.first < 2 || label(range.last - 1) != "cache") return false;
    const auto region = region_of_short_name(label(range.last - 2));
    if (!region) return false;
    set_region(*region);
    set_service("cache", {range.last - 1, range.last});
    set_resource({range.first, range.last - 2});
    return true;
  }

  // S3's hosts (the service part is the last label, before an optional "dualstack").
  bool parse_s3(Range range) {
    const Range whole = range;
    if (range.empty()) return false;
    if (label(range.last - 1) == "dualstack" && range.last - range.first > 1) --range.last;
    const std::string_view text = label(range.last - 1);
    if (!text.starts_with("s3")) return false;
    const Range resource{range.first, range.last - 1};
    if (!parse_s3_service(text, resource, {range.last - 1, whole.last})) return false;
    if (range.last != whole.last) out_.is_dual_stack_ = true;
    return true;
  }

  bool parse_s3_service(std::string_view text, Range resource, Range service) {
    const auto read = read_s3_label(text, resource.empty() ? "" : label(resource.last - 1));
    if (!read) return false;
    if (read->region) set_region(*read->region);
    out_.is_fips_ = out_.is_fips_ || read->is_fips;
    if (read->form == S3Form::kNone) {
      set_service(read->service_prefix, service);
      take_account(resource);
      out_.resource_ = join(resource);
      return true;
    }
    set_s3(service, read->form);
    if (read->form == S3Form::kMultiRegion) --resource.last;
    if (read->form == S3Form::kPath && !resource.empty()) out_.s3_form_ = S3Form::kVirtualHost;
    out_.resource_ = join(resource);
    if (read->has_account) split_account_from_resource();
    return true;
  }

  void set_s3(Range service, S3Form form) {
    set_service(form == S3Form::kExpressControl ? "s3express-control" : "s3", service);
    out_.kind_ = HostKind::kS3;
    out_.s3_form_ = form;
  }

  // "{name}-{account}[.{outpost}]": the account belongs to the first label.
  void split_account_from_resource() {
    const std::string_view resource = out_.resource();
    const std::size_t end = std::min(resource.find('.'), resource.size());
    if (end <= 13 || resource[end - 13] != '-') return;
    const auto account = AccountId::parse(resource.substr(end - 12, 12));
    if (!account) return;
    out_.account_ = account;
    if (end == resource.size()) {
      out_.resource_.bytes = static_cast<uint8_t>(out_.resource_.bytes - 13);
    }
  }

  // Zones of one service: "{resource}[.{region}]" and the service's own label beside the region.
  void parse_resource_zone() {
    out_.candidates_ = services_of_prefix(service_named(zone_.service)->endpoint_prefix);
    Range resource{0, count_};
    for (std::size_t at = count_; at-- > 0;) {
      if (!take_region(label(at))) continue;
      resource.last = at;
      break;
    }
    constexpr std::string_view kOwnLabels[] = {"auth",   "auth-fips",  "dualstack",
                                               "mail",   "notebook",   "notebook-fips",
                                               "studio", "studio-fips"};
    if (!resource.empty()) {
      const std::string_view last = label(resource.last - 1);
      if (std::find(std::begin(kOwnLabels), std::end(kOwnLabels), last) != std::end(kOwnLabels)) {
        --resource.last;
        out_.service_text_ = join({resource.last, resource.last + 1});
        out_.is_fips_ = last.ends_with(kFipsEnd);
        out_.is_dual_stack_ = last == "dualstack";
        if (last == "mail") out_.candidates_ = services_of_prefix("workmail");
      }
    }
    out_.kind_ = HostKind::kResource;
    out_.resource_ = join(resource);
  }

  Endpoint& out_;
  const Zone& zone_;
  std::array<Endpoint::Piece, kLabelsMax> labels_{};
  std::size_t count_ = 0;

 public:
  static std::optional<Endpoint> run(std::string_view host) {
    host = host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() > Endpoint::kNameBytesMax || host.ends_with('.')) return std::nullopt;
    const Zone* zone = zone_of(host);
    if (zone == nullptr) return std::nullopt;
    const Partition& partition = partition_of_zone(*zone);
    Endpoint out(partition, default_region(partition));
    for (const char c : host) out.name_[out.bytes_++] = core::to_lower(c);
    HostParser(out, *zone).parse();
    return out;
  }
};

std::optional<Endpoint> parse_host(std::string_view host) { return HostParser::run(host); }

}  // namespace fogbank::aws
