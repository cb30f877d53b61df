// Two versions of a workflow side by side: what began on 1.0.0 ends on 1.0.0, what begins now runs 2.0.0, and
// an instance that never ends moves on by itself when it continues as new.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::activity<int(int)> price_of{"price_of"};
constexpr dx::activity<int(int)> discount_of{"discount_of"};
constexpr dx::event_queue<std::string> payments{"payments"};
constexpr dx::event_queue<int> sales{"sales"};
constexpr dx::orchestration<std::string(int)> invoice{"Invoice"};
constexpr dx::orchestration<std::string(int)> ledger{"Ledger"};

dx::task<std::string> invoice_1(dx::orchestration_context ctx, int item) {
  int price = co_await ctx.schedule_activity(price_of, item);
  std::string payer = co_await ctx.dequeue_event(payments);
  co_return payer + " paid " + std::to_string(price);
}

// One step more: over a history of 1.0.0 this would be nondeterminism.
dx::task<std::string> invoice_2(dx::orchestration_context ctx, int item) {
  int price = co_await ctx.schedule_activity(price_of, item);
  int discount = co_await ctx.schedule_activity(discount_of, price);
  std::string payer = co_await ctx.dequeue_event(payments);
  co_return payer + " paid " + std::to_string(price - discount);
}

// Moves on to 2.0.0 with its first sale.
dx::task<std::string> ledger_1(dx::orchestration_context ctx, int total) {
  int sale = co_await ctx.dequeue_event(sales);
  co_return ctx.continue_as_new(total + sale).with_version("2.0.0");
}

dx::task<std::string> ledger_2(dx::orchestration_context ctx, int total) {
  int sale = co_await ctx.dequeue_event(sales);
  if (sale == 0) co_return "total " + std::to_string(total) + " on " + ctx.orchestration_version();
  co_return ctx.continue_as_new(total + sale);
}

void register_all(dx::runtime& runtime) {
  runtime.register_activity(price_of, [](dx::activity_context&, int item) { return item * 100; });
  runtime.register_activity(discount_of, [](dx::activity_context&, int price) { return price / 10; });
  runtime.register_orchestration(invoice, "1.0.0", invoice_1);
  runtime.register_orchestration(invoice, "2.0.0", invoice_2);
  runtime.register_orchestration(ledger, "1.0.0", ledger_1);
  runtime.register_orchestration(ledger, "2.0.0", ledger_2);
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:two_versions.db")};
  register_all(runtime);
  runtime.start();
  dx::client client = runtime.client();

  // As it was before 2.0.0 was there.
  runtime.set_version_policy(invoice.name(), dx::version_policy::exact({1, 0, 0}));
  runtime.set_version_policy(ledger.name(), dx::version_policy::exact({1, 0, 0}));
  auto old_invoice = client.start(invoice, "old", 3);
  auto sales_ledger = client.start(ledger, "ledger", 0);

  // Now new instances run 2.0.0; those that run already do not notice.
  runtime.set_version_policy(invoice.name(), dx::version_policy::latest());
  runtime.set_version_policy(ledger.name(), dx::version_policy::latest());
  auto new_invoice = client.start(invoice, "new", 3);
  if (old_invoice.was_started()) {
    for (const auto& each : {old_invoice, new_invoice}) each.enqueue(payments, "Ada");
    for (int sale : {5, 6, 0}) sales_ledger.enqueue(sales, sale);
  }
  for (const auto& each : {old_invoice, new_invoice}) {
    std::string outcome = each.result(30s);
    std::cout << each.id() << ", " << each.status().version << ": " << outcome << '\n';
  }
  std::cout << "ledger: " << sales_ledger.result(30s) << '\n';
}
