#include "duroxide/filter.hpp"

#include "duroxide/errors.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_filters {

using namespace duroxide;

namespace {

const timestamp now(std::chrono::sys_days(std::chrono::year(2026) / 11 / 30));

// As alternatives multiplied out.
std::string read(std::string_view text) { return to_string(parse_filter(text, now)); }

std::string refusal(std::string_view text) {
  try {
    return "accepted: " + read(text);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_argument);
    std::string what = e.what();
    constexpr std::string_view beginning = "the filter cannot be read at ";
    return what.starts_with(beginning) ? what.substr(beginning.size()) : what;
  }
}

std::string repeated(std::string_view text, int count, std::string_view between = "") {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : std::string(between)) + std::string(text);
  return all;
}

}  // namespace

LAW("a filter is a list of alternatives, each of which is a list of conditions") {
  CHECK(read("(status in (pending, running) or status = failed) and orchestration = 'Order' and amount > 100 "
             "and "
             "created > -2d order by created desc") ==
        "status in ('pending', 'running') and orchestration = 'Order' and \"amount\" > 100 and "
        "created > 2026-11-28T00:00:00.000Z or status = 'failed' and orchestration = 'Order' and \"amount\" "
        "> 100 "
        "and created > 2026-11-28T00:00:00.000Z order by created desc");
  CHECK(read("id = a or id = b and version = '1.0.0'") ==
        "id = 'a' or id = 'b' and version = '1.0.0' order by created desc");
  CHECK(
      read("(id = a or id = b) and (x = 1 or x = 2) order by id") ==
      "id = 'a' and \"x\" = 1 or id = 'a' and \"x\" = 2 or id = 'b' and \"x\" = 1 or id = 'b' and \"x\" = 2 "
      "order by id asc");
}

LAW("without a condition everything is let through, the newest first") {
  CHECK(parse_filter("", now) == filter());
  CHECK(parse_filter(" \n\t", now) == filter());
  CHECK(read("order by updated") == "order by updated asc");
}

LAW("a label is any other name, or any name in double quotes, and its values have types") {
  CHECK(
      read("team = blue AND \"status\" = 'it''s' and \"my \"\"own\"\"\" is not null") ==
      "\"team\" = 'blue' and \"status\" = 'it''s' and \"my \"\"own\"\"\" is not null order by created desc");
  CHECK(read("a = -1.5e3 and b = true and c < now and d in (1, 2, 1) and e like 'x_%' and f is null") ==
        "\"a\" = -1500 and \"b\" = true and \"c\" < 2026-11-30T00:00:00.000Z and \"d\" in (1, 2) and \"e\" "
        "like "
        "'x_%' and \"f\" is null order by created desc");
  CHECK(read("orchestration = Order OR x = True") ==
        "orchestration = 'Order' or \"x\" = 'True' order by created desc");
  CHECK_THAT(refusal("x = order"),
             Catch::StartsWith("column 5: 'order' is a word of the language; put it in"));
  CHECK(read("a != '7' and b not in (1, 2)") ==
        "\"a\" != '7' and \"b\" != 1 and \"b\" != 2 order by created desc");
}

LAW("times are dates, or relative to now") {
  const auto time = [](const std::string& text) { return read("created < " + text).substr(10, 24); };
  CHECK(time("2026-11-30") == "2026-11-30T00:00:00.000Z");
  CHECK(time("2026-11-30T08:01") == "2026-11-30T08:01:00.000Z");
  CHECK(time("2026-11-30T08:01:02.003Z") == "2026-11-30T08:01:02.003Z");
  CHECK(time("'2026-11-30 08:01:02'") == "2026-11-30T08:01:02.000Z");
  CHECK(time("-90s") == "2026-11-29T23:58:30.000Z");
  CHECK(time("-15m") == "2026-11-29T23:45:00.000Z");
  CHECK(time("+6h") == "2026-11-30T06:00:00.000Z");
  CHECK(time("-2w") == "2026-11-16T00:00:00.000Z");
  CHECK_THAT(refusal("created < 2026-02-30"),
             Catch::StartsWith("column 11: '2026-02-30' is neither a number nor"));
  CHECK_THAT(refusal("created < 5"), Catch::StartsWith("column 11: '5' is no time; write -2d"));
  CHECK_THAT(refusal("created < -999999999w"),
             Catch::StartsWith("column 11: this time is more than 100 years away"));
}

