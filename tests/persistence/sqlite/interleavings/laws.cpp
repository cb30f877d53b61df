#include "tests/persistence/interleavings/search.hpp"
#include "tests/persistence/interleavings/spoiling.hpp"
#include "tests/persistence/sqlite/interleavings/stage.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_interleavings {

using namespace duroxide::interleavings;

LAW("what must hold does after every order of the steps of processes that meet on a file") {
  std::vector<std::unique_ptr<stage>> stages;
  for (int n = 0; n < 2; ++n) stages.push_back(std::make_unique<sqlite_stage>());
  std::string news;
  for (const auto& [what, how] : found_in(chosen_meetings(store_kind::sqlite), std::move(stages)))
    news += what + "\n  " + how + "\n";
  INFO("found:\n" << news);
  CHECK(news.empty());
}

LAW("what must not be is found in a file") {
  sqlite_stage scene;
  const spelling dialect{
      "insert into inbox (id, instance_key, shard, instance, kind, execution, source, sent_at, "
      "visible_at, name, data) values (1000000, 2, 7, ",
      "1000000", "0", "1", "1"};
  CHECK(not_judged_rightly(scene, dialect) == std::vector<std::string>{});
}

}  // namespace laws_of_interleavings
