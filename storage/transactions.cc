#include "storage/transactions.h"

#include "core/check.h"

namespace fogbank::storage {
namespace {

void refuse_change() { core::check(false, "only a write task changes the store"); }

}  // namespace

std::unique_ptr<ReadTransaction> ReaderPool::take() {
  std::unique_ptr<Reader> reader = idle_.with([](auto& idle) {
    std::unique_ptr<Reader> last;
    if (!idle.empty()) {
      last = std::move(idle.back());
      idle.pop_back();
    }
    return last;
  });
  int code = MDB_SUCCESS;
  if (reader) {
    code = mdb_txn_renew(reader->transaction.get());
  } else {
    reader = std::make_unique<Reader>();
    MDB_txn* transaction = nullptr;
    code = mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &transaction);
    reader->transaction.reset(transaction);
  }
  if (code == MDB_SUCCESS) {
    reader->records.bind(reader->transaction.get(), database_, Access::kRead);
  } else {
    reader->transaction.reset();
    reader->records.fail(lmdb_error("cannot begin to read", code));
  }
  return std::make_unique<ReadTransaction>(*this, std::move(reader));
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  if (!reader->transaction) return;
  reader->records.unbind();
  mdb_txn_reset(reader->transaction.get());
  idle_.with([&](auto& idle) { idle.push_back(std::move(reader)); });
}

void ReadTransaction::put(std::string_view, std::string_view) { refuse_change(); }
bool ReadTransaction::erase(std::string_view) {
  refuse_change();
  return false;
}
void ReadTransaction::adopt_blob(const BlobId&) { refuse_change(); }
void ReadTransaction::release_blob(const BlobId&) { refuse_change(); }
void ReadTransaction::emit(const Effect&) { refuse_change(); }

}  // namespace fogbank::storage
