// What cannot be is found.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/persistence/corruptions.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace laws_of_verifying {

using namespace duroxide;
using namespace duroxide::persistence_tests;

LAW("a verification names what somebody has spoilt") {
  for (const corruption& each : corruptions()) {
    const temporary_folder folder;
    const auto store = sqlite_provider::open(folder.file("test.db"));
    const auto node = store->join({"tester", {}, {}}).value().node;
    const auto writer = store->open_writer(node, 0).value();
    fill_soundly(*store, *writer);
    fill_with_actor(*writer);
    CHECK(verified(*store).empty());
    persistence::sqlite::database(folder.file("test.db"), SQLITE_OPEN_READWRITE).run_script(each.sql);
    check_names(verified(*store), each);
  }
}

}  // namespace laws_of_verifying
