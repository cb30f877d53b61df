// The program of the page command-line.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [program]
constexpr dx::event<std::string> approved{"approved"};
constexpr dx::orchestration<std::string(int)> approval{"Approval"};

dx::task<std::string> run_approval(dx::orchestration_context ctx, int amount) {
  ctx.set_custom_status("waiting for approval of " + std::to_string(amount));
  const std::string approver = co_await ctx.wait_for_event(approved);
  co_return "approved by " + approver;
}
// [end]

int main() {
  const guide::temporary_database database;
  dx::runtime runtime(dx::open_store("sqlite:" + database.path()));
  runtime.register_orchestration(approval, run_approval);
  runtime.start();
  // What the commands of the page do, by the library.
  const dx::client client = runtime.client();
  const auto instance = client.start(approval, "expenses-7", 300);
  expect(instance.wait_for_status_change(0, guide::patience).custom_status.value_or(""),
         "waiting for approval of 300");
  instance.raise(approved, "Grace");
  expect(instance.result(guide::patience), "approved by Grace");
}
