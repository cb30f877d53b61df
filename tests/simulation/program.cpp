#include "tests/simulation/program.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace duroxide::simulation {

namespace {

constexpr std::int64_t modulus = 1'000'003;

// Kinds that need nobody from outside, and so can be parts of anything.
constexpr std::array<std::string_view, 14> kinds_of_parts{"work",   "work",   "work",  "flaky", "failing",
                                                          "pinned", "tagged", "sleep", "child", "all",
                                                          "first",  "late",   "draw",  "broken"};

class generator {
public:
  generator(internal::dice& chance, std::uint64_t size) : chance_(chance), left_(size) {}

  program make() {
    program made;
    made.steps = sequence(0, true);
    made.fails = chance_.once_in(12);
    return made;
  }

private:
  std::int64_t small() { return 1 + static_cast<std::int64_t>(chance_.below(9)); }

  std::vector<step> sequence(int depth, bool is_root) {
    std::vector<step> steps;
    const std::uint64_t count = 1 + chance_.below(depth == 0 ? 6 : 3);
    for (std::uint64_t i = 0; i < count && left_ > 0; ++i)
      steps.push_back(is_root && chance_.once_in(3) ? outer() : part(depth));
    if (is_root && depth < 3 && left_ > 2 && chance_.once_in(4)) {
      step again{"again", 0};
      again.parts = sequence(depth + 1, true);
      steps.push_back(std::move(again));
    }
    if (steps.empty()) steps.push_back({"work", small()});
    return steps;
  }

  // Only the workflow itself, in its own thread of control, can do these.
  step outer() {
    left_ -= std::min<std::uint64_t>(left_, 1);
    switch (chance_.below(5)) {
    case 0: return {"take", ++taken_};
    case 1: return {"take", ++taken_};
    case 2: return {"signal", ++signals_};
    case 3: return {"keep", small()};
    default: break;
    }
    step launch{"launch", ++launched_};
    launch.parts.push_back({"work", small()});
    return launch;
  }

  step part(int depth) {
    left_ -= std::min<std::uint64_t>(left_, 1);
    step made{std::string(kinds_of_parts[chance_.below(kinds_of_parts.size())]), small()};
    if (made.kind == "work" && made.n == 8) made.kind = "ask";
    if (made.kind == "work" && made.n == 9) made.kind = "await";
    const bool holds_parts = made.kind == "all" || made.kind == "first" || made.kind == "child";
    if (holds_parts && depth >= 3) made.kind = "work";
    if (made.kind == "sleep" || made.kind == "late")
      made.n = chance_.once_in(4) ? small() * 20'000 : small() * 3;
    if (made.kind == "all")
      for (std::uint64_t count = 2 + chance_.below(4); count > 0; --count)
        made.parts.push_back(part(depth + 1));
    if (made.kind == "first") made.parts.push_back(part(depth + 1));
    if (made.kind == "child") made.parts = sequence(depth + 1, false);
    return made;
  }

  internal::dice& chance_;
  std::uint64_t left_;
  std::int64_t taken_ = 0;
  std::int64_t signals_ = 0;
  std::int64_t launched_ = 0;
};

std::int64_t answer_of(const std::vector<step>& steps, std::int64_t sum);

std::int64_t value_of(const step& given) {
  const std::string& kind = given.kind;
  if (kind == "work" || kind == "flaky" || kind == "pinned" || kind == "tagged") return worked(given.n);
  if (kind == "ask" || kind == "await") return worked(given.n);
  if (kind == "failing") return 7;
  if (kind == "sleep") return 1;
  if (kind == "first") return value_of(given.parts.front());
  if (kind == "late") return 9;
  if (kind == "child") return answer_of(given.parts, 0);
  if (kind == "broken") return 11;
  if (kind == "take") return 13 * given.n;
  if (kind == "draw") return 17;
  if (kind == "launch") return 19;
  if (kind == "all") {
    std::int64_t sum = 0;
    for (const step& each : given.parts) sum += value_of(each);
    return sum;
  }
  return given.n;  // signal, keep
}

std::int64_t answer_of(const std::vector<step>& steps, std::int64_t sum) {
  for (const step& each : steps) {
    if (each.kind == "again") return answer_of(each.parts, sum);
    sum = combined(sum, value_of(each));
  }
  return sum;
}

void collect(const std::vector<step>& steps, const std::string& instance, std::vector<launched>& found) {
  for (const step& each : steps) {
    if (each.kind == "again") collect(each.parts, instance, found);
    if (each.kind == "launch") found.push_back({launched_id(instance, each.n), {each.parts}});
  }
}

std::int64_t count(std::string_view kind, const std::vector<step>& steps) {
  std::int64_t sum = 0;
  for (const step& each : steps) {
    if (each.kind == "again") sum += count(kind, each.parts);
    if (each.kind == kind) ++sum;
  }
  return sum;
}

// As if nothing were done side by side.
std::int64_t milliseconds_of(const std::vector<step>& steps) {
  std::int64_t sum = 0;
  for (const step& each : steps)
    sum += each.kind == "sleep" || each.kind == "late" ? each.n : milliseconds_of(each.parts);
  return sum;
}

}  // namespace

std::int64_t worked(std::int64_t n) { return 3 * n + 1; }

std::int64_t combined(std::int64_t sum, std::int64_t value) { return (31 * sum + value) % modulus; }

program make_program(internal::dice& chance, std::uint64_t size) { return generator(chance, size).make(); }

std::int64_t answer_of(const program& script) { return answer_of(script.steps, script.sum); }

std::int64_t messages_of(const program& script) { return count("take", script.steps); }

std::int64_t signals_of(const program& script) { return count("signal", script.steps); }

std::int64_t milliseconds_of(const program& script) { return milliseconds_of(script.steps); }

std::vector<launched> launches_of(const program& script, const std::string& instance) {
  std::vector<launched> found;
  collect(script.steps, instance, found);
  return found;
}

std::string launched_id(const std::string& parent, std::int64_t n) {
  return parent + "-launched-" + std::to_string(n);
}

}  // namespace duroxide::simulation
