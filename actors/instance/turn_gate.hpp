// How many bytes of turns wait for their commit.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/limits.hpp"
#include "actors/instance/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace duroxide::internal {

// Keeps instances from making turns while those that have been made, and wait for their commit, have more
// bytes than should be in memory. Commits wait for no turn, so it always opens again.
//
// How large a turn becomes is known only when it is made. So the gate closes in two steps: first to instances
// that must be thought to make a large one, because much has arrived for them, or because turns of their
// orchestration have been large before without that; at twice as many bytes, to all. Who waits is let in as
// it came, a few at a time. Any thread may call.
class turn_gate : public std::enable_shared_from_this<turn_gate> {
public:
  static constexpr std::size_t most_bytes = 4 * limits::batch_bytes;
  // From here on a turn is large.
  static constexpr std::size_t large_turn = std::size_t{1} << 20;
  // They may make a turn each, of whatever size, before one of them is counted.
  static constexpr std::size_t let_in_at_once = 4;

  // Sent to an instance that waits: it may make a turn while it has this. When it is gone, others may.
  class pass {
  public:
    explicit pass(std::weak_ptr<turn_gate> gate) : gate_(std::move(gate)) {}
    pass(const pass&) = delete;
    pass& operator=(const pass&) = delete;
    ~pass() {
      if (const auto gate = gate_.lock()) gate->come_back();
    }

  private:
    std::weak_ptr<turn_gate> gate_;
  };

  // A turn that waits for its commit: its bytes count while this lives.
  class counted_turn {
  public:
    counted_turn() = default;
    counted_turn(std::shared_ptr<turn_gate> gate, std::size_t bytes) : gate_(std::move(gate)), bytes_(bytes) {
      gate_->made(bytes_);
    }
    counted_turn(counted_turn&& other) noexcept = default;
    counted_turn& operator=(counted_turn&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~counted_turn() {
      if (gate_) gate_->written(bytes_);
    }

  private:
    std::shared_ptr<turn_gate> gate_;
    std::size_t bytes_ = 0;
  };

  // Whether an instance may make a turn now, for which so many bytes have arrived; if not, it is sent
  // `let_in` when it may.
  bool enter(const std::string& orchestration, std::size_t arrived, const instance_actor& instance);
  // Nearly always true, and then nothing need be known of the turn.
  bool is_wide_open() const noexcept {
    return bytes_.load(std::memory_order_relaxed) < most_bytes &&
           waiting_count_.load(std::memory_order_relaxed) == 0;
  }

  // A turn of so many bytes goes to the journal.
  void made(std::size_t bytes) noexcept { bytes_ += bytes; }
  // A turn of this orchestration is large, though so little had arrived for it.
  void made_large(const std::string& orchestration, std::size_t bytes, std::size_t arrived);
  // A turn is not there any more.
  void written(std::size_t bytes);

private:
  void come_back() DUROXIDE_EXCLUDES(mutex_);
  void let_in() DUROXIDE_EXCLUDES(mutex_);
  std::vector<instance_actor> next_ones() DUROXIDE_EXCLUDES(mutex_);

  std::atomic<std::size_t> bytes_ = 0;
  std::atomic<std::size_t> waiting_count_ = 0;
  detail::mutex mutex_;
  std::deque<weak_actor<instance_actor>> waiting_ DUROXIDE_GUARDED_BY(mutex_);
  std::size_t let_in_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  std::set<std::string> large_ DUROXIDE_GUARDED_BY(mutex_);  // orchestrations
};

// To an instance that waited at the gate.
struct let_in {
  std::shared_ptr<turn_gate::pass> holds;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::let_in)
