// Key material: one owner, wiped when it goes, never copied by accident.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace fogbank::core {

class SecretBytes final {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string_view bytes)
      : bytes_(std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
    bytes.copy(bytes_.get(), size_);
  }
  SecretBytes(SecretBytes&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::move(other.bytes_);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  ~SecretBytes() { wipe(); }

  // Valid as long as the object.
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Copies are made by name only.
  [[nodiscard]] SecretBytes copy() const { return SecretBytes(view()); }

 private:
  void wipe() noexcept {
    if (size_ != 0) explicit_bzero(bytes_.get(), size_);
  }
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace fogbank::core
