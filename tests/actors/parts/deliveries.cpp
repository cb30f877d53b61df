// In which order messages from the store go to the dispatchers.
#include "actors/cluster/deliveries.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace laws_of_deliveries {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

message of_kind(message_kind kind, const std::string& instance) {
  message made;
  made.kind = kind;
  made.instance = instance;
  return made;
}

// Instances are named by their shard: "7 a" is on shard 7. "7: a b; 2: c" is what goes where, in order.
std::string order_of(std::vector<message> messages) {
  std::string text;
  for (const delivery& each : deliveries_of(std::move(messages), [](const std::string& instance) {
         return static_cast<std::uint32_t>(std::stoul(instance));
       })) {
    text += (text.empty() ? "" : "; ") + std::to_string(each.shard) + ":";
    for (const message& content : each.batch.contents) text += content.instance.substr(1);
  }
  return text;
}

}  // namespace

LAW("messages go to each shard together, in the order in which they came") {
  const auto event = [](const char* instance) { return of_kind(message_kind::event_raised, instance); };
  CHECK(order_of({event("7 a"), event("2 b"), event("7 c")}) == "2: b; 7: a c");
  CHECK(order_of({}).empty());
}

LAW("the cancellation of a parent goes before those of its children, whatever shards they are on") {
  const auto cancel = [](const char* instance) { return of_kind(message_kind::cancel, instance); };
  CHECK(order_of({cancel("7 parent"), cancel("2 child"), cancel("5 grandchild")}) ==
        "7: parent; 2: child; 5: grandchild");
  CHECK(order_of({of_kind(message_kind::event_raised, "7 parent"), cancel("7 parent"), cancel("2 child")}) ==
        "7: parent parent; 2: child");
}

}  // namespace laws_of_deliveries
