// Handlers of tags.
#pragma once

#include "emulators/service.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;

Reply<ListTagsOfResourceOutput> list_tags_of_resource(Call& call,
                                                      const ListTagsOfResourceInput& input);
Reply<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& input);
Reply<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& input);

}  // namespace fogbank::emulators::dynamodb
