// Sending instances back in their histories.
#include "duroxide/admin.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/names.hpp"
#include "duroxide/utf8.hpp"
#include "actors/client/invalid_request.hpp"
#include "actors/client/rewind_plan.hpp"
#include "actors/clock.hpp"

#include <utility>

namespace duroxide {

using internal::throw_invalid;

namespace {

// An instance that makes a turn is another one than was looked at.
constexpr int attempts = 10;

void require_legal(const rewind_point& point, const rewind_options& options) {
  if (options.reason.size() > limits::reason_bytes)
    throw limit_error("the reason of the rewind has " + std::to_string(options.reason.size()) +
                      " bytes; the limit is " + std::to_string(limits::reason_bytes) +
                      " (limits::reason_bytes)");
  if (!is_utf8(options.reason)) throw_invalid("the reason of the rewind is not UTF-8");
  if (options.input && point.which() != rewind_point::kind::begin)
    throw_invalid("another input is for an instance that begins anew");
  if (options.version) require_valid_id("version", *options.version);
}

}  // namespace

rewind_receipt admin::rewind(const std::string& instance, const rewind_point& point,
                             const rewind_options& options) const {
  require_stored_id("instance id", instance);
  require_legal(point, options);
  if (detail::is_actor_id(instance))
    throw_invalid("'" + instance + "' is a durable actor, which has no history to go back in");
  provider& store = checked_store();
  if (!limits::may_be_rewound(store.history_format()))
    throw infrastructure_error(error_kind::store_incompatible,
                               "nothing was done to instance '" + instance +
                                   "': a node of this store runs a build that does not know of rewinds; stop "
                                   "it, or deploy this build there, and try again then");
  for (int i = 0; i < attempts; ++i) {
    internal::rewind_plan plan = internal::plan_rewind(store, instance, point, options);
    if (store.administration().rewind(plan.instances, internal::wall_clock_now()).value())
      return std::move(plan.done);
  }
  throw infrastructure_error(error_kind::store_unavailable,
                             "instance '" + instance + "' was not rewound: it, or one of its " +
                                 "sub-orchestrations, ended or began each time it was looked at; try again");
}

rewind_receipt admin::preview_rewind(const std::string& instance, const rewind_point& point,
                                     const rewind_options& options) const {
  require_stored_id("instance id", instance);
  require_legal(point, options);
  return internal::plan_rewind(checked_store(), instance, point, options).done;
}

}  // namespace duroxide
