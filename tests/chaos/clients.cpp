#include "tests/chaos/clients.hpp"

#include "tests/chaos/contracts.hpp"
#include "tests/chaos/kinds.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <utility>

namespace duroxide::chaos {

namespace {

using std::chrono::steady_clock;

// Instances that are on their way at a time.
constexpr std::size_t at_a_time = 96;
// Longer than anything takes that comes to an end: some outages, one after the other.
constexpr std::chrono::seconds patience{180};

// While the store is away, a client is told so, and asks again.
template <class Operation> auto insist(Operation operation) {
  constexpr std::chrono::milliseconds pause{50};
  const auto deadline = steady_clock::now() + patience;
  std::mutex mutex;
  std::unique_lock lock(mutex);
  for (std::condition_variable never;; never.wait_for(lock, pause)) {
    try {
      return operation();
    } catch (const infrastructure_error& e) {
      if (steady_clock::now() > deadline) throw;
    }
  }
}

// What was perhaps sent is sent again; if it was sent, it may have ended the instance.
template <class Send> void insist_on_sending(Send send) {
  insist([&] {
    try {
      send();
    } catch (const instance_error& e) {
      if (e.kind() != error_kind::instance_terminal) throw;
    }
  });
}

std::string text_of(const instance_status& ended) {
  if (ended.status == runtime_status::completed) return ended.output;
  return std::string(to_string(ended.status)) + (ended.error ? ": " + ended.error->message : "");
}

}  // namespace

clients::clients(client through, std::size_t instances)
    : client_(std::move(through)), instances_(instances), busy_(at_a_time) {
  for (std::size_t i = 0; i < at_a_time; ++i) threads_.emplace_back([this] { work(); });
}

clients::~clients() {
  begun_ += instances_;
  may_end();
  for (std::thread& each : threads_) each.join();
}

void clients::work() {
  while (const auto number = next()) {
    const auto kinds = all_kinds();
    const kind_of_work& kind = kinds[*number % kinds.size()];
    try {
      see_through(kind, *number);
    } catch (const std::exception& e) {
      note(lost_, kind.id + std::to_string(*number) + ": " + e.what());
    }
    ++finished_;
  }
  --busy_;
}

std::optional<std::size_t> clients::next() {
  const std::size_t number = begun_++;
  if (number >= instances_ && may_end_) return std::nullopt;
  return number;
}

void clients::see_through(const kind_of_work& kind, std::size_t number) {
  const std::string id = kind.id + std::to_string(number);
  const int input = kind.input(static_cast<int>(number % 1'000'000));
  activities_ += static_cast<std::size_t>(kind.activities(input));
  start(kind, id, input);
  feed(kind, id, input);
  await(id, std::to_string(kind.output(input)));
  if (kind.contract == &keeper) look_at_values(id, kind.output(input));
  if (kind.contract == &starter) await(id + detached_suffix, std::to_string(input));
}

void clients::start(const kind_of_work& kind, const std::string& id, int input) {
  insist([&] { return client_.start(*kind.contract, id, input); });
}

void clients::feed(const kind_of_work& kind, const std::string& id, int input) {
  switch (kind.while_it_runs) {
  case kind_of_work::wants::nothing: return;
  case kind_of_work::wants::an_event:
    insist([&] { return client_.instance(id).wait_for_status_change(0, patience); });
    insist_on_sending([&] { client_.instance(id).raise(go, brought); });
    return;
  case kind_of_work::wants::some_numbers: break;
  }
  const int count = kind.contract == &relay ? digits_of_relay : input;
  for (int each = 1; each <= count; ++each)
    insist_on_sending([&] { client_.instance(id).enqueue(numbers, each); });
}

void clients::await(const std::string& id, const std::string& output) {
  const auto deadline = steady_clock::now() + patience;
  const auto ended = insist([&] {
    const auto rest = std::chrono::ceil<duration>(deadline - steady_clock::now());
    return client_.instance(id).wait(std::max(rest, duration(1)));
  });
  if (const std::string got = text_of(ended); got != output)
    note(wrong_, id + ": " + got + ", not " + output);
}

void clients::look_at_values(const std::string& id, int expected) {
  const auto kept = insist([&] { return client_.instance(id).kv_value<int>(total); });
  if (kept != expected) note(wrong_, id + ": the value that it keeps is not " + std::to_string(expected));
}

void clients::note(std::vector<std::string>& list, std::string line) {
  const std::lock_guard lock(mutex_);
  list.push_back(std::move(line));
}

}  // namespace duroxide::chaos
