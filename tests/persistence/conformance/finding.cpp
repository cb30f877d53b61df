// What filters let through.
#include "duroxide/filter.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_finding {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

turn_commit begun(const std::string& id, std::int64_t created, const std::string& orchestration,
                  std::vector<label> labels) {
  turn_commit turn = first_turn(id);
  turn.began_at = turn.creates->created_at = moment(created);
  turn.creates->orchestration = orchestration;
  turn.creates->labels = std::move(labels);
  return turn;
}

turn_commit child(const std::string& id, const std::string& parent) {
  turn_commit turn = begun(id, 150, "Step", {});
  turn.creates->parent = parent_link{parent, 1, 2};
  turn.update.custom_status = std::optional<std::string>("half way");
  return turn;
}

turn_commit ended(const std::string& id, runtime_status status, std::int64_t when) {
  turn_commit turn = last_turn(id, 3);
  turn.began_at = moment(when);
  turn.update.status = turn.ends->status = status;
  return turn;
}

void fill(live_store& store) {
  store.commit(begun("a1", 100, "Order",
                     {make_label("amount", 50), make_label("team", "blue"), make_label("paid", true)}));
  store.commit(
      begun("a2", 200, "Order",
            {make_label("amount", 150.5), make_label("team", "blue"), make_label("due", moment(1000))}));
  store.commit(begun("b1", 300, "Payment", {make_label("amount", "150.5"), make_label("team", "red")}));
  store.commit(begun("b2", 400, "Order", {make_label("amount", -7), make_label("paid", false)}));
  store.commit(child("a1/x", "a1"));
  store.commit(child("a1/x/y", "a1/x"));
  store.commit(begun("c", 500, "Order", {}));
  store.commit(ended("a2", runtime_status::failed, 600));
  store.commit(ended("b1", runtime_status::completed, 700));
  store.commit(ended("b2", runtime_status::cancelled, 800));
}

void note(live_store& store, const std::string& instance, problem_kind kind) {
  commit_batch batch;
  batch.problems.push_back({instance, 0, kind, moment(1000), "why"});
  store.commit(batch);
}

filter read(const std::string& text) { return parse_filter(text, moment(1000)); }

std::string ids(const instance_page& page) {
  std::string text;
  for (const auto& each : page.instances) text += (text.empty() ? "" : " ") + each.instance;
  return text;
}

std::string found(const live_store& store, const std::string& text) {
  const filter what = read(text.find("order by") == text.npos ? text + " order by id" : text);
  return ids(store->administration().find(what, {}).value());
}

// Page by page, with a bar between them.
std::string paged(const live_store& store, const std::string& text, std::size_t limit) {
  std::string all;
  page_request page{limit, {}};
  do {
    const instance_page next = store->administration().find(read(text), page).value();
    all += (all.empty() ? "" : " | ") + ids(next);
    page.cursor = next.cursor;
  } while (!page.cursor.empty());
  return all;
}

std::string counted(const live_store& store, const std::string& text, const std::string& group) {
  const auto counted_by = group.empty() ? std::nullopt : std::optional(parse_group(group));
  std::string all;
  for (const auto& each : store->administration().count(read(text), counted_by).value())
    all += (all.empty() ? "" : ", ") + each.value.value_or("-") + " " + std::to_string(each.instances);
  return all;
}

}  // namespace

STORE_LAW("a filter lets through what fulfils its conditions on fields") {
  fill(store);
  CHECK(found(store, "") == "a1 a1/x a1/x/y a2 b1 b2 c");
  CHECK(found(store, "id = a1 or id in (c, 'none')") == "a1 c");
  CHECK(found(store, "id like 'a1%'") == "a1 a1/x a1/x/y");
  CHECK(found(store, "id like '%' and id != c and orchestration = Order") == "a1 a2 b2");
  CHECK(found(store, "orchestration in (Order, Payment) and status = running") == "a1 c");
  CHECK(found(store, "orchestration != Order") == "a1/x a1/x/y b1");
  CHECK(found(store, "status in (failed, cancelled)") == "a2 b2");
  CHECK(found(store, "status in (failed, completed)") == "a2 b1");
  CHECK(found(store, "status not in (running, completed)") == "a2 b2");
  CHECK(found(store, "version = '1.0.0' and status = completed") == "b1");
  CHECK(found(store, "parent = a1") == "a1/x");
  CHECK(found(store, "parent is not null") == "a1/x a1/x/y");
  CHECK(found(store, "parent is null and status = running") == "a1 c");
  CHECK(found(store, "parent != a1") == "a1/x/y");
  CHECK(found(store, "root = a1") == "a1 a1/x a1/x/y");
  CHECK(found(store, "root in (a1, c) and status = running and id != a1") == "a1/x a1/x/y c");
  CHECK(found(store, "root = 'a1/x'") == "");
  CHECK(found(store, "custom_status = 'half way' and parent = a1") == "a1/x");
  CHECK(found(store, "custom_status like 'half%'") == "a1/x a1/x/y");
  CHECK(found(store, "custom_status is null and created < 2100-01-01") == "a1 a2 b1 b2 c");
  CHECK(found(store, "custom_status in (x, 'half way')") == "a1/x a1/x/y");
}

