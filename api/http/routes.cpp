#include "api/http/routes.hpp"

#include <algorithm>
#include <set>

namespace duroxide::http {

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> all;
  for (path.remove_prefix(1);;) {
    const std::size_t end = path.find('/');
    all.push_back(path.substr(0, end));
    if (end == path.npos) return all;
    path.remove_prefix(end + 1);
  }
}

bool is_name(std::string_view segment) { return segment.starts_with('{'); }

std::string name_in(std::string_view segment) { return std::string(segment.substr(1, segment.size() - 2)); }

bool matches(std::string_view pattern, const std::vector<std::string>& path, path_arguments& given) {
  const auto segments = segments_of(pattern);
  if (segments.size() != path.size()) return false;
  path_arguments found;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_name(segments[i])) {
      found.emplace_back(name_in(segments[i]), path[i]);
    } else if (segments[i] != path[i]) {
      return false;
    }
  }
  given = std::move(found);
  return true;
}

std::vector<route> looking_routes() {
  return {
      {"GET", "/v1/instances", "list"},
      {"GET", "/v1/counts", "count"},
      {"GET", "/v1/store", "stats"},
      {"GET", "/v1/store/verification", "verify"},
      {"GET", "/v1/problems", "problems"},
      {"GET", "/v1/nodes", "nodes"},
      {"GET", "/v1/instances/{id}", "show"},
      {"GET", "/v1/instances/{id}/status", "status"},
      {"GET", "/v1/instances/{id}/result", "wait"},
      {"GET", "/v1/instances/{id}/explain", "explain"},
      {"GET", "/v1/instances/{id}/history", "history"},
      {"GET", "/v1/instances/{id}/timeline", "timeline"},
      {"GET", "/v1/instances/{id}/waits", "waits"},
      {"GET", "/v1/instances/{id}/activities", "activities"},
      {"GET", "/v1/instances/{id}/executions", "executions"},
      {"GET", "/v1/instances/{id}/tree", "tree"},
      {"GET", "/v1/instances/{id}/size", "size"},
      {"GET", "/v1/instances/{id}/kv", "kv"},
      {"GET", "/v1/instances/{id}/kv/{key}", "kv"},
  };
}

std::vector<route> acting_routes() {
  using enum body_use;
  return {
      {"POST", "/v1/instances", "start", arguments},
      {"POST", "/v1/instances/{id}/events/{event}", "raise", payload, "payload"},
      {"POST", "/v1/instances/{id}/queues/{queue}", "enqueue", payload, "payload"},
      {"POST", "/v1/instances/{id}/labels", "label", arguments},
      {"POST", "/v1/instances/{id}/cancel", "cancel", arguments},
      {"POST", "/v1/instances/{id}/terminate", "terminate", arguments},
      {"POST", "/v1/instances/{id}/pause", "pause", arguments},
      {"POST", "/v1/instances/{id}/resume", "resume", arguments},
      {"POST", "/v1/instances/{id}/rewind", "rewind", arguments},
      {"POST", "/v1/instances/{id}/restart", "restart", arguments},
      {"POST", "/v1/actors/{kind}/{key}/tell/{command}", "tell", payload, "input"},
      {"POST", "/v1/actors/{kind}/{key}/ask/{command}", "ask", payload, "input"},
      {"DELETE", "/v1/instances/{id}", "delete"},
      {"POST", "/v1/instances/{id}/prune", "prune", arguments},
      {"POST", "/v1/store/delete-ended", "delete-ended", arguments},
      {"POST", "/v1/store/prune-all", "prune-all", arguments},
  };
}

std::vector<route> all_routes() {
  std::vector<route> all = looking_routes();
  for (const route& each : acting_routes()) all.push_back(each);
  return all;
}

std::string joined(const std::set<std::string>& methods) {
  std::string text;
  for (const std::string& each : methods) text += (text.empty() ? "" : ", ") + each;
  return text;
}

}  // namespace

const std::vector<route>& routes() {
  static const std::vector<route> all = all_routes();
  return all;
}

routed find_route(std::string_view method, const std::vector<std::string>& path) {
  routed result;
  std::set<std::string> methods;
  for (const route& each : routes()) {
    path_arguments given;
    if (!matches(each.path, path, given)) continue;
    methods.emplace(each.method);
    if (each.method == "GET") methods.emplace("HEAD");
    const bool is_meant = each.method == method || (method == "HEAD" && each.method == "GET");
    if (!is_meant || result.found) continue;
    result.found = &each;
    result.given = std::move(given);
  }
  result.allowed = joined(methods);
  return result;
}

std::vector<std::string> names_in(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view each : segments_of(path))
    if (is_name(each)) names.push_back(name_in(each));
  return names;
}

std::string_view argument_for(const route& through, std::string_view name) {
  return through.operation == "wait" && name == "wait" ? "timeout" : name;
}

}  // namespace duroxide::http
