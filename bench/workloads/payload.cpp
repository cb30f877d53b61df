#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

#include <random>

namespace duroxide::bench {

namespace {

constexpr int steps = 5;
constexpr std::size_t length = std::size_t{64} * 1024;
constexpr activity<std::string(std::string)> shift_letters{"shift_letters"};
constexpr orchestration<std::string(std::string)> pipeline{"Payload"};

// As JSON needs no escapes, and no store can compress much.
std::string text_of(std::size_t i) {
  std::minstd_rand random(static_cast<std::minstd_rand::result_type>(i + 1));
  std::string text(length, ' ');
  for (char& each : text) each = static_cast<char>('a' + random() % 26);
  return text;
}

std::string shifted(std::string text, int distance) {
  for (char& each : text) each = static_cast<char>('a' + (each - 'a' + distance) % 26);
  return text;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

task<std::string> run_pipeline(orchestration_context ctx, std::string text) {
  for (int i = 0; i < steps; ++i) {
    std::string next = co_await ctx.schedule_activity(shift_letters, text);
    text = std::move(next);
  }
  co_return text;
}

}  // namespace

workload payload() {
  workload w;
  w.name = "payload";
  w.one_instance_does = "5 activities in a row with 64 KiB in and out";
  w.orchestration = pipeline.name();
  w.instances = 500;
  w.in_flight = 50;
  w.steps = steps;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(
        shift_letters, [](activity_context&, std::string text) { return shifted(std::move(text), 1); });
    runtime.register_orchestration(pipeline, run_pipeline);
  };
  w.input = [](std::size_t i) { return quoted(text_of(i)); };
  w.expected_output = [](std::size_t i) { return quoted(shifted(text_of(i), steps)); };
  return w;
}

}  // namespace duroxide::bench
