// How shapes of a model are laid out in C++: which get structs, and the type of each slot.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/modelc/text_model.h"

namespace fogbank::modelc {

// A C++ type that stands for a shape instead of a generated one.
struct CustomCpp {
  std::string_view word;  // of the overlay: custom=WORD
  std::string_view type;
  std::string_view header;
  std::string_view enumerator;  // of aws::CustomType
};
[[nodiscard]] const CustomCpp* custom_of(const Shape& shape);

// Traits of a member over those of its shape: what a reference says wins.
[[nodiscard]] bool has_trait(const Model& model, const Member& member, const std::string& key);
[[nodiscard]] std::string trait(const Model& model, const Member& member, const std::string& key,
                                std::string other = {});

[[nodiscard]] bool is_structure(const Shape& shape);
[[nodiscard]] bool is_streamed(const Model& model, const Member& member);
[[nodiscard]] std::string element_type(const Model& model, const Shape& shape);
[[nodiscard]] std::string member_type(const Model& model, const Member& member);

// The operations' inputs and outputs that are called otherwise than <Operation>Input/Output, and
// those without a shape (an empty value).
[[nodiscard]] std::map<std::string, std::string> aliases(const Model& model);

[[nodiscard]] std::string header_text(const Model& model);
[[nodiscard]] std::string tables_text(const Model& model);

// "sqs" for a service name such as "sqs", "application_autoscaling" for one with dashes.
[[nodiscard]] std::string namespace_name(const Model& model);

}  // namespace fogbank::modelc
