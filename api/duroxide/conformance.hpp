// The laws (tests) that every store must pass, for authors of providers. Link duroxide::conformance, which is found
// by find_package(duroxide REQUIRED COMPONENTS conformance).
#pragma once

#include "duroxide/provider.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::conformance {

// A store that starts empty and is gone with this object. Each law gets one of its own.
class store_under_test {
public:
  store_under_test() = default;
  store_under_test(const store_under_test&) = delete;
  store_under_test& operator=(const store_under_test&) = delete;
  virtual ~store_under_test() = default;

  // Another provider object on the store, as another process would open it.
  virtual std::shared_ptr<provider> open() = 0;
  // False if each provider object has data of its own. Laws that need two objects on the same data are then skipped,
  // or have their nodes join by one object.
  virtual bool is_shared() const { return true; }
  // False if nothing in the child of a fork can harm the store, because it is in the memory of the process only.
  // Laws of forks are then skipped.
  virtual bool is_fork_sensitive() const { return true; }
};

struct store_kind {
  std::string name;  // for people: "an SQLite file"
  std::function<std::unique_ptr<store_under_test>()> make;
};

// Runs all laws on each kind, and returns the exit code for `main`: 0 only if laws were run, and all of them passed.
// The arguments are those of a Catch2 program: none runs all laws, "[#turns]" those of turns, --help lists the
// rest. The program's own Catch2 tests are run as well. REQUIRES: a kind; called once.
int run(int argc, char** argv, std::vector<store_kind> kinds);

}  // namespace duroxide::conformance
