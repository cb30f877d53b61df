// What figures say, and how they are shown.
#include "bench/judge.hpp"
#include "bench/lines.hpp"
#include "bench/measurements.hpp"
#include "bench/page.hpp"
#include "bench/postgres_url.hpp"
#include "bench/workload.hpp"
#include "tests/support/catch.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

using namespace duroxide;
using namespace duroxide::bench;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::size_t count_of(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t place = text.find(part); place != text.npos; place = text.find(part, place + 1)) ++count;
  return count;
}

figures grown(const std::string& store, double size, double cost) {
  figures row;
  row.workload = "finished";
  row.store = store;
  row.growth = {{"size", size, "cost", cost}};
  return row;
}

instance_status completed_with(const std::string& output) {
  instance_status ended;
  ended.status = runtime_status::completed;
  ended.output = output;
  return ended;
}

}  // namespace

LAW("what ended wrong has no part in the throughput and in the latencies") {
  const figures row = summarise(hello(), {{true, 10}, {false, 1}, {true, 20}, {false, 1}}, 2);
  CHECK(row.instances == 4);
  CHECK(row.ok == 2);
  CHECK(row.wrong == 2);
  CHECK(row.per_second == 1);
  CHECK(row.p50_ms == 10);
}

LAW("a wrong end is told by what was expected and what came instead") {
  CHECK(fault_of(hello(), 4, completed_with("5")).empty());
  CHECK(fault_of(hello(), 4, completed_with("6")) == "expected 5, got: completed with 6");
  error_details no_such;
  no_such.message = "there is no such instance";
  CHECK(fault_of(hello(), 4, no_such) == "expected 5, got: there is no such instance");
  instance_status failed;
  failed.status = runtime_status::failed;
  failed.error = no_such;
  CHECK(fault_of(hello(), 4, failed) == "expected 5, got: failed: there is no such instance");
}

LAW("a schema is found among the options of a URL, and nowhere else") {
  CHECK(schema_of("postgresql://h/d?schema=a&x=1") == "a");
  CHECK(schema_of("postgresql://h/d?x=1&schema=a") == "a");
  CHECK(schema_of("postgresql://h/d?x=a@b&schema=a") == "a");
  CHECK_FALSE(schema_of("postgresql://u:schema=a@h/d"));
  CHECK_FALSE(schema_of("postgresql://u:p?schema=a@h/d"));
  CHECK(without_schema("postgresql://h/d?schema=a") == "postgresql://h/d");
  CHECK(without_schema("postgresql://h/d?schema=a&x=1") == "postgresql://h/d?x=1");
  CHECK(without_schema("postgresql://h/d?x=1&schema=a&y=2") == "postgresql://h/d?x=1&y=2");
  CHECK(without_schema("postgresql://u:schema=a@h/d") == "postgresql://u:schema=a@h/d");
  CHECK(with_schema("postgresql://u:schema=a@h/d", "b") == "postgresql://u:schema=a@h/d?schema=b");
  CHECK(with_schema("postgresql://h/d?schema=a&x=1", "b") == "postgresql://h/d?x=1&schema=b");
}

LAW("a line for people keeps its figures, however long the name of the store is") {
  figures row;
  row.workload = "hello";
  row.store = "sqlite:/" + std::string(1000, 'a');
  row.ok = row.instances = 7;
  CHECK(has(to_text(row), "7 ok 0 wrong"));
}

LAW("rows tell under what conditions they were measured") {
  figures row;
  row.under = {32, 2, std::nullopt, true};
  CHECK(has(to_json(row), R"("in_flight":32,"workers":2,"lanes":null,"relaxed_durability":true)"));
  CHECK(has(to_text(row), "relaxed durability"));
  CHECK(has(to_page({row}), "relaxed durability"));
  row.under = {};
  CHECK_FALSE(has(to_page({row}), "relaxed durability"));
}

LAW("rounds of a growing workload are drawn as one curve of their medians") {
  const std::string page =
      to_page({grown("sqlite:a", 1, 10), grown("sqlite:a", 2, 10), grown("sqlite:a", 1, 30),
               grown("sqlite:a", 2, 30), grown("sqlite:a", 1, 20), grown("sqlite:a", 2, 20)});
  CHECK(count_of("<polyline", page) == 1);
  CHECK(count_of("<circle", page) == 2);
}

LAW("each part of a growing workload is a curve, and each of its costs a plot") {
  std::vector<figures> rows;
  for (const char* variant : {"plain", "in a race"})
    for (const double size : {1.0, 2.0}) {
      rows.push_back(grown("sqlite:a", size, 10));
      rows.back().part = variant;
      rows.back().growth.push_back({"size", size, "other_cost", 20});
    }
  const std::string page = to_page(rows);
  CHECK(count_of("<polyline", page) == 4);
  CHECK(has(page, "<h2>finished: cost over size</h2>"));
  CHECK(has(page, "<h2>finished: other cost over size</h2>"));
  CHECK(has(page, "SQLite file, in a race"));
  CHECK(has(to_json(rows.back()), R"("of":"in a race","size":2E0,"cost":1E1,"other_cost":2E1)"));
}

LAW("a page has no title without a plot") {
  const std::string page = to_page({grown("sqlite:a", 1, 0)});
  CHECK(count_of("<h2>", page) == 1);
  CHECK(has(page, "<h2>Figures</h2>"));
}

LAW("a store is shown as what it is, not as what is in its name") {
  CHECK(has(to_page({grown("sqlite:/tmp/memory/r.db", 1, 1)}), "SQLite file"));
  CHECK(has(to_page({grown("sqlite::memory:", 1, 1)}), "SQLite memory"));
}

LAW("no two workloads have the same name") {
  std::set<std::string> names;
  for (const workload& each : all_workloads()) CHECK(names.insert(each.name).second);
}
