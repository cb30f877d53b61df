// Work that is done outside of a simulation.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/platform.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace duroxide::internal {

// What threads of the real world do for the processes of a world, actors of another actor system for example. The world
// waits for it in real time, for each piece of work at most so long as its patience is; later the work counts as well,
// but simulated time goes on. The threads may end their work at any time, also when the world is gone; for the rest it
// is used by the world's thread alone.
class outside_works {
public:
  struct ended_work {
    std::uint64_t process = 0;
    std::function<void()> then;
  };

  explicit outside_works(duration patience);

  std::shared_ptr<duroxide::detail::outside_work> begin(std::uint64_t process);
  // The next one that has ended, in the order of their ends.
  std::optional<ended_work> take();
  // Blocks until one has ended, and until patience with all others is over. True if one has ended.
  bool wait();
  // Blocks until no work is under way for this process any more, or until patience is over, and forgets what ended.
  void forget(std::uint64_t process);

private:
  class work;
  // Shared with what is under way.
  struct state {
    struct running {
      std::uint64_t number;
      std::uint64_t process;
      std::chrono::steady_clock::time_point deadline;
    };
    void end(std::uint64_t number, std::function<void()> then);
    bool runs_for(std::uint64_t process) const DUROXIDE_REQUIRES(mutex);

    detail::mutex mutex;
    detail::condition_variable changed;
    std::deque<running> under_way DUROXIDE_GUARDED_BY(mutex);  // in the order of their beginnings
    std::deque<ended_work> ended DUROXIDE_GUARDED_BY(mutex);
    std::atomic<bool> has_ended = false;
  };

  const duration patience_;
  const std::shared_ptr<state> state_ = std::make_shared<state>();
  std::uint64_t last_ = 0;
};

}  // namespace duroxide::internal
