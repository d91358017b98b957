// Requests that nobody else holds any more serve again, with the memory they have.
#pragma once

#include "core/http.h"

namespace fogbank::proxy {

inline void reuse(core::HttpRequest& request) {
  request.buffer.clear();
  request.headers.clear();
  request.method = request.authority = request.path = request.query = {};
  request.has_query = request.has_body = false;
  request.body_bytes.reset();
}

}  // namespace fogbank::proxy
