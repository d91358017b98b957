// c-ares handles with one owner each; the only header that includes c-ares. For this room only.
#pragma once

#include <ares.h>

#include <memory>
#include <type_traits>

namespace fogbank::dns {

struct CaresFree {
  void operator()(std::remove_pointer_t<ares_channel>* channel) const noexcept {
    ::ares_destroy(channel);
  }
};
using UniqueChannel = std::unique_ptr<std::remove_pointer_t<ares_channel>, CaresFree>;

}  // namespace fogbank::dns
