// Where a request goes, decided by its head: service, region, protocol, and S3's bucket.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/codec.h"
#include "aws/error.h"
#include "aws/names.h"
#include "aws/request_id.h"
#include "core/http.h"
#include "emulators/registry.h"

namespace fogbank::emulators {

struct Route {
  explicit Route(const aws::Region& of) : region(of), partition(&aws::partition_of(of)) {}

  const RegisteredService* service = nullptr;  // null: not emulated
  std::string service_name;                    // "sqs"; of an unknown service what its host says
  std::string operation_hint;  // what the request calls itself, where no service is known
  aws::Protocol protocol = aws::Protocol::kRestXml;
  aws::Region region;
  const aws::Partition* partition;
  std::string access_key_id;  // empty: anonymous
  std::string host;           // without port
  std::string rest_path;      // S3: "/{bucket}/{key}" whatever the style of address; else empty
  std::optional<aws::AwsError> refusal;  // the request cannot be taken at all
};

Route route_by_head(const core::HttpRequest& request, const Registry& registry);

aws::RequestIdForm request_id_form(const Route& route);

}  // namespace fogbank::emulators
