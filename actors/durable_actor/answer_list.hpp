// Those who wait for answers of durable actors that come by way of the store.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

// Whoever owns it looks for answers when the store may have changed, and calls what it gets from here without a lock:
//
//   for (auto& [number, answer] : answers_to(store, list.all())) calls.push_back(list.answered(number, answer));
//   calls += list.over(now);
//
// Used by one thread at a time.
class answer_list {
public:
  using number = std::uint64_t;
  using call = std::function<void()>;  // tells one of them what has come of it

  // `wake` is called, by any thread, when it is taken back.
  void add(const command_request& command, reply<std::string> done, std::function<void()> wake);

  std::vector<std::pair<number, awaited_instance>> all() const;
  // Does nothing if that one is not in the list any more.
  call answered(number which, const kept_answer& answer);
  // Those whose time is up, and those who have taken it back.
  std::vector<call> over(steady_time now);
  std::vector<call> fail_all(const error_details& why);

  bool empty() const noexcept { return waits_.empty(); }
  std::optional<steady_time> next_deadline() const;

private:
  struct wait {
    std::string instance;
    std::string command_id;
    duration timeout{};
    steady_time deadline{};
    std::stop_token taken_back;
    reply<std::string> done;
    std::unique_ptr<std::stop_callback<std::function<void()>>> taking_back{};
  };

  std::map<number, wait> waits_;
  number last_ = 0;
};

// What they are told.
error_details answer_taken_back(const std::string& instance);
error_details answer_too_late(const std::string& instance, duration timeout);

// One question for all of them, and another one for each that has an answer. If the store cannot be asked, there are
// none.
std::vector<std::pair<answer_list::number, kept_answer>>
answers_in(provider& store, const std::vector<std::pair<answer_list::number, awaited_instance>>& waits);

}  // namespace duroxide::internal
