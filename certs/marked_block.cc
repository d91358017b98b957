#include "certs/marked_block.h"

namespace fogbank::certs {
namespace {

// A file without a final newline gets one with the block and loses it with the block.
constexpr std::string_view kJoined = " (and the line end before)";

std::string begin_marker(std::string_view tag) {
  return std::string("# fogbank-begin ").append(tag);
}
std::string end_marker(std::string_view tag) {
  return std::string("# fogbank-end ").append(tag).append("\n");
}

// Where the block of `tag` stands, markers and an added line end included.
struct Extent {
  std::size_t start = 0;
  std::size_t end = 0;
};

// The first occurrence of `text` at the start of a line.
std::size_t find_line(std::string_view content, std::string_view text, std::size_t from) {
  for (std::size_t at = content.find(text, from); at != std::string_view::npos;
       at = content.find(text, at + 1)) {
    if (at == 0 || content[at - 1] == '\n') return at;
  }
  return std::string_view::npos;
}

std::optional<std::size_t> find_begin(std::string_view content, std::string_view tag) {
  const std::string begin = begin_marker(tag);
  for (std::size_t at = find_line(content, begin, 0); at != std::string_view::npos;
       at = find_line(content, begin, at + 1)) {
    const std::string_view rest = content.substr(at + begin.size());
    if (rest.starts_with('\n') || rest.starts_with(kJoined)) return at;
  }
  return std::nullopt;
}

std::optional<Extent> find_block(std::string_view content, std::string_view tag) {
  const auto begin = find_begin(content, tag);
  if (!begin) return std::nullopt;
  const std::string end = end_marker(tag);
  const std::size_t at = find_line(content, end, *begin);
  if (at == std::string_view::npos) return std::nullopt;
  const bool is_joined =
      content.substr(*begin + begin_marker(tag).size()).starts_with(kJoined) && *begin > 0;
  return Extent{is_joined ? *begin - 1 : *begin, at + end.size()};
}

}  // namespace

std::string with_block(std::string_view content, const MarkedBlock& block) {
  std::string out = without_block(content, block.tag).value_or(std::string(content));
  const bool is_joined = !out.empty() && out.back() != '\n';
  if (is_joined) out.push_back('\n');
  out.append(begin_marker(block.tag));
  if (is_joined) out.append(kJoined);
  out.append("\n").append(block.lines).append(end_marker(block.tag));
  return out;
}

BlockState block_state(std::string_view content, std::string_view tag) {
  if (!find_begin(content, tag)) return BlockState::kNone;
  return find_block(content, tag) ? BlockState::kWhole : BlockState::kDamaged;
}

bool has_equal_block(std::string_view content, const MarkedBlock& block) {
  const auto extent = find_block(content, block.tag);
  if (!extent) return false;
  const std::string_view found = content.substr(extent->start, extent->end - extent->start);
  const std::size_t lines = found.find('\n', found.starts_with('\n') ? 1 : 0) + 1;
  return found.substr(lines) == block.lines + end_marker(block.tag);
}

std::optional<std::string> without_block(std::string_view content, std::string_view tag) {
  const auto extent = find_block(content, tag);
  if (!extent) return std::nullopt;
  const std::string_view before = content.substr(0, extent->start);
  const std::string_view after = content.substr(extent->end);
  std::string out(before);
  // What others have written behind the block must not run into the last line before it.
  if (!after.empty() && !before.empty() && before.back() != '\n') out.push_back('\n');
  out.append(after);
  return out;
}

}  // namespace fogbank::certs