STORE_LAW("a filter lets through what fulfils its conditions on times, to the millisecond") {
  fill(store);
  filter what = read("created >= -800s and created <= -700s order by id");
  const auto between = [&](std::int64_t from, std::int64_t to) {
    what.alternatives[0][0].values[0] = moment(from);
    what.alternatives[0][1].values[0] = moment(to);
    return ids(store->administration().find(what, {}).value());
  };
  CHECK(between(200, 400) == "a2 b1 b2");
  CHECK(between(201, 399) == "b1");
  what.alternatives[0][0].field = what.alternatives[0][1].field = filter_field::updated;
  CHECK(between(600, 700) == "a2 b1");
}

STORE_LAW("a filter compares labels by their types") {
  fill(store);
  CHECK(found(store, "amount > 100") == "a2");
  CHECK(found(store, "amount >= 50 and amount <= 150.5") == "a1 a2");
  CHECK(found(store, "amount = 150.5") == "a2");
  CHECK(found(store, "amount = '150.5'") == "b1");
  CHECK(found(store, "amount != 50") == "a2 b2");
  CHECK(found(store, "amount in (50, -7)") == "a1 b2");
  CHECK(found(store, "amount like '15%'") == "b1");
  CHECK(found(store, "team = blue and status = running") == "a1");
  CHECK(found(store, "team in (blue, red)") == "a1 a2 b1");
  CHECK(found(store, "team > blue and team < z") == "b1");
  CHECK(found(store, "team like 'bl%' and orchestration = Order") == "a1 a2");
  CHECK(found(store, "team like '%' and id = b1") == "b1");
  CHECK(found(store, "team is null and parent is null") == "b2 c");
  CHECK(found(store, "team is not null and id like 'a%'") == "a1 a2");
  CHECK(found(store, "paid = true or paid = false") == "a1 b2");
  CHECK(found(store, "paid != true") == "b2");
  CHECK(found(store, "due > now") == "");
  CHECK(found(store, "due = now") == "a2");
  CHECK(found(store, "nothing = 1 or nothing is not null") == "");
  CHECK(found(store, "(team = blue or amount < 0) and (status = running or paid = false)") == "a1 b2");
}

STORE_LAW("a filter shows each instance once, page by page, in each order, whatever condition leads to it") {
  fill(store);
  for (const char* filter :
       {"",
        "orchestration = Order or team = blue or id like 'a%' or parent = a1 or root = a1 or "
        "amount < 1000 or amount = '150.5' or created < 2100-01-01",
        "created < 2100-01-01", "orchestration in (Order, Step, Payment)"}) {
    INFO(filter);
    const std::string condition = filter;
    CHECK(paged(store, condition + " order by id", 3) == "a1 a1/x a1/x/y | a2 b1 b2 | c");
    CHECK(paged(store, condition + " order by id desc", 4) == "c b2 b1 a2 | a1/x/y a1/x a1");
    CHECK(paged(store, condition + " order by created desc", 2) == "c a1/x/y | a1/x b2 | b1 a2 | a1");
    CHECK(paged(store, condition + " order by created", 5) == "a1 a2 b1 b2 a1/x | a1/x/y c");
  }
  CHECK(paged(store, "created < 2100-01-01 order by updated desc", 2) == "b2 b1 | a2 c | a1/x/y a1/x | a1");
  CHECK(paged(store, "team in (blue, red) order by updated", 1) == "a1 | a2 | b1");
  CHECK(paged(store, "status in (running, failed) and orchestration = Order", 1) == "c | a2 | a1");
}

STORE_LAW("a filter that would sort the whole store by time of change is refused, and a foreign cursor") {
  for (const char* text :
       {"order by updated", "status = completed order by updated", "team != x order by updated",
        "id = a or version = x order by updated", "state in (ended, stalled) order by updated",
        "problem is null order by updated"}) {
    const auto refused = store->administration().find(read(text), {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == error_kind::invalid_argument);
    CHECK(refused.error().message.find("would sort the whole store; add a condition on") !=
          std::string::npos);
  }
  CHECK(store->administration().find(read("status = failed order by updated"), {}).has_value());
  const auto foreign = store->administration().find(read(""), {.cursor = "id a"});
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().kind == error_kind::invalid_argument);
}

