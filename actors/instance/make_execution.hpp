// The execution of an instance, at the place where its history ends.
#pragma once

#include "duroxide/history_event.hpp"
#include "duroxide/registry.hpp"
#include "runtime/execution.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/node_context.hpp"

#include <memory>
#include <string>
#include <vector>

namespace duroxide::internal {

// Of an instance without a history.
std::unique_ptr<execution> begin_execution(const node_context& context, const instance_record& owner,
                                           const registered_orchestration& handler, std::string input);

// Runs the code up to where it waits. REQUIRES: the history is as for execution::replay.
std::unique_ptr<execution> resume_execution(const node_context& context, const instance_record& owner,
                                            const registered_orchestration& handler,
                                            std::vector<history_event> history);

}  // namespace duroxide::internal
