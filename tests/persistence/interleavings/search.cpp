#include "tests/persistence/interleavings/search.hpp"

#include <atomic>
#include <cstdlib>
#include <future>
#include <mutex>

namespace duroxide::interleavings {

namespace {

std::string setting(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::size_t most_orders_of(const meeting& each) {
  const auto of_pair = std::stoul(setting("DUROXIDE_TEST_ORDERS", "40"));
  return each.operations.size() == 2 ? of_pair : 4 * of_pair;
}

findings found_in(stage& scene, const meeting& each) {
  findings found;
  orders left;
  for (std::size_t tried = 0; tried < most_orders_of(each); ++tried) {
    const auto first = left.next();
    if (!first) break;
    const outcome came = scene.perform(each.situation, each.operations, *first);
    left.add(came.made);
    findings here;
    for (const breach& what : came.breaches) here[each.name() + ": " + what.kind] += what.what + "\n  ";
    for (const auto& [name, what] : here) found.try_emplace(name, what + "\n" + came.trace);
  }
  return found;
}

}  // namespace

findings found_in(const std::vector<meeting>& all, std::vector<std::unique_ptr<stage>> stages) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  findings found;
  const auto work = [&](stage& scene) {
    for (std::size_t n = next++; n < all.size(); n = next++) {
      findings more = found_in(scene, all[n]);
      const std::lock_guard lock(mutex);
      found.merge(std::move(more));
    }
  };
  std::vector<std::future<void>> workers;
  for (const auto& each : stages)
    workers.push_back(std::async(std::launch::async, [&work, &each] { work(*each); }));
  for (auto& each : workers) each.get();
  return found;
}

std::vector<meeting> chosen_meetings(store_kind kind) {
  std::vector<meeting> all = all_meetings(kind);
  const std::string part = setting("DUROXIDE_TEST_MEETINGS", "");
  std::erase_if(all, [&](const meeting& each) { return each.name().find(part) == std::string::npos; });
  return all;
}

}  // namespace duroxide::interleavings
