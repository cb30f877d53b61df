// Rule: the library locks by duroxide/detail/mutex.hpp, whose annotations clang checks, and by nothing else.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace laws_of_locks {

using namespace tidy;

namespace {

constexpr std::string_view where_they_are_made = "api/duroxide/detail/mutex.hpp";
constexpr std::array<std::string_view, 4> layers{"actors/", "api/duroxide/", "persistence/", "runtime/"};
constexpr std::array<std::string_view, 10> plain{
    "std::mutex",      "std::timed_mutex",       "std::recursive_mutex", "std::shared_mutex",
    "std::lock_guard", "std::scoped_lock",       "std::unique_lock",     "std::shared_lock",
    "std::lock",       "std::condition_variable"};

std::string lock_findings(const source& file) {
  const bool is_library = std::ranges::any_of(layers, [&](auto each) { return file.is_under(each); });
  if (!is_library || !file.is_cpp() || file.path == where_they_are_made) return {};
  std::string findings;
  std::size_t line = 0;
  const auto code = code_only(file.text);
  for (const auto each : lines_of(code)) {
    ++line;
    for (const auto name : plain)
      if (has_word(each, name))
        findings += finding(file, line, "clang cannot check a plain lock: use duroxide/detail/mutex.hpp");
  }
  return findings;
}

}  // namespace

LAW("the library has no plain mutexes, locks and condition variables") {
  CHECK(findings_in_tree(lock_findings) == "");
}

LAW("a plain mutex, lock or condition variable is found") {
  CHECK(lock_findings({"actors/a.hpp", "int a;\nstd::mutex mutex_;"}) ==
        "actors/a.hpp:2: clang cannot check a plain lock: use duroxide/detail/mutex.hpp\n");
  CHECK(lock_findings({"persistence/a.cpp", "const std::lock_guard lock(mutex_);"}) != "");
  CHECK(lock_findings({"api/duroxide/a.hpp", "std::condition_variable changed;"}) != "");
  CHECK(lock_findings({"actors/a.cpp", "// std::mutex\ndetail::mutex mutex_;"}) == "");
  CHECK(lock_findings({"actors/a.cpp", "std::condition_variable_any waits_on_any_lock;"}) == "");
  CHECK(lock_findings({"bench/a.cpp", "std::mutex mutex_;"}) == "");
}

}  // namespace laws_of_locks
