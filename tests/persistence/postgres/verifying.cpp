// What cannot be is found.
#include "tests/persistence/corruptions.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_verifying {

using namespace duroxide;
using namespace duroxide::persistence_tests;

LAW("a verification of a PostgreSQL store names what somebody has spoilt") {
  for (const corruption& each : corruptions()) {
    const lone_node store;
    fill_soundly(*store, store.writer());
    fill_with_actor(store.writer());
    CHECK(verified(*store).empty());
    store.beside().run(each.sql);
    check_names(verified(*store), each);
  }
}

}  // namespace laws_of_verifying
