#include "core/http.h"

#include "core/text.h"

namespace fogbank::core {

void HeaderList::add(std::string_view name, std::string_view value) {
  fields_.push_back({static_cast<uint32_t>(buffer_.size()), static_cast<uint32_t>(name.size()),
                     static_cast<uint32_t>(value.size())});
  buffer_ += name;
  buffer_ += value;
}

HttpHeader HeaderList::at(std::size_t index) const {
  const Field& field = fields_[index];
  const std::string_view all = buffer_;
  return {all.substr(field.start, field.name_bytes),
          all.substr(field.start + field.name_bytes, field.value_bytes)};
}

std::optional<std::string_view> HeaderList::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (equals_ignoring_case(at(i).name, name)) return at(i).value;
  }
  return std::nullopt;
}

}  // namespace fogbank::core
