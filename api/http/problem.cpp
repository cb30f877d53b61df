#include "api/http/problem.hpp"

#include "duroxide/filter.hpp"

#include <boost/json.hpp>

namespace duroxide::http {

namespace {

using boost::json::object;

response response_of(unsigned status, object document) {
  object all{{"title", phrase_of(status)}, {"status", status}};
  for (auto& [name, member] : document) all[name] = std::move(member);
  return {status, "application/problem+json", boost::json::serialize(all) + "\n"};
}

response problem_of(const error_details& failure, std::string_view name, boost::json::value more) {
  const unsigned status = status_of(failure);
  object document{{"detail", failure.message}, {"kind", to_string(failure.kind)}};
  if (!name.empty()) document[name] = std::move(more);
  response made = response_of(status, std::move(document));
  if (status == 503) made.headers.emplace_back("Retry-After", "1");
  return made;
}

}  // namespace

response problem(unsigned status, std::string_view kind, std::string_view detail) {
  return response_of(status, {{"detail", detail}, {"kind", kind}});
}

response overloaded(std::string_view detail) {
  response made = problem(503, "overloaded", detail);
  made.headers.emplace_back("Retry-After", "1");
  return made;
}

unsigned status_of(const error_details& failure) {
  switch (failure.kind) {
  case error_kind::invalid_argument:
  case error_kind::invalid_payload:
  case error_kind::not_registered: return 400;
  case error_kind::instance_not_found: return 404;
  case error_kind::instance_terminal:
  case error_kind::instance_running:
  case error_kind::already_exists:
  case error_kind::store_in_use:
  case error_kind::command_too_old: return 409;
  case error_kind::limit_exceeded: return 413;
  case error_kind::command_failed:
  case error_kind::activity_failed:
  case error_kind::orchestration_failed: return 422;  // what the handler of a command has thrown
  case error_kind::cancelled:
  case error_kind::runtime_stopped:
  case error_kind::store_unavailable:
  case error_kind::store_incompatible:
  case error_kind::store_gone: return 503;
  case error_kind::timed_out: return 504;
  default: return 500;
  }
}

response problem_of(const error_details& failure) { return problem_of(failure, {}, nullptr); }

response problem_of_current_exception() {
  try {
    throw;
  } catch (const bad_parameter& e) {
    return problem_of(e.details(), "parameter", boost::json::value(e.parameter()));
  } catch (const filter_error& e) {
    return problem_of(e.details(), "column", e.column());
  } catch (const duroxide::error& e) {
    return problem_of(e.details());
  } catch (const std::bad_alloc&) {
    return overloaded("there is not enough memory for this answer");
  } catch (...) {
    // What it says may be of the inside of the server.
    return problem(500, "internal", "the server has met a failure that it does not know");
  }
}

}  // namespace duroxide::http
