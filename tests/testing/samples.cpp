// The workflows of api/examples as they stand there. Their mains, which open stores of their own, are not
// called.
#include "duroxide/duroxide.hpp"
#include "tests/testing/scenarios.hpp"

#include <iostream>
#include <numeric>

// Only a function that is called main may end without a return.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wreturn-type"
#define main main_of_hello
#include "api/examples/hello.cpp"
#undef main
#define main main_of_fan_out
#include "api/examples/fan_out.cpp"
#undef main
#define main main_of_approval
#include "api/examples/approval.cpp"
#undef main
#define main main_of_saga
#include "api/examples/saga.cpp"
#undef main
#define main main_of_sub_orchestrations
#include "api/examples/sub_orchestrations.cpp"
#undef main
#define main main_of_eternal_counter
#include "api/examples/eternal_counter.cpp"
#undef main
#define main main_of_two_versions
#include "api/examples/two_versions.cpp"
#undef main
#pragma GCC diagnostic pop

namespace duroxide::test {

namespace {

void register_samples(runtime& runtime) {
  runtime.register_activity(
      greet, [](activity_context&, const std::string& name) { return "Hello, " + name + "!"; });
  runtime.register_orchestration(greet_workflow, run_greet);
  runtime.register_activity(square, [](activity_context&, int n) { return n * n; });
  runtime.register_orchestration(sum_of_squares, run_sum_of_squares);
  runtime.register_orchestration(approval, run_approval);
  runtime.register_activity(book_hotel,
                            [](activity_context&, const trip& t) { return "hotel in " + t.city; });
  runtime.register_activity(charge_card, [](activity_context&, const trip& t) -> std::string {
    if (t.price > 1000) throw std::runtime_error("the card was declined");
    return "paid " + std::to_string(t.price);
  });
  runtime.register_activity(cancel_hotel,
                            [](activity_context&, const std::string& hotel) { return "gave up " + hotel; });
  runtime.register_orchestration(book_trip, run_book_trip);
  runtime.register_activity(pack,
                            [](activity_context&, const std::string& item) { return "packed " + item; });
  runtime.register_orchestration(ship_item, run_ship_item);
  runtime.register_orchestration(ship_order, run_ship_order);
  runtime.register_orchestration(counter, run_counter);
  ::register_all(runtime);
}

using beginning = std::function<void(client&, const std::string&)>;

scenario sample(std::string name, std::string expected, beginning begins) {
  return {std::move(name), register_samples, std::move(begins), std::move(expected)};
}

// On the version that an instance of before runs.
start_options first_version() {
  start_options options;
  options.version = "1.0.0";
  return options;
}

}  // namespace

std::vector<scenario> samples() {
  return {
      sample("hello", R"("Hello, World!")",
             [](client& caller, const std::string& id) { caller.start(greet_workflow, id, "World"); }),
      sample("fan_out", "14",
             [](client& caller, const std::string& id) { caller.start(sum_of_squares, id, 3); }),
      sample("approval, escalated", R"("escalated: nobody answered in time")",
             [](client& caller, const std::string& id) { caller.start(approval, id, 50); }),
      sample("approval, approved", R"("approved by Grace")",
             [](client& caller, const std::string& id) {
               caller.start(approval, id, 3'600'000);
               caller.instance(id).raise(approved, "Grace");
             }),
      sample("saga, cheap", R"("hotel in Lisbon, paid 400")",
             [](client& caller, const std::string& id) {
               caller.start(book_trip, id, trip{"Lisbon", 400});
             }),
      sample("saga, dear", R"("gave up hotel in Monaco because the card was declined")",
             [](client& caller, const std::string& id) {
               caller.start(book_trip, id, trip{"Monaco", 4000});
             }),
      sample("sub_orchestrations", R"("packed tea shipped; packed cups shipped; order complete")",
             [](client& caller, const std::string& id) {
               caller.start(ship_order, id, std::vector<std::string>{"tea", "cups"});
             }),
      sample("eternal_counter", "6",
             [](client& caller, const std::string& id) {
               caller.start(counter, id, 0);
               for (const int amount : {1, 2, 3, 0}) caller.instance(id).enqueue(amounts, amount);
             }),
      sample("two_versions, old", R"("Ada paid 300")",
             [](client& caller, const std::string& id) {
               caller.start(invoice, id, 3, first_version());
               caller.instance(id).enqueue(payments, "Ada");
             }),
      sample("two_versions, new", R"("Ada paid 270")",
             [](client& caller, const std::string& id) {
               caller.start(invoice, id, 3);
               caller.instance(id).enqueue(payments, "Ada");
             }),
      sample("two_versions, ledger", R"("total 11 on 2.0.0")",
             [](client& caller, const std::string& id) {
               caller.start(ledger, id, 0, first_version());
               for (const int sale : {5, 6, 0}) caller.instance(id).enqueue(sales, sale);
             }),
  };
}

}  // namespace duroxide::test
