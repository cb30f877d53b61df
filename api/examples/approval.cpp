// Waiting for a person, but not for ever.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::event<std::string> approved{"approved"};
constexpr dx::orchestration<std::string(int)> approval{"Approval"};

dx::task<std::string> run_approval(dx::orchestration_context ctx, int patience_ms) {
  ctx.set_custom_status("waiting for approval");
  auto answer =
      co_await dx::settle(dx::with_timeout(ctx.wait_for_event(approved), dx::duration(patience_ms)));
  if (!answer) co_return "escalated: nobody answered in time";
  co_return "approved by " + *answer;
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:approval.db")};
  runtime.register_orchestration(approval, run_approval);
  runtime.start();

  dx::client client = runtime.client();
  auto holiday = client.start(approval, "holiday", 50);
  auto expenses = client.start(approval, "expenses", 3'600'000);
  if (expenses.was_started()) expenses.raise(approved, "Grace");
  std::cout << "holiday: " << holiday.result(30s) << '\n';
  std::cout << "expenses: " << expenses.result(30s) << '\n';
}
