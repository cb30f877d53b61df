#include "duroxide/registry.hpp"

#include "duroxide/detail/reserved_names.hpp"

namespace duroxide {

namespace {

[[noreturn]] void throw_duplicate(const std::string& what) {
  throw configuration_error(error_kind::duplicate_registration,
                            what + " is already registered; each has one handler");
}

}  // namespace

void registry::add_activity(std::string name, activity_handler handler) {
  add(std::move(name), {std::move(handler), nullptr});
}

void registry::add_activity(std::string name, async_activity_handler handler) {
  add(std::move(name), {nullptr, std::move(handler)});
}

std::unique_lock<std::mutex> registry::open_for(const std::string& name) {
  std::unique_lock lock(adding_);
  if (is_closed_)
    throw configuration_error(error_kind::invalid_argument,
                              "'" + name + "' cannot be registered: the runtime has been started");
  return lock;
}

void registry::close() {
  const std::lock_guard lock(adding_);
  is_closed_ = true;
}

void registry::add(std::string name, registered_activity activity) {
  require_valid_id("activity name", name);
  const auto lock = open_for(name);
  if (name.starts_with(detail::reserved_name_prefix))
    throw configuration_error(error_kind::invalid_argument, "activity name '" + name + "' begins with '" +
                                                                std::string(detail::reserved_name_prefix) +
                                                                "', which is reserved; give it another name");
  if (replaced_.erase(name) > 0) return;
  auto [at, added] = activities_.try_emplace(name, std::move(activity));
  if (!added) throw_duplicate("activity '" + name + "'");
}

// The original may come once; if it has come already, a second one is an error as ever.
void registry::replace_activity(std::string name, activity_handler handler) {
  require_valid_id("activity name", name);
  const auto lock = open_for(name);
  if (!activities_.contains(name)) replaced_.insert(name);
  activities_.insert_or_assign(std::move(name), registered_activity{std::move(handler), nullptr});
}

void registry::add_builtin(std::string name, async_activity_handler handler) {
  const auto lock = open_for(name);
  activities_.insert_or_assign(std::move(name), registered_activity{nullptr, std::move(handler)});
}

void registry::add_orchestration(std::string name, const semantic_version& version,
                                 orchestration_handler handler) {
  require_valid_id("orchestration name", name);
  const auto lock = open_for(name);
  versions_of_one& known = orchestrations_[name];
  const std::string what = "orchestration '" + name + "' version " + version.text();
  if (known.contains(version)) throw_duplicate(what);
  if (!known.empty() && version < known.rbegin()->first)
    throw configuration_error(error_kind::invalid_argument, what + " is registered after version " +
                                                                known.rbegin()->first.text() +
                                                                "; register the versions in ascending order");
  known.emplace(version, registered_orchestration{name, version.text(), std::move(handler)});
}

void registry::set_version_policy(const std::string& orchestration, version_policy policy) {
  std::lock_guard lock(policies_mutex_);
  policies_.insert_or_assign(orchestration, std::move(policy));
}

const registered_activity* registry::find_activity(const std::string& name) const {
  auto at = activities_.find(name);
  return at == activities_.end() ? nullptr : &at->second;
}

const registered_orchestration* registry::find_orchestration(const std::string& name,
                                                             const std::string& version) const {
  auto known = orchestrations_.find(name);
  if (known == orchestrations_.end()) return nullptr;
  const versions_of_one& versions = known->second;
  if (!version.empty()) {
    for (const auto& [number, handler] : versions)
      if (handler.version == version) return &handler;
    return nullptr;
  }
  std::lock_guard lock(policies_mutex_);
  auto policy = policies_.find(name);
  if (policy == policies_.end() || !policy->second.pinned()) return &versions.rbegin()->second;
  auto pinned = versions.find(*policy->second.pinned());
  return pinned == versions.end() ? nullptr : &pinned->second;
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

std::vector<std::string> registry::offered_orchestrations() const {
  std::vector<std::string> offered;
  for (const auto& [name, versions] : orchestrations_)
    for (const auto& [number, handler] : versions) offered.push_back(name + "@" + handler.version);
  return offered;
}

std::vector<std::string> registry::versions(const std::string& orchestration) const {
  std::vector<std::string> all;
  auto known = orchestrations_.find(orchestration);
  if (known == orchestrations_.end()) return all;
  for (const auto& [number, handler] : known->second) all.push_back(handler.version);
  return all;
}

}  // namespace duroxide
