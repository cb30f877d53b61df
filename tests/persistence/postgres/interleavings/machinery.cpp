// What the orders and the stops are worth, without a server.
#include "tests/persistence/interleavings/orders.hpp"
#include "tests/persistence/postgres/interleavings/stops.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace laws_of_interleaving_machinery {

using namespace duroxide::interleavings;

LAW("every order is tried once, those with few preemptions first") {
  // Two players of two steps, who hinder nobody.
  orders all;
  std::vector<std::string> tried;
  while (const auto first = all.next()) {
    std::vector<choice> made;
    std::vector<int> left{2, 2};
    std::string text;
    while (left[0] + left[1] > 0) {
      choice now;
      for (std::size_t n = 0; n < 2; ++n)
        if (left[n] > 0) now.ready.push_back(n);
      now.chosen =
          made.size() < first->size()
              ? first->at(made.size())
              : orders::goes_on(now.ready, made.empty() ? std::nullopt : std::optional(made.back().chosen));
      --left[now.chosen];
      text += now.chosen == 0 ? 'a' : 'b';
      made.push_back(now);
    }
    all.add(made);
    tried.push_back(text);
  }
  REQUIRE(tried.size() == 6);
  CHECK(std::set(tried.begin(), tried.begin() + 2) == std::set<std::string>{"aabb", "bbaa"});
  CHECK(std::set(tried.begin() + 2, tried.begin() + 4) == std::set<std::string>{"abba", "baab"});
  CHECK(std::set(tried.begin() + 4, tried.end()) == std::set<std::string>{"abab", "baba"});
}

LAW("a function stops before the statements that read or write what others change") {
  const std::string plain = "begin\n"
                            "  if cardinality(x) > 0 then\n"
                            "    with gone as (\n"
                            "      delete from activities a\n"
                            "        returning a.owner)\n"
                            "      select case when true then 0 end from gone;\n"
                            "  end if;\n"
                            "  -- Reads instances; says a comment.\n"
                            "  n := 1;\n"
                            "  for one in\n"
                            "    select id from instances\n"
                            "  loop\n"
                            "    n := n + 1;\n"
                            "  end loop;\n"
                            "end\n";
  std::vector<std::string> stops;
  const std::string stopping = with_stops(plain, [&stops](const std::string& first) {
    stops.push_back(first);
    return static_cast<int>(stops.size());
  });
  CHECK(stops == std::vector<std::string>{"with gone as (", "for one in"});
  CHECK(stopping.find("then\nperform stage_stop(1);\n    with gone") != std::string::npos);
  CHECK(stopping.find("n := 1;\nperform stage_stop(2);\n  for one in") != std::string::npos);
}

}  // namespace laws_of_interleaving_machinery
