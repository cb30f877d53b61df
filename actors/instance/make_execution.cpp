#include "actors/instance/make_execution.hpp"

#include "actors/instance/make_commit.hpp"
#include "actors/instance/turn_watch.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

std::unique_ptr<execution> make_execution(const node_context& context, const instance_record& owner,
                                          const registered_orchestration& handler) {
  const instance_status& status = owner.status;
  const runtime_options& options = context.options;
  return std::make_unique<execution>(
      execution_identity{owner.id, status.execution, status.orchestration, status.version}, handler.make,
      execution_options{options.build_id, options.verify_replay, options.payload_limit, options.turn_limit,
                        owner.history_format});
}

}  // namespace

std::unique_ptr<execution> begin_execution(const node_context& context, const instance_record& owner,
                                           const registered_orchestration& handler, std::string input) {
  auto made = make_execution(context, owner, handler);
  const instance_status& status = owner.status;
  history_event started = started_event(status.orchestration, status.version, std::move(input), owner.parent);
  if (limits::may_have_labels(owner.history_format)) started.labels = status.labels;
  made->begin(std::move(started));
  return made;
}

std::unique_ptr<execution> resume_execution(const node_context& context, const instance_record& owner,
                                            const registered_orchestration& handler,
                                            std::vector<history_event> history) {
  auto made = make_execution(context, owner, handler);
  const turn_watch::running_turn watched(*context.watch, owner.id, owner.status.orchestration,
                                         owner.status.version, made->position());
  made->replay(std::move(history));
  return made;
}

}  // namespace duroxide::internal
