#include "actors/client/instance_watches.hpp"

#include "actors/shard/waiter_list.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

error_details deleted_meanwhile(const std::string& instance) {
  return {error_category::application,
          error_kind::instance_not_found,
          "instance '" + instance + "' was deleted while it was monitored",
          {}};
}

}  // namespace

void instance_watches::add(number watch, instance_watch what) {
  by_key_.emplace(key(what.watcher, what.subject, what.instance), watch);
  all_.emplace(watch, std::move(what));
  look(watch);
}

std::optional<instance_watches::number> instance_watches::find(const caf::actor_addr& watcher,
                                                               watch_subject subject,
                                                               const std::string& instance) const {
  const auto known = by_key_.find(key(watcher, subject, instance));
  return known == by_key_.end() ? std::nullopt : std::optional(known->second);
}

void instance_watches::look(number watch) {
  if (const auto known = all_.find(watch); known != all_.end())
    host_.ask_status(watch, known->second.instance);
}

void instance_watches::found(number watch, const result<instance_status, error_details>& outcome) {
  const auto known = all_.find(watch);
  if (known == all_.end()) return;
  if (outcome) return found_status(watch, known->second, *outcome);
  if (outcome.error().kind == error_kind::store_unavailable && host_.look_later(watch)) return;
  end(watch, outcome.error());
}

void instance_watches::found_status(number watch, instance_watch& what, const instance_status& status) {
  if (what.life != 0 && status.life != what.life) return end(watch, deleted_meanwhile(what.instance));
  if (status.status == runtime_status::not_found) {
    if (what.if_absent == absent_instance::fail) return end(watch, nothing_to_wait_for(what.instance));
    return wait(watch, what);
  }
  what.life = status.life;
  if (what.subject == watch_subject::status && status.custom_status_version > what.last_seen) {
    what.last_seen = status.custom_status_version;
    host_.tell(what.watcher, instance_changed{what.instance, status});
  }
  if (!is_terminal(status.status)) return wait(watch, what);
  finish(watch, {what.instance, what.life, status, std::nullopt});
}

void instance_watches::wait(number watch, const instance_watch& what) {
  wait_request wanted;
  wanted.instance = what.instance;
  if (what.subject == watch_subject::status) wanted.after_custom_status = what.last_seen;
  wanted.timeout = duroxide::detail::longest_delay;
  wanted.life = what.life;
  wanted.taken_back = what.taking_back.get_token();
  wanted.if_absent = what.if_absent;
  host_.ask_wait(watch, std::move(wanted));
}

void instance_watches::end(number watch, const error_details& why) {
  const auto known = all_.find(watch);
  if (known == all_.end()) return;
  finish(watch, {known->second.instance, known->second.life, std::nullopt, why});
}

void instance_watches::finish(number watch, instance_down last_word) {
  const caf::actor_addr watcher = all_.at(watch).watcher;
  remove(watch);
  host_.tell(watcher, std::move(last_word));
}

void instance_watches::remove(number watch) {
  const auto known = all_.find(watch);
  if (known == all_.end()) return;
  instance_watch removed = std::move(known->second);
  all_.erase(known);
  by_key_.erase(key(removed.watcher, removed.subject, removed.instance));
  host_.is_over(watch, removed.watcher);
  removed.taking_back.request_stop();
}

std::vector<instance_watches::number> instance_watches::numbers() const {
  std::vector<number> found;
  for (const auto& each : all_) found.push_back(each.first);
  return found;
}

}  // namespace duroxide::internal
