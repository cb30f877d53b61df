// Rows are read by the names of their columns: one that was added or moved shifts no values into others.
#include "duroxide/detail/ensure.hpp"
#include "persistence/admin_session.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_column_names {

using namespace duroxide;
using namespace duroxide::persistence;
using detail::broken_invariant;
using sqlite::database;

namespace {

struct table_of_two {
  database db{":memory:", SQLITE_OPEN_READWRITE};
  int a = 0;
  std::string b;

  table_of_two() { db.run_script("create table t (a, b); insert into t values (1, 'one'), (2, 'two')"); }
};

}  // namespace

LAW("a row is read into what stands beside the names of its columns") {
  table_of_two t;
  auto row = t.db.rows("select a, b, a + 1 as c from t order by a");
  std::optional<int> c;
  for (const int expected : {1, 2}) {
    REQUIRE(row.next());
    row.read("a", t.a, "b", t.b, "c", c);
    CHECK(t.a == expected);
    CHECK(c == expected + 1);
  }
  CHECK(t.b == "two");
  CHECK(!row.next());
}

LAW("a row with other columns than are read is refused, however often it is tried") {
  table_of_two t;
  for (int round = 0; round < 2; ++round) {
    auto moved = t.db.rows("select b, a from t");
    REQUIRE(moved.next());
    CHECK_THROWS_AS(moved.read("a", t.a, "b", t.b), broken_invariant);
    auto more = t.db.rows("select a, b, a from t");
    REQUIRE(more.next());
    CHECK_THROWS_AS(more.read("a", t.a, "b", t.b), broken_invariant);
    auto fewer = t.db.rows("select a from t");
    REQUIRE(fewer.next());
    CHECK_THROWS_AS(fewer.read("a", t.a, "b", t.b), broken_invariant);
    CHECK_THROWS_AS(t.db.value<int>("select a, b from t"), broken_invariant);
  }
  CHECK(t.a == 0);
}

LAW("a statement that was read well before is refused when it is read otherwise") {
  table_of_two t;
  const auto read = [&](auto body) {
    auto row = t.db.rows("select a, b from t");
    REQUIRE(row.next());
    body(row);
  };
  read([&](auto& row) { row.read("a", t.a, "b", t.b); });
  CHECK_THROWS_AS(read([&](auto& row) { row.read("b", t.b, "a", t.a); }), broken_invariant);
  read([&](auto& row) { row.read("a", t.a, "b", t.b); });
}

LAW("a payload that is not wanted is left out, once the columns before it are known") {
  table_of_two t;
  auto row = t.db.rows("select a, b from t order by a");
  std::string seen;
  while (row.next()) {
    t.b.clear();
    row.read("a", t.a, "b", payload_column_if{[&] { return t.a == 2; }, t.b});
    seen += "[" + t.b + "]";
  }
  CHECK(seen == "[][two]");
}

LAW("columns of a row for administration are found by name, in any order") {
  const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b", "c"});
  sql_row row(names, {"1", std::nullopt, "3"});
  CHECK(row.number("c") == 3);
  CHECK(row.number("a") == 1);
  CHECK(row.take("b") == std::nullopt);
  CHECK_THROWS_AS(row.text("d"), broken_invariant);
}

}  // namespace laws_of_column_names
