// When the store is asked for an instance.
#include "tests/simulation/scripted.hpp"

#include <chrono>

namespace laws_of_loads {

using namespace duroxide;
using namespace duroxide::simulation;
using namespace std::chrono_literals;

LAW("a sub-orchestration of this node is run without being read back") {
  int loads = 0;
  scripted world(
      4, [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
        loads += operation == "load" && !after ? 1 : 0;
        return std::nullopt;
      });
  world.start("node", {});
  std::vector<step> children;
  for (int i = 1; i <= 10; ++i)
    children.push_back({.kind = "child", .n = i, .parts = {{.kind = "work", .n = i}}});
  world.start_workflow("w", {{.kind = "all", .parts = children}});
  CHECK(world.completes("w", 1min));
  CHECK(world.runs().size() == 10);
  CHECK(loads == 1);  // of "w", which a client elsewhere has started
}

}  // namespace laws_of_loads
