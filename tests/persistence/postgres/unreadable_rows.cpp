// Rows that somebody has spoilt are shown as far as they can be read, and stop nobody else.
#include "tests/persistence/unreadable_rows.hpp"

#include "tests/persistence/corruptions.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_unreadable_rows {

using namespace duroxide;
using namespace duroxide::persistence_tests;

namespace {

// The instances p and its child c.
struct family_on_a_server {
  lone_node node;

  family_on_a_server() { fill_soundly(*node, node.writer()); }
  void run(const std::string& sql) const { node.beside().run(sql); }
};

}  // namespace

LAW("an operator is shown what can be read of a row on a server, and all others") {
  for (const auto& each : spoilt_rows()) {
    const family_on_a_server store;
    store.run(each.sql);
    check_shown(*store.node, each);
  }
  const family_on_a_server store;
  store.run(spoil_execution);
  check_execution_shown(*store.node);
}

LAW("a circle of parents on a server stops nobody, and what has an unknown status can be deleted") {
  const family_on_a_server round;
  check_circle(*round.node, [&](const std::string& sql) { round.run(sql); });
  const family_on_a_server store;
  check_deleted(*store.node, [&](const std::string& sql) { store.run(sql); });
}

}  // namespace laws_of_unreadable_rows
