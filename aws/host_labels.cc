#include "aws/host_labels.h"

#include <array>

namespace fogbank::aws {
namespace {

struct Spelling {
  std::string_view text;
  S3Form form;
};
constexpr Spelling kWholeLabels[] = {
    {"s3", S3Form::kPath},
    {"s3-external-1", S3Form::kPath},
    {"s3-1", S3Form::kPath},
    {"s3-deprecated", S3Form::kPath},
    {"s3-accelerate", S3Form::kAccelerate},
    {"s3-accesspoint", S3Form::kAccessPoint},
    {"s3-object-lambda", S3Form::kObjectLambda},
    {"s3-outposts", S3Form::kOutposts},
    {"s3express-control", S3Form::kExpressControl},
    {"s3-website", S3Form::kWebsite},
};
// Starts of labels that end in a region.
constexpr Spelling kBeforeRegion[] = {
    {"s3-website-", S3Form::kWebsite}, {"s3-fips-", S3Form::kPath}, {"s3-", S3Form::kPath}};

std::optional<S3Form> form_of(std::string_view label, std::string_view before) {
  for (const Spelling& spelling : kWholeLabels) {
    if (label == spelling.text) return spelling.form;
  }
  if (label.starts_with("s3express-")) return S3Form::kExpress;
  if (label == "s3-global" && before == "accesspoint") return S3Form::kMultiRegion;
  return std::nullopt;
}

std::optional<S3Label> with_region(std::string_view label) {
  for (const Spelling& spelling : kBeforeRegion) {
    if (!label.starts_with(spelling.text)) continue;
    const auto region = Region::parse(label.substr(spelling.text.size()));
    if (!region) continue;
    S3Label out;
    out.form = spelling.form;
    out.region = region;
    out.is_fips = spelling.text == "s3-fips-";
    return out;
  }
  return std::nullopt;
}

}  // namespace

// "us-east-1" for "use1", "apne1", "usgw1" …: the short region names of ElastiCache's hosts.
std::optional<Region> region_of_short_name(std::string_view text) {
  struct Direction {
    std::string_view code, word;
  };
  constexpr Direction kDirections[] = {
      {"ne", "northeast"}, {"nw", "northwest"}, {"se", "southeast"},
      {"sw", "southwest"}, {"n", "north"},      {"s", "south"},
      {"e", "east"},       {"w", "west"},       {"c", "central"}};
  if (text.size() < 4 || text.size() > 6) return std::nullopt;
  std::array<char, Region::kBytesMax> name{};
  std::size_t bytes = 0;
  const auto add = [&](std::string_view part) {
    bytes += part.copy(name.data() + bytes, name.size() - bytes);
  };
  add(text.substr(0, 2));
  text.remove_prefix(2);
  if (std::string_view(name.data(), 2) == "us" && text.starts_with('g')) {
    add("-gov");
    text.remove_prefix(1);
  }
  for (const Direction& direction : kDirections) {
    if (!text.starts_with(direction.code)) continue;
    add("-");
    add(direction.word);
    add("-");
    add(text.substr(direction.code.size()));
    return Region::parse({name.data(), bytes});
  }
  return std::nullopt;
}

// "aws-global", "aws-cn-global" …: what a client writes whose region was set to such a name.
const Partition* partition_of_pseudo_region(std::string_view label) {
  constexpr std::string_view kEnd = "-global";
  if (label == "us-gov") return partition_named("aws-us-gov");
  if (!label.starts_with("aws") || !label.ends_with(kEnd)) return nullptr;
  return partition_named(label.substr(0, label.size() - kEnd.size()));
}

std::optional<S3Label> read_s3_label(std::string_view label, std::string_view before) {
  if (!label.starts_with("s3")) return std::nullopt;
  std::string_view plain = label;
  if (plain.ends_with(kFipsEnd)) plain.remove_suffix(kFipsEnd.size());
  S3Label out;
  out.is_fips = plain.size() < label.size() || plain.starts_with("s3express-fips-");
  if (plain == "s3-control" || (plain == "s3-outposts" && before.empty())) {
    out.service_prefix = plain;
    return out;
  }
  const auto form = form_of(plain, before);
  if (!form) return with_region(label);
  out.form = *form;
  out.has_account =
      *form == S3Form::kAccessPoint || *form == S3Form::kObjectLambda || *form == S3Form::kOutposts;
  return out;
}

}  // namespace fogbank::aws
