// The messages of one space: in the order of their visibility, taken, hidden, removed, counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulators/service.h"
#include "emulators/sqs/keys.h"

namespace fogbank::emulators::sqs {

struct TakenMessage {
  uint64_t sequence = 0;
  MessageRecord message;
  Progress progress;  // after the taking
};

// A received message, as a receipt handle names it.
struct Receipt {
  Space space;
  uint64_t sequence = 0;
  uint32_t receive_count = 0;  // a later receive makes the handle stale
};

class MessageStore final {
 public:
  // `call` and `space` outlive the store.
  MessageStore(Call& call, const Space& space) : call_(call), space_(space) {}

  void add(const MessageRecord& message, int64_t visible_ms);
  // The message that has been visible longest, now hidden until `hidden_until_ms`; nothing when
  // none is visible. Messages sent before `sent_after_ms` have expired: they are removed.
  std::optional<TakenMessage> take(int64_t sent_after_ms, int64_t hidden_until_ms);
  // When the next hidden message becomes visible; nothing when there is none.
  [[nodiscard]] std::optional<int64_t> next_visible_ms();
  bool remove(uint64_t sequence);  // false: it was not there
  // Nothing when the message is gone.
  [[nodiscard]] std::optional<Progress> progress(uint64_t sequence);
  void hide(uint64_t sequence, const Progress& progress, int64_t until_ms);

 private:
  void change_counters(int64_t messages, int64_t received);
  Call& call_;
  const Space& space_;
};

std::string make_receipt_handle(Call& call, const Space& space, const TakenMessage& taken);
std::optional<Receipt> parse_receipt_handle(std::string_view handle);

// Removes a bounded number of records of purged and deleted queues.
void sweep_garbage(Call& call);

}  // namespace fogbank::emulators::sqs
