// Amazon S3, API 2006-03-01, general purpose buckets; see docs/services/s3.md.
#pragma once

#include "emulators/service.h"

namespace fogbank::emulators::s3 {

Service make_service();

}  // namespace fogbank::emulators::s3
