// How long one page of what is read may become.
#pragma once

#include "duroxide/detail/reserved_names.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/message.hpp"
#include "duroxide/provider.hpp"

#include <cstddef>
#include <limits>

namespace duroxide::persistence {

// A page ends with the message, or activity, that makes it as many, or as many bytes, as a page may have.
class page_room {
public:
  explicit page_room(std::size_t limit) : limit_(limit) {}

  // Of pages that must not be larger, unless they have one message only.
  bool has_room_for(const message& content) const noexcept {
    return count_ == 0 || (count_ < limit_ && bytes_ + content.data.size() <= limits::batch_bytes);
  }
  bool is_full() const noexcept { return count_ >= limit_ || bytes_ >= limits::batch_bytes; }
  void take(std::size_t bytes) noexcept {
    ++count_;
    bytes_ += bytes;
  }
  void take(const message& content) noexcept { take(content.data.size()); }

private:
  std::size_t limit_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

// Of which unfinished activities a load brings the inputs, in their order. The engine runs its own always.
class input_room {
public:
  bool has_room_for(const stored_activity& activity) const {
    return !room_.is_full() || activity.name.starts_with(duroxide::detail::reserved_name_prefix);
  }
  void take(const stored_activity& activity) { room_.take(activity.input.size()); }

private:
  page_room room_{std::numeric_limits<std::size_t>::max()};
};

}  // namespace duroxide::persistence
