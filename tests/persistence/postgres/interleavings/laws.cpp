#include "tests/persistence/interleavings/search.hpp"
#include "tests/persistence/interleavings/spoiling.hpp"
#include "tests/persistence/postgres/interleavings/stage.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace laws_of_interleavings {

using namespace duroxide::interleavings;

namespace {

bool is_among(const std::vector<meeting>& all, const std::string& finding) {
  return std::ranges::any_of(all,
                             [&](const meeting& each) { return finding.starts_with(each.name() + ": "); });
}

}  // namespace

LAW("what must hold does after every order of the statements of operations that meet") {
  const auto all = chosen_meetings(store_kind::postgres);
  std::vector<std::unique_ptr<stage>> stages;
  for (int n = 0; n < 2; ++n) stages.push_back(std::make_unique<postgres_stage>());
  std::string news;
  std::string mended;
  const findings found = found_in(all, std::move(stages));
  for (const auto& [what, how] : found)
    if (!known_findings().contains(what)) news += what + "\n  " + how + "\n";
  for (const std::string& what : known_findings())
    if (is_among(all, what) && !found.contains(what)) mended += what + "\n";
  INFO("found, and not known:\n" << news);
  CHECK(news.empty());
  INFO("known, and not found: strike it from known.cpp\n" << mended);
  CHECK(mended.empty());
}

LAW("what must not be is found") {
  postgres_stage scene;
  const spelling dialect{
      "insert into inbox (id, instance_key, shard, instance, kind, execution, source, sent_at, "
      "visible_at, name, data) overriding system value values (7, 2, 10, ",
      "7", "-1", "20", "true"};
  CHECK(not_judged_rightly(scene, dialect) == std::vector<std::string>{});
}

}  // namespace laws_of_interleavings
