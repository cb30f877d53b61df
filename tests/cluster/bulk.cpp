// Many instances at a time, from the command line, beside nodes that run them.
#include "tests/cluster/fixture.hpp"

#include <atomic>
#include <numeric>
#include <thread>

namespace duroxide::cluster_tests {
namespace {

constexpr int readers = 24;

std::string reader(int number) { return "reader-" + std::to_string(number); }

// `duroxide list FILTER --output ids | duroxide VERB`.
void for_all(const cluster& nodes, const std::string& filter, const std::string& verb) {
  const std::string command = DUROXIDE_COMMAND;
  const auto done = testing_support::run_program(
      {"bash", "-c",
       "set -o pipefail; export DUROXIDE_STORE='" + nodes.url() + "'; '" + command + "' list \"" + filter +
           "\" --limit 1000 --output ids | '" + command + "' " + verb});
  INFO(done.output);
  REQUIRE(done.exit_code == 0);
}

// Sends letters on a thread of its own, the same to each reader, in rounds, until it is told to end.
class sender {
public:
  explicit sender(client through) : thread_([this, through = std::move(through)] { send_all(through); }) {}
  ~sender() { is_over_ = true; }

  int rounds() const { return rounds_; }
  // Gives how many letters each has got.
  int end() {
    is_over_ = true;
    thread_.join();
    return rounds_;
  }

private:
  static void send(const client& through, int letter) {
    for (int i = 0; i < readers; ++i) through.instance(reader(i)).enqueue(letters, letter);
  }
  void send_all(const client& through) {
    while (!is_over_) {
      send(through, rounds_);
      ++rounds_;
    }
    send(through, -1);
  }

  std::atomic<bool> is_over_ = false;
  std::atomic<int> rounds_ = 0;
  std::jthread thread_;
};

// How much each has read.
std::vector<std::string> progress(const client& through) {
  std::vector<std::string> all;
  for (int i = 0; i < readers; ++i)
    all.push_back(through.instance(reader(i)).status().custom_status.value_or("nothing"));
  return all;
}

LAW("all of one orchestration is paused and resumed by its filter, while messages arrive and a node dies") {
  cluster nodes;
  node_process& victim = nodes.start("victim");
  nodes.start("a");
  REQUIRE(nodes.becomes_balanced(2));
  const client through = nodes.client();
  const auto paused = [&] {
    return nodes.admin().count("orchestration = Reads and state = paused").front().instances;
  };
  for (int i = 0; i < readers; ++i) through.start(reads, reader(i));
  through.start(patient, "patient", 1);
  sender mail(through);
  REQUIRE(eventually([&] { return mail.rounds() >= 5; }, patience));
  for_all(nodes, "orchestration = Reads and state in (not_started, active)", "pause - --reason inventory");
  REQUIRE(eventually([&] { return paused() == readers; }, patience));
  const auto before = progress(through);

  // All else goes on, and so do the messages.
  const int then = mail.rounds();
  REQUIRE(eventually([&] { return mail.rounds() >= then + 5; }, patience));
  through.instance("patient").raise(go, 2);
  CHECK(through.instance(patient, "patient").result(patience) == 4);
  std::vector<int> in_order(static_cast<std::size_t>(mail.end()));
  std::iota(in_order.begin(), in_order.end(), 0);
  victim.kill();
  REQUIRE(nodes.becomes_balanced(1));
  nodes.start("b");
  CHECK(paused() == readers);
  CHECK(progress(through) == before);

  for_all(nodes, "problem = paused", "resume -");
  for (int i = 0; i < readers; ++i) CHECK(through.instance(reads, reader(i)).result(patience) == in_order);
  CHECK(nodes.admin().count("", "state") == std::vector<group_count>{{"ended", readers + 1}});
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