LAW("ids have a beginning, and text that looks like a number is text") {
  CHECK(read("id like 'orders-%' and parent is null") ==
        "id like 'orders-%' and parent is null order by created desc");
  CHECK(read("id = 42") == "id = '42' order by created desc");
  CHECK_THAT(refusal("id like 'a%b'"), Catch::StartsWith("column 9: 'a%b' is no beginning"));
  CHECK_THAT(refusal("id like abc"), Catch::StartsWith("column 9: behind 'like' there is 'abc'"));
  CHECK_THAT(refusal("id < 'a'"),
             Catch::Equals("column 1: id has the comparisons =, !=, in, and like alone"));
}

LAW("what cannot be read is refused with its column, counted in characters, and what to write") {
  CHECK_THAT(refusal("id = 'ö' & x = 1"),
             Catch::StartsWith("column 10: '&' means nothing here; put text in"));
  CHECK_THAT(refusal("id = 'open"), Catch::StartsWith("column 6: the quote is not closed; end it with '"));
  CHECK_THAT(refusal("id ="),
             Catch::StartsWith("column 5: there is the end of the filter in the place of a value"));
  CHECK_THAT(refusal("(id = a"),
             Catch::EndsWith("there is the end of the filter; close the parenthesis with )"));
  CHECK_THAT(refusal("id = a id = b"),
             Catch::StartsWith("column 8: 'id' is left over; join conditions with 'and'"));
  CHECK_THAT(refusal("and = 1"),
             Catch::StartsWith("column 1: 'and' is a word of the language and names no field"));
  CHECK_THAT(refusal("status = stalled"),
             Catch::Equals("column 10: no instance has the status 'stalled'; there are pending, running, "
                           "completed, failed and cancelled. Write state = stalled"));
  CHECK_THAT(refusal("x in (1, a)"), Catch::StartsWith("column 10: the values of 'in' are of several types"));
  CHECK_THAT(refusal("x in 1"), Catch::EndsWith("write the values of 'in' in parentheses"));
  CHECK_THAT(refusal("x > true"), Catch::StartsWith("column 1: true and false have no order; compare 'x'"));
  CHECK_THAT(refusal("x is 1"), Catch::EndsWith("write 'is null' or 'is not null'"));
  CHECK_THAT(refusal("x not 1"), Catch::EndsWith("write 'not in (...)'"));
  CHECK_THAT(refusal("order by amount"),
             Catch::EndsWith("nothing is ordered by 'amount'; write created, id or updated"));
  CHECK_THAT(refusal("\"\" = 1"), Catch::StartsWith("column 1: "));
  CHECK_THAT(refusal("id = '\xff'"), Catch::Contains("it is not UTF-8"));
  CHECK_THAT(refusal("x = -inf"), Catch::Contains("is neither a number nor a time"));
}

LAW("the state and the problem of an instance have the words that its explanation has") {
  CHECK(read("state in (stalled, paused) and problem not in (mismatch, refused) or problem is null") ==
        "state in ('stalled', 'paused') and problem != 'mismatch' and problem != 'refused' or "
        "problem is null order by created desc");
  CHECK(read("state != ended and state = not_started") ==
        "state != 'ended' and state = 'not_started' order by created desc");
  CHECK(read("\"state\" = 'Ohio'") == "\"state\" = 'Ohio' order by created desc");
  CHECK_THAT(refusal("id = a and state = sleeping"),
             Catch::Equals("column 20: no instance has the state 'sleeping'; there are not_started, active, "
                           "stalled, paused and ended"));
  CHECK_THAT(
      refusal("problem in (paused, slow)"),
      Catch::Equals("column 21: no instance has the problem 'slow'; there are mismatch, not_registered, "
                    "cannot_load, refused and paused"));
  CHECK_THAT(refusal("state = running"), Catch::EndsWith("paused and ended. Write status = running"));
  CHECK_THAT(refusal("problem = stalled"), Catch::EndsWith("refused and paused. Write state = stalled"));
  CHECK_THAT(refusal("state is null"),
             Catch::Equals("column 1: state has the comparisons =, != and in alone"));
  CHECK_THAT(refusal("problem like 'mis%'"),
             Catch::Equals("column 1: problem has the comparisons =, !=, in, and is null alone"));
  CHECK_THAT(refusal("state = stalled order by state"),
             Catch::EndsWith("nothing is ordered by 'state'; write created, id or updated"));
}

