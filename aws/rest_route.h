// Which operation of a rest protocol a request means, and the labels in its path.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "core/arena.h"
#include "core/http.h"

namespace fogbank::aws {

// Decoded parameters of a query part, in order. Decoded text is on the arena.
struct UriParameter {
  std::string_view name;
  std::string_view value;
};
inline constexpr std::size_t kUriParametersMax = 1000;
// Nothing when there are too many.
[[nodiscard]] std::optional<std::vector<UriParameter>> parse_uri_parameters(std::string_view query,
                                                                            core::Arena& arena);

// `path` is the request's as the model's templates have it (WireInput::path). Operations that share
// method and path are told apart by what the model says of them: the literal part of the
// template's query ("uploads", "list-type=2"), then required query parameters ("uploadId") and
// headers ("x-amz-copy-source"). A parameter that names a subresource of the path ("acl") never
// falls through to an operation without it: DELETE /bucket?acl deletes no bucket. `x-id` decides
// only where nothing else does. Null: no operation.
[[nodiscard]] const OperationModel* match_rest(const ServiceModel& service,
                                               const core::HttpRequest& request,
                                               std::string_view path, core::Arena& arena);

// The still encoded text of a label of the template, "Key" of "/{Bucket}/{Key+}".
[[nodiscard]] std::string_view find_label(std::string_view path_template, std::string_view path,
                                          std::string_view label);

}  // namespace fogbank::aws
