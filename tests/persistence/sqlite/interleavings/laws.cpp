#include "tests/persistence/interleavings/search.hpp"
#include "tests/persistence/sqlite/interleavings/stage.hpp"
#include "tests/support/catch.hpp"

#include <set>

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
  struct spoilt {
    std::string sql;
    std::string done;
    std::string kind;
  };
  const std::string message =
      "insert into inbox (id, instance_key, shard, instance, kind, execution, source, "
      "sent_at, visible_at, name, data) values (1000000, 2, 7, ";
  const std::string born = R"({"at": 2, "answer": {"born": [{"id": "it", "key": 2}]}})";
  const std::string sent = R"({"at": 1, "answer": {"sent": [{"to": "it", "id": 1000000, "always": true}]}})";
  const std::string refused = R"({"at": 1, "answer": {"sent": [{"to": "it", "id": 0, "always": true}]}})";
  const std::vector<spoilt> all{
      {message + "'nobody', 'cancel', 1, 0, 0, 0, '', '')", "", "orphan"},
      {"update instances set status = 'completed' where id = 'it'", "", "orphan"},
      {"update inbox set shard = 1", "", "shard"},
      {"update activities set shard = 1 where event_id = 3", "", "shard"},
      {"delete from activities", born, "older"},
      {"delete from inbox", born, "older"},
      {"select 1", sent, "lost"},
      {"select 1", refused, "refused"},
      {"update activities set owner = null, finished = 1 where event_id = 4", "", "lost"},
      {"update nodes set state = 'dead' where id = 3", "", "stranded"},
      {"delete from executions where instance_key = 2", "", "unsound"},
  };
  sqlite_stage on;
  CHECK(on.breaches_after("select 1", "").empty());
  CHECK(on.breaches_after(message + "'it', 'cancel', 1, 0, 0, 0, '', '')", sent).empty());
  for (const spoilt& each : all) {
    std::set<std::string> kinds;
    for (const breach& what : on.breaches_after(each.sql, each.done)) kinds.insert(what.kind);
    INFO(each.sql);
    CHECK(kinds.contains(each.kind));
  }
}

}  // namespace laws_of_interleavings