LAW("a filter is bounded in length, depth, values, alternatives and conditions") {
  CHECK_THAT(refusal(std::string(8193, ' ')),
             Catch::Contains("the filter has 8193 bytes; the limit is 8192"));
  CHECK_THAT(refusal(repeated("(", 33) + "id = a" + repeated(")", 33)),
             Catch::Contains("are 33 deep; the limit is 32"));
  CHECK_THAT(refusal(repeated("(", 32) + "id = a" + repeated(")", 32)), Catch::StartsWith("accepted"));
  std::string values;
  for (int i = 0; i <= 100; ++i) values += (i == 0 ? "" : ", ") + std::to_string(i);
  CHECK_THAT(refusal("x in (" + values + ")"), Catch::Contains("'in' has more than 100 values"));
  CHECK_THAT(refusal(repeated("(x = 1 or x = 2)", 7, " and ")),
             Catch::Contains("128 alternatives; the limit is 64"));
  CHECK_THAT(refusal(repeated("x = 1", 65, " or ")), Catch::Contains("65 alternatives; the limit is 64"));
  CHECK_THAT(refusal(repeated("(x = 1 or x = 2)", 6, " and ") + " and " + repeated("y = 1", 27, " and ")),
             Catch::Contains("conditions; the limit is 2000"));
  CHECK_THAT(refusal(repeated("x = 1", 129, " and ")),
             Catch::Contains("more than 128 conditions are joined"));
  CHECK_THAT(refusal(repeated("x = 1", 64, " or ")), Catch::StartsWith("accepted"));
}

LAW("a filter is read back from its text") {
  for (const char* text :
       {"", "id = 'it''s' or \"a\"\"b\" = 1.25 order by id desc", "created >= -1d and x in (true)",
        "custom_status like '100%' or root = r", "state not in (ended, active) or problem = not_registered",
        "x is null and y is not null order by updated"})
    CHECK(parse_filter(read(text), timestamp()) == parse_filter(text, now));
}

LAW("a filter that was put together by hand is held to the same rules") {
  const auto is_refused = [](const filter_term& term) {
    const filter what{.alternatives = {{term}}};
    try {
      require_valid_filter(what);
    } catch (const configuration_error&) {
      return true;
    }
    return false;
  };
  CHECK_FALSE(is_refused({.values = {"a"}}));
  CHECK(is_refused({.values = {}}));
  CHECK(is_refused({.values = {"a", "b"}}));
  CHECK(is_refused({.values = {7.0}}));
  CHECK(is_refused({.field = filter_field::status, .values = {"' or ''='"}}));
  CHECK(is_refused({.field = filter_field::state, .values = {"' or ''='"}}));
  CHECK(is_refused({.field = filter_field::problem, .values = {"stalled"}}));
  CHECK(is_refused({.field = filter_field::label, .values = {"a"}}));
  CHECK(is_refused({.field = filter_field::label,
                    .label = "x",
                    .comparison = filter_comparison::starts_with,
                    .values = {true}}));
  CHECK_THROWS_AS(require_valid_filter({.alternatives = {}}), configuration_error);
}

LAW("what is counted by is a field of few values, or a label") {
  CHECK(parse_group("status").field == filter_field::status);
  CHECK(parse_group("state").field == filter_field::state);
  CHECK(parse_group("problem").field == filter_field::problem);
  CHECK(parse_group("team").label == "team");
  CHECK(parse_group("\"my team\"").label == "my team");
  CHECK_THROWS_AS(parse_group("id"), configuration_error);
  CHECK_THROWS_AS(parse_group("status, team"), configuration_error);
  CHECK_THROWS_AS(parse_group(""), configuration_error);
}

}  // namespace laws_of_filters
