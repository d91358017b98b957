// A block of lines between markers at the end of somebody else's text file, put in so that it can
// be cut out again without a trace. For this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fogbank::certs {

// Whose block it is, and what stands in it (whole lines).
struct MarkedBlock {
  std::string tag;  // the CA's key hash
  std::string lines;
};

// `content` with the block at its end, in place of an earlier block of that tag. Marker lines
// start with '#', which PEM readers, shells and pam_env skip.
std::string with_block(std::string_view content, const MarkedBlock& block);

enum class BlockState : unsigned char { kNone, kWhole, kDamaged };
BlockState block_state(std::string_view content, std::string_view tag);
[[nodiscard]] bool has_equal_block(std::string_view content, const MarkedBlock& block);

// `content` as it was before with_block(); nothing if the block is not there or its end is gone.
// Where others have written behind the block, a line end that came with it stays.
std::optional<std::string> without_block(std::string_view content, std::string_view tag);

}  // namespace fogbank::certs
