#include "tests/persistence/sqlite/interleavings/stage.hpp"

#include "duroxide/sqlite_provider.hpp"
#include "tests/persistence/interleavings/scripts.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>

namespace duroxide::interleavings {

namespace sqlite = persistence::sqlite;

namespace {

constexpr std::chrono::milliseconds long_enough = std::chrono::seconds(20);
// Longer than a statement takes as a rule: who has said nothing by then waits for the lock.
constexpr std::chrono::milliseconds a_moment{2};

std::string replaced(std::string text, std::string_view what, std::string_view replacement) {
  for (std::size_t place = 0; (place = text.find(what, place)) != std::string::npos;
       place += replacement.size())
    text.replace(place, what.size(), replacement);
  return text;
}

std::string script_for(const std::string& situation) {
  const auto part = [](const char* name) { return script(std::string("sqlite/interleavings/") + name); };
  std::string sql = replaced(part("situation.sql"), "STATE", situation == "ended" ? "completed" : "running");
  if (situation != "ended") sql += part("running.sql");
  if (situation == "alone" || situation == "single") sql += part("without_parent.sql");
  if (situation == "single") sql += part("without_child.sql");
  return "begin immediate;" + sql + "commit;";
}

// The node that has died when `operation` begins.
std::optional<std::size_t> dead_for(const std::string& operation) {
  if (operation == "expire_owner") return 1;
  if (operation == "expire_claimer") return 3;
  return std::nullopt;
}

}  // namespace

sqlite_stage::sqlite_stage() : roles_(most_players) {
  for (std::size_t n = 0; n < most_players; ++n)
    players_.push_back(std::make_unique<player>(folder_.file("stage.db")));
}

// Nothing of it may be inherited by a player.
void sqlite_stage::open() {
  if (control_) return;
  (void)sqlite_provider::open(folder_.file("stage.db"));  // makes the tables
  control_ = std::make_unique<sqlite::database>(folder_.file("stage.db"), SQLITE_OPEN_READWRITE);
  control_->run_script("pragma synchronous = off; pragma temp_store = memory");
  control_->run_script(view_of_questions("create temp view"));
  what_must_hold_ = script("sqlite/interleavings/said.sql") + script("interleavings/holds.sql");
}

void sqlite_stage::set(const std::string& situation) {
  for (std::size_t n = 0; n < players_.size(); ++n) ask(n, "forget");
  control_->run_script(script_for(situation));
  for (std::size_t n = 0; n < alive_.size(); ++n) {
    if (alive_[n]) continue;
    alive_[n].emplace(folder_.file("stage.db"));
    alive_[n]->live_as(n + 1);
    if (n == 0 && !alive_[n]->try_own_shards()) throw std::runtime_error("somebody owns the shards");
  }
}

void sqlite_stage::begin(const std::string& situation, const std::vector<std::string>& operations) {
  open();
  set(situation);
  done_.clear();
  commits_ = 0;
  for (std::size_t n = 0; n < roles_.size(); ++n) {
    roles_[n] = {};
    if (n >= operations.size()) continue;
    roles_[n].operation = operations[n];
    roles_[n].phase = state::ready;
    ask(n, "prepare " + operations[n] + " " + std::to_string(n));
  }
  for (const std::string& each : operations)
    if (const auto node = dead_for(each)) alive_.at(*node - 1).reset();
}

std::vector<std::size_t> sqlite_stage::ready() const {
  std::vector<std::size_t> found;
  for (std::size_t n = 0; n < roles_.size(); ++n)
    if (roles_[n].phase == state::ready) found.push_back(n);
  return found;
}

void sqlite_stage::go_on(std::size_t number, outcome& result) {
  role& part = roles_[number];
  result.trace +=
      "  " + part.operation + ": " + (part.next.empty() ? "begin" : part.next.substr(0, 90)) + "\n";
  part.phase = state::running;
  part.holds = false;
  players_[number]->say("go");
  settle(result);
}

bool sqlite_stage::any(state what) const {
  return std::ranges::any_of(roles_, [what](const role& each) { return each.phase == what; });
}

bool sqlite_stage::is_locked() const { return std::ranges::any_of(roles_, &role::holds); }

// Waits until nobody runs; and while somebody waits for a lock that nobody has.
void sqlite_stage::settle(outcome& result) {
  const auto deadline = std::chrono::steady_clock::now() + long_enough;
  while (any(state::running) || (any(state::locked) && !is_locked())) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("an operation neither ends nor waits:\n" + result.trace);
    std::vector<pollfd> sockets;
    for (std::size_t n = 0; n < roles_.size(); ++n)
      if (roles_[n].phase == state::running || roles_[n].phase == state::locked)
        sockets.push_back({players_[n]->socket(), POLLIN, 0});
    const bool silent = ::poll(sockets.data(), sockets.size(), static_cast<int>(a_moment.count())) == 0;
    for (std::size_t n = 0; n < roles_.size(); ++n) {
      role& part = roles_[n];
      if (part.phase != state::running && part.phase != state::locked) continue;
      if (const auto line = players_[n]->hear(std::chrono::milliseconds(0))) hear(n, *line, result);
      if (silent && is_locked() && part.phase == state::running) part.phase = state::locked;
    }
  }
}

void sqlite_stage::hear(std::size_t number, const std::string& line, outcome& result) {
  role& part = roles_[number];
  const auto gap = line.find(' ');
  const std::string word = line.substr(0, gap);
  const std::string rest = gap == std::string::npos ? "" : line.substr(gap + 1);
  if (word == "stop" || word == "holds") {
    part.phase = state::ready;
    part.next = rest;
    part.holds = word == "holds";
    return;
  }
  part.phase = state::finished;
  result.trace += "  " + part.operation + ": " + line + "\n";
  if (word == "error") result.breaches.push_back({"error", rest});
  if (word == "end")
    done_ += (done_.empty() ? "" : ", ") + std::string("{\"at\": ") + std::to_string(++commits_) +
             ", \"answer\": " + rest + "}";
}

void sqlite_stage::ask(std::size_t number, const std::string& line) {
  players_[number]->say(line);
  const auto answer = players_[number]->hear(long_enough);
  if (answer != "ready") throw std::runtime_error(line + ": " + answer.value_or("no answer"));
}

std::vector<breach> sqlite_stage::judged(const std::string& done) {
  std::vector<breach> found;
  sqlite::statement asked(control_->handle(), what_must_hold_);
  const std::string report = "[" + done + "]";
  asked.bind(sqlite::bound_bytes::stay, std::string_view(report));
  const auto column = [&](int number) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(asked.handle(), number));
    return std::string(text == nullptr ? "" : text);
  };
  while (asked.step()) found.push_back({column(0), column(1)});
  return found;
}

std::vector<breach> sqlite_stage::breaches_after(const std::string& sql, const std::string& done) {
  begin("running", {});
  control_->run_script(sql);
  return judged(done);
}

}  // namespace duroxide::interleavings
