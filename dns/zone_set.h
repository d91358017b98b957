// The zones we answer for ourselves. Immutable once made. For this room only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "dns/message.h"

namespace fogbank::dns {

class ZoneSet final {
 public:
  // Error: one of them is no domain name.
  static core::Result<ZoneSet> create(const std::vector<std::string>& zones);
  // Where in `name.wire` the longest zone starts that contains the name. Labels are compared as
  // such: "a.amazonaws" with a real dot inside one label is not below "amazonaws.com".
  [[nodiscard]] std::optional<std::size_t> find(const QueryName& name) const;
  [[nodiscard]] std::size_t size() const { return zones_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  ZoneSet() = default;
  std::unordered_set<std::string, Hash, std::equal_to<>> zones_;  // lower-case wire names
  std::size_t label_count_max_ = 0;
};

}  // namespace fogbank::dns
