// Takes back what is on the trust record. For this room only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/certs.h"
#include "certs/trust_record.h"
#include "core/result.h"

namespace fogbank::certs {

// What the operator's table calls the places.
inline constexpr const char* kStoreName = "trust store";
inline constexpr const char* kBundleName = "CA file of a program";
inline constexpr const char* kCombinedName = "combined CA file";
inline constexpr const char* kProfileName = "variables of new shells";
inline constexpr const char* kEnvironmentName = "variables of new logins";

inline constexpr std::string_view kProfile = "/etc/profile.d/fogbank.sh";
inline constexpr std::string_view kEnvironment = "/etc/environment";

// Outcome and reason of one place.
struct Step {
  TrustOutcome outcome;
  std::string why;
};
inline Step failed(const core::Error& error) { return {TrustOutcome::kFailed, error.message}; }

// Undoes the entries that are wanted: the newest first, and directories, which must be empty, last
// of all. What fails stays on record.
using WantedEntry = std::function<bool(const TrustEntry&)>;
std::vector<TrustItem> undo_all(TrustRecord& record, const TrustPlaces& places,
                                const WantedEntry& is_wanted);

}  // namespace fogbank::certs
