// Reads instances, and what waits in their queues, back from the store, and asks it whatever else others want
// to know.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/store/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace duroxide::internal {

// On a thread of its own, so that a slow store blocks nobody who is in memory. It asks the store what is
// answered at once by itself; whatever may be large it leaves to its readers, as it came, so that no question
// waits for a history, however large, and however many are being read.
class store_executor final : public store_executor_self::base {
public:
  // With the store executor itself, as many as a provider has connections to read by.
  static constexpr std::size_t count_of_readers = 3;

  store_executor(caf::actor_config& config, std::shared_ptr<provider> store,
                 std::vector<reader_actor> readers);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "store executor"; }

private:
  template <class Request> using line = std::deque<std::pair<std::uint64_t, Request>>;

  void hand_out();
  template <class Request> void hand_out(line<Request>& from);

  std::shared_ptr<provider> store_;
  std::vector<reader_actor> free_;  // readers
  line<load_for> loads_;
  line<page_for> pages_;
  std::uint64_t last_number_ = 0;
};

}  // namespace duroxide::internal
