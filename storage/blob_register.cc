#include "storage/blob_register.h"

#include <algorithm>

#include "storage/layout.h"

namespace fogbank::storage {

bool is_blob_id(std::string_view text) {
  return text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

core::Error bad_blob_id() {
  return {"storage: a blob id is not 32 hex digits; the record that names it is damaged"};
}

void BlobRegister::adopt(const BlobId& blob) {
  if (!is_valid(blob)) return;
  const RecordKey held(Space::kBlob, blob.text);
  const RecordKey gone(Space::kGone, blob.text);
  uint64_t holders = 0;
  if (const auto found = records_.get(held.view())) {
    holders = decode_number(*found).value_or(0);
  } else if (records_.get(gone.view())) {
    // Released by this batch its file is still there; by an earlier one it may not be.
    if (!is_touched(blob.text)) {
      records_.fail({"storage: blob " + blob.text + " was released and cannot be adopted"});
      return;
    }
    records_.erase(gone.view());
  }
  touch(blob.text);
  records_.put(held.view(), as_view(encode_number(holders + 1)));
}

void BlobRegister::release(const BlobId& blob) {
  if (!is_valid(blob)) return;
  const RecordKey held(Space::kBlob, blob.text);
  const RecordKey gone(Space::kGone, blob.text);
  const auto found = records_.get(held.view());
  if (!found && records_.get(gone.view())) return;
  const uint64_t holders = found ? decode_number(*found).value_or(0) : 0;
  touch(blob.text);
  if (holders > 1) {
    records_.put(held.view(), as_view(encode_number(holders - 1)));
    return;
  }
  records_.erase(held.view());
  records_.put(gone.view(), {});
}

bool BlobRegister::holds(std::string_view id) {
  return records_.get(RecordKey(Space::kBlob, id).view()).has_value();
}

void BlobRegister::forget_gone(std::string_view id) {
  records_.erase(RecordKey(Space::kGone, id).view());
}

std::vector<std::string> BlobRegister::all_gone() {
  std::vector<std::string> ids;
  LmdbCursor cursor = records_.open_cursor();
  if (!cursor) return ids;
  const RecordKey begin(Space::kGone, {});
  auto record = records_.move(*cursor, MDB_SET_RANGE, begin.view());
  while (record && record->key.starts_with(begin.view())) {
    ids.emplace_back(record->key.substr(begin.view().size()));
    record = records_.move(*cursor, MDB_NEXT);
  }
  records_.close_cursor(std::move(cursor));
  return ids;
}

BlobMoves BlobRegister::take_moves() {
  BlobMoves moves;
  for (auto& id : touched_) {
    if (holds(id)) {
      moves.keep.push_back(std::move(id));
    } else if (records_.get(RecordKey(Space::kGone, id).view())) {
      moves.remove.push_back(std::move(id));
    }
  }
  touched_.clear();
  return moves;
}

bool BlobRegister::is_valid(const BlobId& blob) {
  if (is_blob_id(blob.text)) return true;
  records_.fail(bad_blob_id());
  return false;
}

void BlobRegister::touch(const std::string& id) {
  if (!is_touched(id)) touched_.push_back(id);
}

bool BlobRegister::is_touched(const std::string& id) const {
  return std::find(touched_.begin(), touched_.end(), id) != touched_.end();
}

}  // namespace fogbank::storage