STORE_LAW("a filter lets through what is in a state or has a problem; what has ended has none") {
  fill(store);
  REQUIRE(store->start(start_of("late")).value());
  REQUIRE(store->start(start_of("later")).value());
  note(store, "a1", problem_kind::paused);
  note(store, "c", problem_kind::mismatch);
  note(store, "a1/x", problem_kind::refused);
  note(store, "later", problem_kind::not_registered);
  CHECK(found(store, "state = stalled") == "a1/x c later");
  CHECK(found(store, "state = paused") == "a1");
  CHECK(found(store, "state = active") == "a1/x/y");
  CHECK(found(store, "state = not_started") == "late");
  CHECK(found(store, "state = ended") == "a2 b1 b2");
  CHECK(found(store, "state != ended") == "a1 a1/x a1/x/y c late later");
  CHECK(found(store, "state in (ended, paused)") == "a1 a2 b1 b2");
  CHECK(found(store, "state not in (ended, stalled)") == "a1 a1/x/y late");
  CHECK(found(store, "state in (active, not_started, stalled) and orchestration = Order") == "c");
  CHECK(found(store, "id like 'a1%' and state in (stalled, active)") == "a1/x a1/x/y");
  CHECK(found(store, "state = stalled and status = pending") == "later");
  CHECK(found(store, "id = c and state = stalled and state != stalled") == "");
  CHECK(found(store, "problem = mismatch or problem = paused") == "a1 c");
  CHECK(found(store, "problem != mismatch") == "a1 a1/x later");
  CHECK(found(store, "problem in (refused, not_registered, cannot_load)") == "a1/x later");
  CHECK(found(store, "problem not in (refused, paused)") == "c later");
  CHECK(found(store, "problem is not null") == "a1 a1/x c later");
  CHECK(found(store, "problem is null and parent is null") == "a2 b1 b2 late");
  CHECK(found(store, "id like 'a1%' and problem != paused") == "a1/x");
  CHECK(found(store, "id in (c, a1, a2) and problem is not null") == "a1 c");
  CHECK(counted(store, "", "state") == "ended 3, stalled 3, active 1, not_started 1, paused 1");
  CHECK(counted(store, "state != ended", "problem") ==
        "- 2, mismatch 1, not_registered 1, paused 1, refused 1");
  CHECK(counted(store, "problem = mismatch", "") == "- 1");

  store.commit(ended("c", runtime_status::failed, 900));
  CHECK(found(store, "problem = mismatch or state = stalled and id = c") == "");
  CHECK(found(store, "state = ended") == "a2 b1 b2 c");
}

STORE_LAW("what has problems is shown page by page, in each order") {
  fill(store);
  for (const char* each : {"a1", "a1/x", "c"}) note(store, each, problem_kind::paused);
  note(store, "a1/x/y", problem_kind::mismatch);
  for (const char* filter : {"problem is not null", "state in (stalled, paused)", "state != ended",
                             "problem in (paused, mismatch)"}) {
    INFO(filter);
    const std::string condition = filter;
    CHECK(paged(store, condition, 2) == "c a1/x/y | a1/x a1");
    CHECK(paged(store, condition + " order by created", 3) == "a1 a1/x a1/x/y | c");
    CHECK(paged(store, condition + " order by id desc", 3) == "c a1/x/y a1/x | a1");
    CHECK(paged(store, condition + " order by updated desc", 3) == "c a1/x/y a1/x | a1");
  }
}

STORE_LAW("what a filter lets through is counted, by the values of a field or a label, the largest first") {
  fill(store);
  CHECK(counted(store, "", "") == "- 7");
  CHECK(counted(store, "id = none", "") == "- 0");
  CHECK(counted(store, "orchestration = Order or team = blue or created < 2100-01-01", "") == "- 7");
  CHECK(counted(store, "", "orchestration") == "Order 4, Step 2, Payment 1");
  CHECK(counted(store, "", "status") == "running 4, cancelled 1, completed 1, failed 1");
  CHECK(counted(store, "", "parent") == "- 5, a1 1, a1/x 1");
  CHECK(counted(store, "orchestration = Order", "team") == "- 2, blue 2");
  CHECK(counted(store, "amount > -10 order by id", "amount") == "-7 1, 150.5 1, 50 1");
  CHECK(counted(store, "id = none", "status") == "");
}

}  // namespace laws_of_finding
