#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int messages = 10;
constexpr std::chrono::minutes patience{10};
constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int(int)> adder{"Adder"};

task<int> run_adder(orchestration_context ctx, int sum) {
  for (int i = 0; i < messages; ++i) {
    int number = co_await ctx.dequeue_event(numbers);
    sum += number;
    ctx.set_custom_status("took " + std::to_string(i));
  }
  co_return sum;
}

// Sends message `number`, waits for its acknowledgement, and goes on with the next one.
void send(client_port& port, const std::string& instance, std::uint64_t number, std::function<void()> done) {
  if (number == messages) return done();
  message next;
  next.kind = message_kind::enqueued;
  next.instance = instance;
  next.name = numbers.name();
  next.data = std::to_string(number);
  port.post(std::move(next), [](auto) {});
  port.wait({instance, number, std::nullopt, patience},
            [&port, instance, number, done = std::move(done)](auto acknowledged) {
              if (!acknowledged) return done();  // how the instance ends says what is wrong
              send(port, instance, number + 1, done);
            });
}

}  // namespace

workload queue() {
  workload w;
  w.name = "queue";
  w.one_instance_does = "10 messages of a queue, each sent when the one before is acknowledged";
  w.orchestration = adder.name();
  w.instances = 500;
  w.steps = messages;
  w.register_handlers = [](runtime& runtime) { runtime.register_orchestration(adder, run_adder); };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + messages * (messages - 1) / 2); };
  w.talk = [](client_port& port, const std::string& instance, std::function<void()> done) {
    send(port, instance, 0, std::move(done));
  };
  return w;
}

}  // namespace duroxide::bench
