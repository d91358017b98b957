#include "emulators/dynamodb/page.h"

#include "core/text.h"
#include "emulators/dynamodb/expressions/evaluate.h"
#include "emulators/dynamodb/item_store.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

class PageReader final {
 public:
  PageReader(Call& call, const PageRequest& request)
      : call_(call),
        request_(request),
        cursor_(call.txn),
        page_{.units = ConsumedUnits(call.arena)} {
    page_.items = aws::List<AttributeValue>::make(call.arena);
  }

  Page run() {
    for (bool found = seek(); found && is_in_range(); found = step()) {
      const AttributeValue item = current_item();
      if (item) take(item);
      if (is_full()) {
        page_.last_key = key_attributes(request_.table, request_.index, item, call_.arena);
        break;
      }
    }
    bill();
    return page_;
  }

 private:
  bool seek() {
    if (request_.direction == Direction::kBackward) {
      return cursor_.seek_before(request_.start_key.empty() ? request_.range.to
                                                            : request_.start_key);
    }
    if (request_.start_key.empty()) return cursor_.seek(request_.range.from);
    return cursor_.seek(request_.start_key + '\0');
  }

  bool step() {
    return request_.direction == Direction::kForward ? cursor_.next() : cursor_.previous();
  }

  bool is_in_range() const {
    return cursor_.key() >= request_.range.from && cursor_.key() < request_.range.to;
  }

  // An index entry names its item; both change in one transaction, so it is there.
  AttributeValue current_item() {
    if (request_.index == nullptr) return AttributeValue::view(cursor_.value());
    std::string key = items_prefix(request_.table.id);
    key += cursor_.value();
    const auto record = call_.txn.get(key);
    return record ? AttributeValue::view(*record) : AttributeValue();
  }

  void take(AttributeValue item) {
    AttributeValue seen = item;
    if (request_.index != nullptr) {
      seen = projected(request_.table, *request_.index, item, call_.arena);
      index_bytes_ += aws::item_size_bytes(seen);
      if (request_.shows_whole_items) {
        table_units_ += read_units(aws::item_size_bytes(item), request_.consistency);
        seen = item;
      }
      bytes_ += aws::item_size_bytes(seen);
    } else {
      bytes_ += aws::item_size_bytes(item);
    }
    ++page_.scanned_count;
    if (request_.filter != nullptr && !holds(*request_.filter, seen, call_.arena)) return;
    ++page_.count;
    if (request_.counts_only) return;
    page_.items.append(call_.arena, shown(seen));
  }

  AttributeValue shown(AttributeValue item) {
    if (request_.selection) return project(request_.selection, item, call_.arena);
    return AttributeValue::view(call_.keep(core::as_text(item.encoded())));
  }

  bool is_full() const {
    const auto scanned = static_cast<std::size_t>(page_.scanned_count);
    return bytes_ >= kPageBytesMax || (request_.limit > 0 && scanned >= request_.limit);
  }

  void bill() {
    if (request_.index == nullptr) {
      page_.units.add_table(read_units(bytes_, request_.consistency));
      return;
    }
    page_.units.add_index(*request_.index, read_units(index_bytes_, request_.consistency));
    page_.units.add_table(table_units_);
  }

  Call& call_;
  const PageRequest& request_;
  storage::Cursor cursor_;
  Page page_;
  std::size_t bytes_ = 0;
  std::size_t index_bytes_ = 0;
  double table_units_ = 0;
};

}  // namespace

Page read_page(Call& call, const PageRequest& request) { return PageReader(call, request).run(); }

}  // namespace fogbank::emulators::dynamodb
