#include "duroxide/registry.hpp"

#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/reserved_names.hpp"

#include <map>
#include <set>

namespace duroxide {

namespace {

[[noreturn]] void throw_duplicate(const std::string& what) {
  throw configuration_error(error_kind::duplicate_registration,
                            what + " is already registered; each has one handler");
}

}  // namespace

struct registry::contents {
  using versions_of_one = std::map<semantic_version, registered_orchestration>;

  void require_open(const std::string& name) const DUROXIDE_REQUIRES(mutex) {
    if (is_closed)
      throw configuration_error(error_kind::invalid_argument,
                                "'" + name + "' cannot be registered: the runtime has been started");
  }

  detail::shared_mutex mutex;
  bool is_closed DUROXIDE_GUARDED_BY(mutex) = false;
  std::map<std::string, registered_activity> activities DUROXIDE_GUARDED_BY(mutex);
  std::set<std::string> replaced DUROXIDE_GUARDED_BY(mutex);  // activities that others stand in for
  std::map<std::string, versions_of_one> orchestrations DUROXIDE_GUARDED_BY(mutex);
  std::map<std::string, std::shared_ptr<detail::actor_handlers>> actors DUROXIDE_GUARDED_BY(mutex);
  std::map<std::string, version_policy> policies DUROXIDE_GUARDED_BY(mutex);
  std::vector<std::function<void()>> releases DUROXIDE_GUARDED_BY(mutex);
};

registry::registry() : contents_(std::make_unique<contents>()) {}
registry::~registry() = default;

void registry::add_activity(std::string name, activity_handler handler) {
  add(std::move(name), {std::move(handler), nullptr});
}

void registry::add_activity(std::string name, async_activity_handler handler) {
  add(std::move(name), {nullptr, std::move(handler)});
}

void registry::add_release(std::function<void()> release) {
  const detail::lock_guard lock(contents_->mutex);
  contents_->releases.push_back(std::move(release));
}

void registry::close() {
  const detail::lock_guard lock(contents_->mutex);
  contents_->is_closed = true;
}

// What is released may end other actors, so it goes without the lock.
void registry::release() {
  std::vector<std::function<void()>> all;
  {
    const detail::lock_guard lock(contents_->mutex);
    all.swap(contents_->releases);
  }
  for (const auto& each : all) each();
}

void registry::add(std::string name, registered_activity activity) {
  require_valid_id("activity name", name);
  const detail::lock_guard lock(contents_->mutex);
  contents_->require_open(name);
  if (name.starts_with(detail::reserved_name_prefix))
    throw configuration_error(error_kind::invalid_argument, "activity name '" + name + "' begins with '" +
                                                                std::string(detail::reserved_name_prefix) +
                                                                "', which is reserved; give it another name");
  if (contents_->replaced.erase(name) > 0) return;
  if (!contents_->activities.try_emplace(name, std::move(activity)).second)
    throw_duplicate("activity '" + name + "'");
}

// The original may come once; if it has come already, a second one is an error as ever.
void registry::replace_activity(std::string name, activity_handler handler) {
  require_valid_id("activity name", name);
  const detail::lock_guard lock(contents_->mutex);
  contents_->require_open(name);
  if (!contents_->activities.contains(name)) contents_->replaced.insert(name);
  contents_->activities.insert_or_assign(std::move(name), registered_activity{std::move(handler), nullptr});
}

void registry::add_builtin(std::string name, async_activity_handler handler) {
  const detail::lock_guard lock(contents_->mutex);
  contents_->require_open(name);
  contents_->activities.insert_or_assign(std::move(name), registered_activity{nullptr, std::move(handler)});
}

void registry::add_orchestration(std::string name, const semantic_version& version,
                                 orchestration_handler handler) {
  require_valid_id("orchestration name", name);
  const detail::lock_guard lock(contents_->mutex);
  contents_->require_open(name);
  auto& known = contents_->orchestrations[name];
  const std::string what = "orchestration '" + name + "' version " + version.text();
  if (known.contains(version)) throw_duplicate(what);
  if (!known.empty() && version < known.rbegin()->first)
    throw configuration_error(error_kind::invalid_argument, what + " is registered after version " +
                                                                known.rbegin()->first.text() +
                                                                "; register the versions in ascending order");
  known.emplace(version, registered_orchestration{name, version.text(), std::move(handler)});
}

void registry::add_actor(std::shared_ptr<detail::actor_handlers> handlers) {
  require_valid_id("the kind of a durable actor", handlers->name);
  const detail::lock_guard lock(contents_->mutex);
  contents_->require_open(handlers->name);
  const std::string kind = handlers->name;
  if (!contents_->actors.try_emplace(kind, std::move(handlers)).second)
    throw_duplicate("durable actor '" + kind + "'");
}

std::shared_ptr<const detail::actor_handlers> registry::find_actor(const std::string& kind) const {
  const detail::shared_lock lock(contents_->mutex);
  const auto found = contents_->actors.find(kind);
  return found == contents_->actors.end() ? nullptr : found->second;
}

bool registry::has_actors() const {
  const detail::shared_lock lock(contents_->mutex);
  return !contents_->actors.empty();
}

bool registry::has_instances() const {
  const detail::shared_lock lock(contents_->mutex);
  return !contents_->orchestrations.empty() || !contents_->actors.empty();
}

void registry::set_version_policy(const std::string& orchestration, version_policy policy) {
  const detail::lock_guard lock(contents_->mutex);
  contents_->policies.insert_or_assign(orchestration, std::move(policy));
}

const registered_activity* registry::find_activity(const std::string& name) const {
  const detail::shared_lock lock(contents_->mutex);
  const auto found = contents_->activities.find(name);
  return found == contents_->activities.end() ? nullptr : &found->second;
}

const registered_orchestration* registry::find_orchestration(const std::string& name,
                                                             const std::string& version) const {
  const detail::shared_lock lock(contents_->mutex);
  const auto known = contents_->orchestrations.find(name);
  if (known == contents_->orchestrations.end()) return nullptr;
  const auto& versions = known->second;
  if (!version.empty()) {
    for (const auto& [number, handler] : versions)
      if (handler.version == version) return &handler;
    return nullptr;
  }
  auto policy = contents_->policies.find(name);
  if (policy == contents_->policies.end() || !policy->second.pinned()) return &versions.rbegin()->second;
  auto pinned = versions.find(*policy->second.pinned());
  return pinned == versions.end() ? nullptr : &pinned->second;
}

std::vector<std::string> registry::activity_names() const {
  const detail::shared_lock lock(contents_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, handler] : contents_->activities) names.push_back(name);
  return names;
}

std::vector<std::string> registry::orchestration_names() const {
  const detail::shared_lock lock(contents_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, handler] : contents_->orchestrations) names.push_back(name);
  return names;
}

std::vector<std::string> registry::offered_orchestrations() const {
  const detail::shared_lock lock(contents_->mutex);
  std::vector<std::string> offered;
  for (const auto& [name, versions] : contents_->orchestrations)
    for (const auto& [number, handler] : versions) offered.push_back(name + "@" + handler.version);
  for (const auto& [kind, handlers] : contents_->actors)
    offered.push_back(detail::orchestration_of_actor(kind) + "@" + handlers->version);
  return offered;
}

std::vector<std::string> registry::versions(const std::string& orchestration) const {
  const detail::shared_lock lock(contents_->mutex);
  std::vector<std::string> all;
  auto known = contents_->orchestrations.find(orchestration);
  if (known == contents_->orchestrations.end()) return all;
  for (const auto& [number, handler] : known->second) all.push_back(handler.version);
  return all;
}

}  // namespace duroxide
