// A database that both sides of a fork have opened, each for itself.
#include "duroxide/sqlite_provider.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"
#include "tests/support/said_by_child.hpp"

#include <atomic>
#include <thread>

namespace laws_of_sqlite_forks {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;
using duroxide::testing_support::said_by_child;

LAW("what the child of a fork opens it locks by itself, so that its parent may close") {
  const temporary_folder folder;
  auto store = sqlite_provider::open(folder.file("a.db"));
  CHECK(store->start(start_of("a"), false).value());
  int opened[2];
  int closed[2];
  REQUIRE(::pipe(opened) == 0);
  REQUIRE(::pipe(closed) == 0);
  std::thread parent([&] {
    char byte = 0;
    std::ignore = ::read(opened[0], &byte, 1);
    store.reset();  // the last connection to a database takes its log away
    std::ignore = ::write(closed[1], &byte, 1);
  });
  CHECK(said_by_child([&]() -> std::string {
          const auto own = sqlite_provider::open(folder.file("a.db"));
          char byte = 0;
          std::ignore = ::write(opened[1], &byte, 1);
          std::ignore = ::read(closed[0], &byte, 1);
          const auto started = own->start(start_of("b"), false);
          return started ? "started" : started.error().message;
        }) == "started");
  parent.join();
  for (const int each : {opened[0], opened[1], closed[0], closed[1]}) ::close(each);
  CHECK(sqlite_provider::open(folder.file("a.db"))->load("b").value().has_value());
}

LAW("a child that was forked in the midst of work can open the database") {
  const temporary_folder folder;
  const auto store = sqlite_provider::open(folder.file("a.db"));
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    for (int i = 0; !enough; ++i) CHECK(store->start(start_of("p" + std::to_string(i)), false).value());
  });
  for (int i = 0; i < 20; ++i) {
    const std::string id = "c" + std::to_string(i);
    CHECK(said_by_child([&]() -> std::string {
            const auto own = sqlite_provider::open(folder.file("a.db"));
            return own->start(start_of(id), false).value() ? "started" : "exists";
          }) == "started");
    CHECK(store->load(id).value().has_value());
  }
  enough = true;
  writer.join();
  CHECK(store->administration().verify({}).value().inconsistencies == 0);
}

}  // namespace laws_of_sqlite_forks
