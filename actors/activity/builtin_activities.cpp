#include "actors/activity/builtin_activities.hpp"

#include "duroxide/client.hpp"
#include "duroxide/detail/kv_read.hpp"
#include "duroxide/detail/reserved_names.hpp"

namespace duroxide::internal {

namespace {

// Asks the runtime's client: no worker waits for the answer.
void read_kv(const std::shared_ptr<activity_context>& context, const std::string& input,
             const activity_completion& done) {
  auto what =
      duroxide::detail::parse_json("the input of " + std::string(duroxide::detail::kv_read_activity), input);
  std::string instance(what.at("instance").as_string());
  std::string key(what.at("key").as_string());
  context->services()->client()->kv(std::move(instance), std::move(key), [context, input, done](auto found) {
    if (found) return done(found->empty() ? std::string() : "=" + found->front().value);
    // What the store or the runtime cannot do now is no failure of the orchestration (I10). A runtime that
    // stops leaves the activity to the next one.
    if (found.error().kind != error_kind::runtime_stopped)
      context->services()->call_after(std::chrono::milliseconds(500),
                                      [context, input, done] { read_kv(context, input, done); });
  });
}

}  // namespace

void add_builtin_activities(registry& handlers) {
  handlers.add_builtin(std::string(duroxide::detail::kv_read_activity), read_kv);
}

std::vector<std::string> offered_activities(const registry& handlers) {
  std::vector<std::string> names = handlers.activity_names();
  std::erase_if(names, [](const std::string& name) {
    return name.starts_with(duroxide::detail::reserved_name_prefix);
  });
  return names;
}

}  // namespace duroxide::internal
