#include "api/cli/failures.hpp"

namespace duroxide::cli {

namespace {

std::uint64_t count_in(const boost::json::object& all, std::string_view name) {
  const auto* found = all.if_contains(name);
  if (!found) return 0;
  return found->is_array() ? found->get_array().size() : found->to_number<std::uint64_t>();
}

// Stores say themselves what to do; how it is done from a shell they do not know.
std::string advice_for_store(std::string_view message) {
  if (message.find(": there is no ") != message.npos)
    return "'duroxide init' makes a store that is not there yet.";
  if (message.find("migrates it") != message.npos) return "'duroxide migrate' does that.";
  return {};
}

}  // namespace

int exit_code_of(const error_details& failure) {
  switch (failure.kind) {
  case error_kind::instance_not_found: return exit_not_found;
  case error_kind::store_unavailable:
  case error_kind::store_incompatible:
  case error_kind::store_gone: return exit_no_store;
  case error_kind::invalid_argument:
  case error_kind::invalid_payload:
    return failure.category == error_category::configuration ? exit_usage : exit_failed;
  default: return exit_failed;
  }
}

std::string advice_for(const error_details& failure) {
  switch (failure.kind) {
  case error_kind::instance_not_found:
    if (!failure.message.starts_with("there is no instance")) return {};
    return "'duroxide list --prefix TEXT' finds instances by the beginning of their id.";
  case error_kind::instance_running: return "'--force' deletes it while it runs; it is cancelled first.";
  case error_kind::store_in_use:
    return "Stop the programs that run orchestrations on this store, and try again.";
  case error_kind::store_unavailable:
  case error_kind::store_incompatible: return advice_for_store(failure.message);
  case error_kind::timed_out: return "Wait for longer with --timeout.";
  case error_kind::already_exists: return "'--if-exists replace' replaces an instance that has ended.";
  default: return {};
  }
}

int exit_code_of(std::string_view verb, const boost::json::value& answer) {
  const auto* all = answer.if_object();
  if (!all) return exit_done;
  if (verb == "wait") return all->at("status") == "completed" ? exit_done : exit_failed;
  if (verb == "verify") return count_in(*all, "inconsistencies") == 0 ? exit_done : exit_failed;
  if (verb == "compare") return count_in(*all, "differences") == 0 ? exit_done : exit_failed;
  return exit_done;
}

}  // namespace duroxide::cli
