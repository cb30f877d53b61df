#include "persistence/simulated/tables.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace duroxide::internal::simulated {

namespace {

// `Instance`: an instance_row, const or not.
template <class Instance> auto activity_of(Instance* instance, const activity_key& key) {
  using row = decltype(&instance->activities.begin()->second);
  if (instance == nullptr || (key.life != 0 && key.life != instance->key)) return row(nullptr);
  const auto found = instance->activities.find({key.execution, key.event_id});
  return found == instance->activities.end() ? nullptr : &found->second;
}

}  // namespace

instance_row& tables::add(instance_row instance) {
  instance_row& added = instances.insert(std::move(instance));
  for (auto& [old_id, row] : std::exchange(added.inbox, {})) {
    const std::uint64_t id = messages.post(added, std::move(row.content), row.delivered_under, row.sent_at);
    added.inbox.at(id).crash_count = row.crash_count;
  }
  for (auto& [number, row] : std::exchange(added.activities, {})) activities.add(added, std::move(row));
  return added;
}

void tables::erase(instance_row& instance) {
  messages.clear(instance);
  while (!instance.activities.empty()) activities.erase(instance.activities.begin()->second);
  probations.erase(instance.id);
  problems.erase(instance.key);
  instances.erase(instance);
}

activity_row* tables::find(const activity_key& key) { return activity_of(instances.find(key.instance), key); }

const activity_row* tables::find(const activity_key& key) const {
  return activity_of(instances.find(key.instance), key);
}

const kept_answer* tables::find_answer(const std::string& instance, const std::string& command_id) const {
  const auto found = answers.find(instance);
  if (found == answers.end()) return nullptr;
  const auto answer = found->second.find(command_id);
  return answer == found->second.end() ? nullptr : &answer->second;
}

std::size_t tables::forget_answers(timestamp before, std::size_t limit) {
  std::vector<std::tuple<timestamp, std::string, std::string>> old;
  for (const auto& [instance, all] : answers)
    for (const auto& [command_id, each] : all)
      if (each.made_at < before) old.emplace_back(each.made_at, instance, command_id);
  std::ranges::sort(old);
  if (old.size() > limit) old.resize(limit);
  for (const auto& [made_at, instance, command_id] : old) answers.at(instance).erase(command_id);
  std::erase_if(answers, [](const auto& each) { return each.second.empty(); });
  return old.size();
}

bool tables::has_consistent_indexes() const {
  return instances.has_consistent_indexes() && messages.has_consistent_indexes(instances.by_id()) &&
         activities.has_consistent_indexes(instances.by_id());
}

}  // namespace duroxide::internal::simulated
