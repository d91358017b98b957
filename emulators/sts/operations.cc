// The table of contents of AWS STS: what is emulated, and how far.
#include "emulators/sts/identity.h"
#include "emulators/sts/sts.h"

namespace fogbank::emulators::sts {
namespace {

constexpr Operation kOperations[] = {
    read<&get_caller_identity>("GetCallerIdentity", Coverage::kFull),
};

}  // namespace

Service make_service() { return {"sts", &models::sts::model(), kOperations}; }

}  // namespace fogbank::emulators::sts
