#include "tests/persistence/postgres/interleavings/stage.hpp"

#include "tests/persistence/interleavings/scripts.hpp"
#include "tests/persistence/postgres/interleavings/stops.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <stdexcept>

namespace duroxide::interleavings {

namespace {

std::string what_must_hold() {
  std::string sql = script("postgres/interleavings/said.sql");
  const std::string_view place = "-- What must hold: ../../interleavings/holds.sql.\n";
  return sql.replace(sql.find(place), place.size(), script("interleavings/holds.sql"));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

postgres_stage::postgres_stage() {
  schema_.open();  // makes the tables
  const std::string settings =
      "set search_path = " + schema_.name() + "; set jit = off; set synchronous_commit = off; ";
  const std::string url = testing_support::postgres_url();
  control_ = std::make_unique<player>(url, settings);
  control_->run(script("postgres/interleavings/gates.sql"));
  control_->run(view_of_questions("create view"));
  control_->run(script("postgres/interleavings/operations.sql"));
  // The order in which a statement locks several rows is that of its plan, which has to stay the same.
  control_->run(
      "do $$ declare each text; begin for each in select relname from pg_class where relkind = 'r' and "
      "relnamespace = current_schema()::regnamespace loop execute 'alter table ' || each || "
      "' set (autovacuum_enabled = false)'; end loop; end $$");
  instrument();
  control_->run(what_must_hold());
  forget_ =
      control_->run("select 'truncate ' || string_agg(relname, ', ') from pg_class where relkind = 'r' and "
                    "relnamespace = current_schema()::regnamespace and relname <> 'meta'");
  std::string pids;
  for (std::size_t n = 0; n < most_players; ++n) {
    // Nobody waits long for the end of a deadlock.
    players_.push_back(std::make_unique<player>(
        url, settings + "set deadlock_timeout = '20ms'; set stage.player = " + std::to_string(n)));
    pids += (pids.empty() ? "" : ", ") + std::to_string(players_.back()->pid());
  }
  control_->run("prepare close_gate as select pg_advisory_lock(stage_class(), $1)");
  control_->run("prepare open_gate as select pg_advisory_unlock(stage_class(), $1)");
  control_->run("prepare judge as select string_agg(kind || ' ' || what, E'\\n' order by kind, what) "
                "from stage_breaks($1)");
  control_->run(
      "prepare waits as select string_agg(distinct pid::text, E'\\n') from pg_locks where not granted and "
      "locktype in ('transactionid', 'tuple', 'advisory') and pid in (" +
      pids + ")");
  roles_.resize(most_players);
}

void postgres_stage::instrument() {
  const auto number_of = [this](const std::string& statement) {
    stops_.push_back(statement);
    return static_cast<int>(stops_.size() - 1);
  };
  const std::string own = "from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = "
                          "current_schema()::regnamespace and l.lanname = 'plpgsql' and not "
                          "starts_with(p.proname, 'stage_')";
  for (const std::string& each : lines_of(control_->run("select string_agg(p.oid::text, E'\\n') " + own)))
    control_->run(with_stops(control_->run("select pg_get_functiondef(" + each + ")"), number_of));
}

void postgres_stage::begin(const std::string& situation, const std::vector<std::string>& operations) {
  // Each order leaves dead rows behind, which all that follow would read again and again. To truncate changes
  // no statistics, and so no plan.
  if (++performed_ % 200 == 0) control_->run(forget_);
  control_->run("select stage_set('" + situation + "')");
  done_.clear();
  commits_ = 0;
  for (std::size_t n = 0; n < roles_.size(); ++n) {
    role& part = roles_[n];
    part.phase = n < operations.size() ? state::ready : state::finished;
    part.operation = n < operations.size() ? operations[n] : "";
    part.stops = 0;
    part.committing = false;
  }
}

std::vector<std::size_t> postgres_stage::ready() const {
  std::vector<std::size_t> found;
  for (std::size_t n = 0; n < roles_.size(); ++n)
    if (roles_[n].phase == state::ready || roles_[n].phase == state::stopped) found.push_back(n);
  return found;
}

void postgres_stage::go_on(std::size_t number, outcome& result) {
  let_go_on(number, result);
  settle(result);
}

void postgres_stage::let_go_on(std::size_t number, outcome& result) {
  role& part = roles_[number];
  result.trace += "  " + part.operation + ": ";
  if (part.phase == state::stopped) {
    result.trace += stops_.at(static_cast<std::size_t>(part.stop)) + "\n";
    open_gate(number);
  } else if (part.committing) {
    result.trace += "commit\n";
    players_[number]->send("commit");
  } else {
    result.trace += "begin\n";
    open_gate(number);
    players_[number]->send("begin; select set_config('stage.visits', '0', true); select op_" +
                           part.operation + "()");
  }
  part.phase = state::running;
}

// Closes the gate of the next stop before it opens the one of this.
void postgres_stage::open_gate(std::size_t number) {
  role& part = roles_[number];
  const auto gate = [&](int stop) {
    return "(" + std::to_string(2 * static_cast<int>(number) + stop % 2) + "); ";
  };
  std::string sql;
  bool& next = part.held[(part.stops + 1) % 2];
  if (!next) sql += "execute close_gate" + gate(part.stops + 1);
  next = true;
  bool& here = part.held[part.stops % 2];
  if (here && part.stops > 0) {
    sql += "execute open_gate" + gate(part.stops);
    here = false;
  }
  ++part.stops;
  if (!sql.empty()) control_->run(sql);
}

// Waits until nobody runs, and somebody can be let go on unless all have finished: if all of them wait for
// one another, the server ends one of them soon.
void postgres_stage::settle(outcome& result) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    for (std::size_t n = 0; n < roles_.size(); ++n) hear(n, result);
    const bool stuck = any(state::locked) && !any(state::ready) && !any(state::stopped);
    if (!any(state::running) && !stuck) return;
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("an operation neither ends nor waits:\n" + result.trace);
    if (!somebody_says_something() && any(state::running)) look_at_locks();
  }
}

void postgres_stage::hear(std::size_t number, outcome& result) {
  role& part = roles_[number];
  if (part.phase != state::running && part.phase != state::locked) return;
  const bool ended = players_[number]->has_ended();
  if (const auto stop = players_[number]->takes_stop()) {
    part.stop = *stop;
    part.phase = state::stopped;
  }
  if (ended) take_end(number, result);
}

// Within the time that a statement needs, as a rule.
bool postgres_stage::somebody_says_something() {
  std::vector<pollfd> sockets;
  for (std::size_t n = 0; n < roles_.size(); ++n)
    if (roles_[n].phase == state::running || roles_[n].phase == state::locked)
      sockets.push_back({players_[n]->socket(), POLLIN, 0});
  return ::poll(sockets.data(), sockets.size(), 3) > 0;
}

void postgres_stage::look_at_locks() {
  for (const std::string& pid : lines_of(control_->run("execute waits")))
    for (std::size_t n = 0; n < roles_.size(); ++n)
      if (roles_[n].phase == state::running && std::to_string(players_[n]->pid()) == pid)
        roles_[n].phase = state::locked;
}

bool postgres_stage::any(state what) const {
  return std::ranges::any_of(roles_, [what](const role& each) { return each.phase == what; });
}

void postgres_stage::take_end(std::size_t number, outcome& result) {
  role& part = roles_[number];
  const player& performer = *players_[number];
  if (!performer.failure().empty()) {
    const std::string message = performer.failure().substr(0, performer.failure().find('\n'));
    result.trace += "  " + part.operation + " is refused: " + message + "\n";
    const std::string& how = performer.failure_state();
    if (how == "40P01") {
      result.deadlocked = true;
      result.breaches.push_back({"deadlock", message});
    } else if (how != "DX001" && how != "DX002" && how != "23505") {
      result.breaches.push_back({"error", how + " " + performer.failure()});
    }
    players_[number]->run("rollback");
    finish(part);
  } else if (part.committing) {
    done_ += (done_.empty() ? "" : ", ") + std::string("{\"at\": ") + std::to_string(++commits_) +
             ", \"answer\": " + part.answer + "}";
    finish(part);
  } else {
    part.answer = performer.answer();
    result.trace += "  " + part.operation + " says " + part.answer + "\n";
    part.committing = true;
    part.phase = state::ready;
  }
}

// Whoever waits for a lock waits for the end of somebody.
void postgres_stage::finish(role& part) {
  part.phase = state::finished;
  for (role& each : roles_)
    if (each.phase == state::locked) each.phase = state::running;
}

std::vector<breach> postgres_stage::judged(const std::string& done) {
  std::vector<breach> found;
  for (const std::string& line : lines_of(control_->run("execute judge('[" + done + "]')"))) {
    const auto gap = line.find(' ');
    found.push_back({line.substr(0, gap), line.substr(gap + 1)});
  }
  return found;
}

std::vector<breach> postgres_stage::breaches_after(const std::string& sql, const std::string& done) {
  begin("running", {});
  control_->run(sql);
  return judged(done);
}

}  // namespace duroxide::interleavings
