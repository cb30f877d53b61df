// The hook of the log, without a runtime.
#include "duroxide/detail/log_hook.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <atomic>
#include <future>
#include <limits>
#include <memory>
#include <stdexcept>

namespace laws_of_the_log {

using namespace duroxide;

namespace {

// Logs as the engine does. False: there is no hook.
bool say(const std::string& text, trace_level level = trace_level::info) {
  return detail::pass_to_log_hook(level, [&] { return log_record{level, {}, "law", text, {}}; });
}

// Keeps the texts.
log_hook kept_in(std::vector<std::string>& texts) {
  return [&texts](const log_record& record) { texts.push_back(record.text); };
}

using texts = std::vector<std::string>;

}  // namespace

LAW("a value of the log is text") {
  CHECK(to_text(log_value(std::string("a b"))) == "a b");
  CHECK(to_text(log_value(std::int64_t(-17))) == "-17");
  CHECK(to_text(log_value(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(to_text(log_value(0.5)) == "0.5");
  CHECK(to_text(log_value(std::numeric_limits<double>::lowest())) == "-1.7976931348623157e+308");
  CHECK(to_text(log_value(true)) == "true");
  CHECK(to_text(log_value(false)) == "false");
  CHECK(to_string(trace_level::debug) == "debug");
  CHECK(to_string(trace_level::info) == "info");
  CHECK(to_string(trace_level::warn) == "warn");
  CHECK(to_string(trace_level::error) == "error");
}

LAW("a field of a record is found by its name") {
  const log_record record{trace_level::info, {}, "law", "text", {{"a", std::string("b")}, {"n", true}}};
  REQUIRE(record.field("n") != nullptr);
  CHECK(*record.field("n") == log_value(true));
  CHECK(record.field("m") == nullptr);
}

LAW("a hook gets what is said while it is set, and the one before it is back after it") {
  texts outer;
  texts inner;
  CHECK_FALSE(say("nobody"));
  {
    const scoped_log_hook first(kept_in(outer));
    CHECK(say("a"));
    {
      const scoped_log_hook second(kept_in(inner));
      CHECK(say("b"));
    }
    CHECK(say("c"));
    set_log_hook(kept_in(inner));
    CHECK(say("d"));
    set_log_hook({});
    CHECK_FALSE(say("nobody"));
  }
  CHECK_FALSE(say("nobody"));
  CHECK(outer == texts{"a", "c"});
  CHECK(inner == texts{"b", "d"});
}

LAW("a record below the level that a hook asks for is not made, and is for nobody") {
  texts told;
  const scoped_log_hook hook(kept_in(told), trace_level::warn);
  int made = 0;
  for (const auto level : {trace_level::debug, trace_level::info, trace_level::warn, trace_level::error}) {
    const auto make = [&] {
      ++made;
      return log_record{level, {}, "law", std::string(to_string(level)), {}};
    };
    CHECK(detail::pass_to_log_hook(level, make));
  }
  CHECK(made == 2);
  CHECK(told == texts{"warn", "error"});
}

LAW("what a hook throws is dropped with its record") {
  int calls = 0;
  const scoped_log_hook hook([&](const log_record&) {
    if (++calls == 1) throw std::runtime_error("a hook that fails");
    if (calls == 2) throw calls;
  });
  for (int i = 0; i < 3; ++i) CHECK(say("a"));
  CHECK(calls == 3);
}

LAW("what is said inside a hook is not for a hook") {
  int calls = 0;
  bool taken = true;
  const scoped_log_hook hook([&](const log_record&) {
    ++calls;
    taken = say("inside");
  });
  CHECK(say("outside"));
  CHECK(calls == 1);
  CHECK_FALSE(taken);
}

LAW("a hook may replace itself, and is destroyed after its call") {
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = owned;
  bool lived = false;
  set_log_hook([&lived, watched, kept = std::move(owned)](const log_record&) {
    set_log_hook({});
    lived = !watched.expired();
  });
  CHECK(say("a"));
  CHECK(lived);
  CHECK(watched.expired());
  CHECK_FALSE(say("b"));
}

LAW("who replaces a hook comes back when nobody is in it any more, and it is destroyed") {
  using testing_support::eventually;
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = owned;
  std::atomic<bool> entered = false;
  std::atomic<bool> released = false;
  set_log_hook([&, kept = std::move(owned)](const log_record&) {
    entered = true;
    released.wait(false);
  });
  auto call = std::async(std::launch::async, [] { return say("a"); });
  CHECK(eventually([&] { return entered.load(); }));
  auto removed = std::async(std::launch::async, [&] {
    set_log_hook({});
    return released.load() && watched.expired();
  });
  CHECK(eventually([] { return !detail::has_log_hook; }));
  CHECK_FALSE(say("b"));
  released = true;
  released.notify_all();
  CHECK(removed.get());
  CHECK(call.get());
}

LAW("threads may log while the hook changes, and no hook is called after its end") {
  std::atomic<bool> done = false;
  std::atomic<int> late = 0;
  std::vector<std::future<void>> threads;
  for (int i = 0; i < 3; ++i)
    threads.push_back(std::async(std::launch::async, [&] {
      while (!done) say("a");
    }));
  for (int i = 0; i < 300; ++i) {
    std::atomic<bool> over = false;
    std::atomic<int> calls = 0;
    {
      const scoped_log_hook hook([&](const log_record&) {
        ++calls;
        if (over) ++late;
      });
      CHECK(testing_support::eventually([&] { return calls > 0; }));
    }
    over = true;
  }
  done = true;
  for (auto& each : threads) each.get();
  CHECK(late == 0);
}

}  // namespace laws_of_the_log
