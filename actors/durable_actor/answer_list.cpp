#include "actors/durable_actor/answer_list.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

result<std::string, error_details> outcome_of(const kept_answer& found) {
  if (found.error) return *found.error;
  return found.answer;
}

}  // namespace

error_details answer_taken_back(const std::string& instance) {
  return {error_category::application,
          error_kind::cancelled,
          "the wait for the answer of '" + instance +
              "' was taken back; the command may be applied all the same",
          {}};
}

error_details answer_too_late(const std::string& instance, duration timeout) {
  return {error_category::application,
          error_kind::timed_out,
          "durable actor '" + instance + "' has not answered within " + std::to_string(timeout.count()) +
              " ms; the command may be applied all the same",
          {}};
}

void answer_list::add(const command_request& command, reply<std::string> done, std::function<void()> wake) {
  wait added{command.receiver.instance_id(), command.id,         command.timeout,
             steady_in(command.timeout),     command.taken_back, std::move(done)};
  if (added.taken_back.stop_possible())
    added.taking_back =
        std::make_unique<std::stop_callback<std::function<void()>>>(added.taken_back, std::move(wake));
  waits_.emplace(++last_, std::move(added));
}

std::vector<std::pair<answer_list::number, awaited_instance>> answer_list::all() const {
  std::vector<std::pair<number, awaited_instance>> asked;
  asked.reserve(waits_.size());
  for (const auto& [which, each] : waits_)
    asked.emplace_back(which,
                       awaited_instance{each.instance, 0, std::nullopt, std::nullopt, each.command_id});
  return asked;
}

answer_list::call answer_list::answered(number which, const kept_answer& answer) {
  const auto known = waits_.find(which);
  if (known == waits_.end()) return [] {};
  call tell = [done = std::move(known->second.done), answer] { done(outcome_of(answer)); };
  waits_.erase(known);
  return tell;
}

std::vector<answer_list::call> answer_list::over(steady_time now) {
  std::vector<call> calls;
  for (auto each = waits_.begin(); each != waits_.end();) {
    wait& waiting = each->second;
    const bool is_taken_back = waiting.taken_back.stop_requested();
    if (!is_taken_back && now < waiting.deadline) {
      ++each;
      continue;
    }
    error_details why = is_taken_back ? answer_taken_back(waiting.instance)
                                      : answer_too_late(waiting.instance, waiting.timeout);
    calls.push_back([done = std::move(waiting.done), why = std::move(why)] { done(why); });
    each = waits_.erase(each);
  }
  return calls;
}

std::vector<answer_list::call> answer_list::fail_all(const error_details& why) {
  std::vector<call> calls;
  for (auto& [which, each] : waits_) calls.push_back([done = std::move(each.done), why] { done(why); });
  waits_.clear();
  return calls;
}

std::optional<steady_time> answer_list::next_deadline() const {
  const auto next =
      std::ranges::min_element(waits_, {}, [](const auto& each) { return each.second.deadline; });
  if (next == waits_.end()) return std::nullopt;
  return next->second.deadline;
}

std::vector<std::pair<answer_list::number, kept_answer>>
answers_in(provider& store, const std::vector<std::pair<answer_list::number, awaited_instance>>& waits) {
  if (waits.empty()) return {};
  std::vector<awaited_instance> asked;
  asked.reserve(waits.size());
  for (const auto& [which, each] : waits) asked.push_back(each);
  const auto satisfied = store.satisfied_waits(asked);
  if (!satisfied) return {};
  std::vector<std::pair<answer_list::number, kept_answer>> found;
  for (const std::size_t place : *satisfied) {
    auto answer = store.answer(asked[place].instance, *asked[place].command_id);
    if (answer && *answer) found.emplace_back(waits[place].first, **std::move(answer));
  }
  return found;
}

}  // namespace duroxide::internal
