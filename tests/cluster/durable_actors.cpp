// Durable actors on nodes that are killed: each command that was answered is applied once, and no other.
#include "tests/cluster/fixture.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace duroxide::cluster_tests {
namespace {

using namespace std::chrono_literals;

// How much of it is done: DUROXIDE_TEST_KILLS=40 is two minutes of it.
std::size_t kills_wanted() {
  const char* text = std::getenv("DUROXIDE_TEST_KILLS");
  return text == nullptr ? 4 : std::stoul(text);
}
constexpr std::size_t purses = 1000;
constexpr std::size_t between_kills = 1000;  // answers, at least

std::string purse_number(std::size_t number) { return "purse-" + std::to_string(number); }

// Give commands to random purses, each of them until it is answered. Threads of their own.
class givers {
public:
  givers(client through, std::size_t count) : through_(std::move(through)) {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this, i] { give(i); });
  }
  givers(const givers&) = delete;
  givers& operator=(const givers&) = delete;
  ~givers() { stop(); }

  void stop() {
    stopping_ = true;
    for (std::thread& each : threads_)
      if (each.joinable()) each.join();
  }
  long coins() const { return coins_; }
  std::size_t answers() const { return answers_; }
  std::string wrong() {
    const std::lock_guard lock(mutex_);
    return wrong_;
  }

private:
  void give(std::size_t seed) {
    std::mt19937_64 chance(seed);
    while (!stopping_) {
      const std::size_t one = chance() % purses;
      const std::size_t other = chance() % purses;
      const std::string from = purse_number(std::min(one, other));
      const std::string to = purse_number(std::max(one, other));
      // Two that hand over to each other would wait for ever: they do it in one direction only.
      if (chance() % 10 == 0 && from != to) {
        answer_to([&](const ask_options& same) { return through_.ask(purse[from], hand_over, to, same); });
      } else {
        answer_to([&](const ask_options& same) { return through_.ask(purse[from], put_in, 1, same); });
        ++coins_;
      }
    }
  }
  // The same command again and again, as somebody does who has to know.
  template <class Ask> void answer_to(Ask ask) {
    ask_options same(3s);
    same.id = new_command_id();
    while (true) {
      try {
        ask(same);
        ++answers_;
        return;
      } catch (const timeout_error&) {
        continue;
      } catch (const std::exception& e) {
        const std::lock_guard lock(mutex_);
        wrong_ += std::string(e.what()) + "\n";
        return;
      }
    }
  }

  client through_;
  std::atomic<bool> stopping_ = false;
  std::atomic<long> coins_ = 0;
  std::atomic<std::size_t> answers_ = 0;
  std::mutex mutex_;
  std::string wrong_;
  std::vector<std::thread> threads_;
};

long coins_in_all(const client& through) {
  std::vector<std::future<long>> balances;
  for (std::size_t i = 0; i < purses; ++i)
    balances.push_back(through.async().ask(purse[purse_number(i)], put_in, 0, patience));
  long sum = 0;
  for (auto& each : balances) sum += each.get();
  return sum;
}

LAW("a thousand actors on two nodes that are killed in turn apply each command once") {
  cluster nodes;
  std::vector<node_process*> alive{&nodes.start("a"), &nodes.start("b")};
  REQUIRE(nodes.becomes_balanced(2));
  givers all(nodes.client(), 16);
  for (std::size_t kill = 0; kill < kills_wanted(); ++kill) {
    const std::size_t before = all.answers();
    REQUIRE(eventually([&] { return all.answers() - before >= between_kills; }, patience));
    node_process*& victim = alive[kill % 2];
    victim->kill();
    victim = &nodes.start("n" + std::to_string(kill));
  }
  all.stop();
  CHECK(all.wrong() == "");
  CHECK(coins_in_all(nodes.client()) == all.coins());
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
