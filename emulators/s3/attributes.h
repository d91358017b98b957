// GetObjectAttributes: what HeadObject and ListParts tell, in one answer.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::GetObjectAttributesOutput> get_object_attributes(
    Call& call, const api::GetObjectAttributesInput& in);

}  // namespace fogbank::emulators::s3
