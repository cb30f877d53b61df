// The threads on which actors run: what blocks there keeps all actors waiting, perhaps those that it waits for.
#pragma once

#include <string_view>
#include <thread>
#include <vector>

namespace duroxide::detail {

// While it lives, these threads are known to run the actors of a system.
class actor_threads {
public:
  explicit actor_threads(std::vector<std::thread::id> threads);
  actor_threads(const actor_threads&) = delete;
  actor_threads& operator=(const actor_threads&) = delete;
  ~actor_threads();

private:
  std::vector<std::thread::id> threads_;
};

// Throws configuration_error (invalid_argument) on such a thread: `what` blocks.
void require_may_block(std::string_view what);

}  // namespace duroxide::detail
