#include "duroxide/registry.hpp"

namespace duroxide {

namespace {

// Every orchestration is registered with this version until versions can be chosen.
constexpr const char* initial_version = "1.0.0";

[[noreturn]] void throw_duplicate(const std::string& what, const std::string& name) {
  throw configuration_error(error_kind::duplicate_registration,
                            what + " '" + name + "' is already registered; each name has one handler");
}

}  // namespace

void registry::add_activity(std::string name, activity_handler handler) {
  add(std::move(name), {std::move(handler), nullptr});
}

void registry::add_activity(std::string name, async_activity_handler handler) {
  add(std::move(name), {nullptr, std::move(handler)});
}

void registry::add(std::string name, registered_activity activity) {
  require_valid_id("activity name", name);
  auto [at, added] = activities_.try_emplace(name, std::move(activity));
  if (!added) throw_duplicate("activity", name);
}

void registry::add_orchestration(std::string name, orchestration_handler handler) {
  require_valid_id("orchestration name", name);
  auto [at, added] =
      orchestrations_.try_emplace(name, registered_orchestration{name, initial_version, std::move(handler)});
  if (!added) throw_duplicate("orchestration", name);
}

const registered_activity* registry::find_activity(const std::string& name) const {
  auto at = activities_.find(name);
  return at == activities_.end() ? nullptr : &at->second;
}

const registered_orchestration* registry::find_orchestration(const std::string& name,
                                                             const std::string& version) const {
  auto at = orchestrations_.find(name);
  if (at == orchestrations_.end()) return nullptr;
  return version.empty() || version == at->second.version ? &at->second : nullptr;
}

std::vector<std::string> registry::activity_names() const {
  std::vector<std::string> names;
  for (const auto& [name, handler] : activities_) names.push_back(name);
  return names;
}

std::vector<std::string> registry::orchestration_names() const {
  std::vector<std::string> names;
  for (const auto& [name, handler] : orchestrations_) names.push_back(name);
  return names;
}

}  // namespace duroxide
