// Reads instances, and what waits in their queues, back from the store, and asks it whatever else others want
// to know.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/messages.hpp"

#include <caf/event_based_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace duroxide::internal {

// By several readers, so that neither a slow store nor a large instance blocks anybody who is in memory. What
// waits goes as it came; but one reader takes questions only, so that none waits for a history, however
// large, and however many are being read.
class loader final : public caf::event_based_actor {
public:
  // As many as a provider has connections to read by.
  static constexpr std::size_t count_of_readers = 4;

  // REQUIRES: several readers.
  loader(caf::actor_config& config, std::vector<caf::actor> readers);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "loader"; }

private:
  template <class Request> using line = std::deque<std::pair<std::uint64_t, Request>>;

  void hand_out();
  bool hand_to(const caf::actor& reader);
  template <class Request> void hand_to(const caf::actor& reader, line<Request>& from);
  bool is_for_questions(const caf::actor& reader) const { return reader == readers_.front(); }

  std::vector<caf::actor> readers_;
  std::vector<caf::actor> free_;
  line<load_for> loads_;
  line<page_for> pages_;
  line<ask_store> questions_;
  std::uint64_t last_number_ = 0;
};

}  // namespace duroxide::internal
