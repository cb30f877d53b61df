// expect: the first function must take the answer of the operation
// The answer of a request is typed by its contract.
#include <duroxide/caf/request.hpp>

#include <caf/event_based_actor.hpp>

namespace dx = duroxide;

constexpr dx::orchestration<int()> counts{"Counts"};

void use(caf::event_based_actor* self, const dx::client_actor& client) {
  dx::request(self, client, std::chrono::seconds(5), dx::op::result(counts, "c"))
      .then([](std::string) {}, [](const dx::error_details&) {});
}
