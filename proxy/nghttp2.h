// nghttp2 handles with one owner each. The only header that includes the library.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>

namespace fogbank::proxy {

template <auto Free>
struct Nghttp2Free {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using UniqueHttp2Session = std::unique_ptr<nghttp2_session, Nghttp2Free<::nghttp2_session_del>>;
using UniqueHttp2Callbacks =
    std::unique_ptr<nghttp2_session_callbacks, Nghttp2Free<::nghttp2_session_callbacks_del>>;
using UniqueHttp2Option = std::unique_ptr<nghttp2_option, Nghttp2Free<::nghttp2_option_del>>;

}  // namespace fogbank::proxy
