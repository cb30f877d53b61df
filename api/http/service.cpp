#include "api/http/service.hpp"

#include "duroxide/detail/exception_text.hpp"
#include "api/http/given_arguments.hpp"
#include "api/http/masking.hpp"
#include "api/http/metrics_page.hpp"
#include "api/http/openapi.hpp"
#include "api/http/problem.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/catalogue.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <utility>

namespace duroxide::http {

namespace {

using boost::json::object;
using boost::json::value;

// Its figures are read from whole tables.
constexpr duration metrics_kept_for = std::chrono::seconds(5);

response json_response(const value& answer) {
  return {200, "application/json", boost::json::serialize(answer) + "\n"};
}

bool is_json(std::string_view type) {
  std::string word(type.substr(0, type.find(';')));
  word.erase(word.find_last_not_of(' ') + 1);
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word == "application/json";
}

// Whom or what an operation is about: by its arguments or, if it came not so far, by its path.
std::string subject_of(const object& given, const path_arguments& path) {
  for (const char* name : {"id", "actor"})
    if (const value* found = given.if_contains(name)) return std::string(found->as_string());
  std::string text;
  for (const auto& [name, part] : path)
    if (name == "id" || name == "kind" || name == "key") text += (text.empty() ? "" : "/") + part;
  return text;
}

response method_not_allowed(const std::string& allowed) {
  response made = problem(405, "method_not_allowed", "this path takes " + allowed);
  made.headers.emplace_back("Allow", allowed);
  return made;
}

response not_ended(const std::string& id) {
  response made = json_response(object{{"id", id}, {"ended", false}});
  made.status = 202;
  made.headers.emplace_back("Location", "/v1/instances/" + encoded_segment(id) + "/result");
  return made;
}

}  // namespace

// A request on its way.
struct service::call {
  request asked;
  std::stop_token taken_back;
  reply_function done;
  target where{};
  identity user{};
  routed through{};
  const operations::operation* what = nullptr;
  object given{};
};

service::service(operations::session store, options how)
    : store_(std::move(store)), how_(std::move(how)), access_(how_), metrics_(metrics_kept_for),
      pool_(how_.store_threads, how_.store_queue) {}

void service::handle(request asked, std::stop_token taken_back, reply_function done) {
  const auto what = std::make_shared<call>(call{std::move(asked), std::move(taken_back), std::move(done)});
  try {
    begin(what);
  } catch (...) {
    finish(what, failed(what));
  }
}

response service::failed(const call_ptr& what) const {
  response made = problem_of_current_exception();
  if (made.status != 500 || !how_.warn) return made;
  try {
    throw;
  } catch (const std::exception& e) {
    how_.warn(what->asked.method + " " + what->asked.target + " has failed: " + duroxide::detail::text_of(e));
  } catch (...) {
    how_.warn(what->asked.method + " " + what->asked.target + " has failed");
  }
  return made;
}

std::optional<response> service::refusal_of(const request& header) {
  try {
    auto admitted = access_.admit(header);
    if (auto* refused = std::get_if<response>(&admitted)) return std::move(*refused);
    return std::nullopt;
  } catch (...) {
    return problem_of_current_exception();
  }
}

void service::begin(const call_ptr& what) {
  what->where = parse_target(what->asked.target);
  if (open_page(what)) return;
  auto admitted = access_.admit(what->asked);
  if (auto* refused = std::get_if<response>(&admitted)) return finish(what, std::move(*refused));
  what->user = std::get<identity>(std::move(admitted));
  if (page(what)) return;
  what->through = find_route(what->asked.method, what->where.path);
  if (what->through.allowed.empty())
    return finish(
        what, problem(404, "no_such_path", "there is nothing here; /v1/openapi.json tells what there is"));
  if (!what->through.found) return finish(what, method_not_allowed(what->through.allowed));
  what->what = operations::find_operation(what->through.found->operation);
  if (auto refused = access_.refusal(what->user, *what->what)) return finish(what, *std::move(refused));
  if (!what->asked.body.empty() && !is_json(what->asked.content_type))
    return finish(what, problem(415, "unsupported_media_type",
                                "a body must be JSON, with the header Content-Type: application/json"));
  submit(what, &service::run);
}

bool service::open_page(const call_ptr& what) {
  const std::string path = what->where.path.size() == 1 ? what->where.path[0] : "";
  if (path != "healthz" && path != "readyz") return false;
  if (what->asked.method != "GET" && what->asked.method != "HEAD") {
    finish(what, method_not_allowed("GET, HEAD"));
  } else if (path == "healthz") {
    finish(what, json_response(object{{"healthy", true}}));
  } else {
    submit(what, &service::show_ready);
  }
  return true;
}

bool service::page(const call_ptr& what) {
  const auto& path = what->where.path;
  const bool is_document = path.size() == 2 && path[0] == "v1" && path[1] == "openapi.json";
  const bool are_metrics = path.size() == 1 && path[0] == "metrics";
  if (!is_document && !are_metrics) return false;
  if (what->asked.method != "GET" && what->asked.method != "HEAD") {
    finish(what, method_not_allowed("GET, HEAD"));
  } else if (is_document) {
    finish(what, json_response(openapi_document()));
  } else {
    submit(what, &service::show_metrics);
  }
  return true;
}

void service::submit(const call_ptr& what, void (service::*job)(const call_ptr&)) {
  const bool is_taken = pool_.submit([this, what, job] {
    try {
      (this->*job)(what);
    } catch (...) {
      finish(what, failed(what));
    }
  });
  if (!is_taken) finish(what, overloaded("too many requests wait for the store"));
}

void service::run(const call_ptr& what) {
  what->given = arguments_of(*what->what, what->through, what->where, what->asked, how_.longest_wait);
  operations::session store = store_;
  store.taken_back = what->taken_back;
  if (what->what->name == "verify") return verify(what);
  if (!what->what->begin) return finish_operation(what, operations::run(*what->what, store, what->given));
  const auto answered = [this, what](result<value, error_details> answer) {
    try {
      answer ? finish_operation(what, *std::move(answer)) : finish_failed(what, answer.error());
    } catch (...) {
      finish(what, failed(what));
    }
  };
  what->what->begin(store, operations::arguments(*what->what, what->given), answered);
}

// It may take minutes, and must not take all threads.
void service::verify(const call_ptr& what) {
  if (is_verifying_.exchange(true)) return finish(what, overloaded("the store is being verified already"));
  const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> end(
      &is_verifying_, [](std::atomic<bool>* flag) { *flag = false; });
  finish_operation(what, operations::run(*what->what, store_, what->given));
}

void service::finish_operation(const call_ptr& what, value answer) {
  if (!what->user.sees_payloads) mask_payloads(what->what->name, answer);
  response made = json_response(answer);
  if (what->what->name == "start" && answer.at("started").as_bool()) {
    made.status = 201;
    made.headers.emplace_back("Location", "/v1/instances/" + encoded_segment(answer.at("id").as_string()));
  }
  finish(what, std::move(made));
}

void service::finish_failed(const call_ptr& what, const error_details& failure) {
  const bool has_not_ended = what->what->name == "wait" && failure.kind == error_kind::timed_out;
  finish(what, has_not_ended ? not_ended(subject_of(what->given, what->through.given)) : problem_of(failure));
}

void service::finish(const call_ptr& what, response answer) {
  const auto done = std::exchange(what->done, nullptr);
  if (!done) return;
  if (what->what && what->what->does != operations::effect::reads && how_.audit)
    how_.audit({what->user.name, what->asked.from, what->what->name,
                subject_of(what->given, what->through.given), answer.status});
  done(std::move(answer));
}

void service::show_ready(const call_ptr& what) {
  if (is_draining_) return finish(what, overloaded("the server is about to stop"));
  store_.admin.list_instances({.limit = 1});
  finish(what, json_response(object{{"ready", true}}));
}

void service::show_metrics(const call_ptr& what) {
  std::string text = metrics_.get([&] { return metrics_page(store_); });
  if (how_.metrics) text += how_.metrics();
  finish(what, {200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)});
}

}  // namespace duroxide::http
