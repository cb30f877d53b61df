#include "api/http/given_arguments.hpp"

#include "duroxide/codec.hpp"
#include "duroxide/filter.hpp"
#include "api/http/problem.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/times.hpp"

#include <algorithm>
#include <optional>

namespace duroxide::http {

namespace {

using boost::json::object;
using boost::json::value;
using operations::operation;
using operations::parameter;
using operations::presence;
using operations::value_type;

const parameter* find_parameter(const operation& what, std::string_view name) {
  const auto found = std::ranges::find(what.parameters, name, &parameter::name);
  return found == what.parameters.end() ? nullptr : &*found;
}

const parameter& parameter_of(const operation& what, std::string_view name) {
  if (const parameter* found = find_parameter(what, name)) return *found;
  throw bad_parameter(std::string(name), "'" + what.name + "' has no parameter '" + std::string(name) + "'");
}

// Calls `act`; a complaint of it gets the name of the parameter.
template <class Act> auto naming(const parameter& what, Act act) {
  try {
    return act();
  } catch (const filter_error&) {
    throw;  // which has its place in the filter
  } catch (const configuration_error& e) {
    throw bad_parameter(what.name, e.what());
  }
}

class collector {
public:
  explicit collector(const operation& what) : what_(what) {}

  void add_text(std::string_view name, const std::string& text) {
    const parameter& wanted = parameter_of(what_, name);
    naming(wanted, [&] {
      if (wanted.type == value_type::texts || wanted.type == value_type::choices)
        add_to_list(wanted, text);
      else
        add(wanted, wanted.type == value_type::flag ? flag_from(wanted, text)
                                                    : operations::value_from_text(wanted, text));
    });
  }

  void add(const parameter& wanted, value given) {
    if (given_.contains(wanted.name)) throw bad_parameter(wanted.name, wanted.name + " is given twice");
    given_[wanted.name] = std::move(given);
  }

  void add_all(const object& members) {
    for (const auto& [name, member] : members) {
      const parameter& wanted = parameter_of(what_, name);
      naming(wanted, [&] { operations::check_value(wanted, member); });
      add(wanted, member);
    }
  }

  bool has(std::string_view name) const { return given_.contains(name); }
  object& given() { return given_; }

private:
  // "?roots" and "?roots=true".
  static value flag_from(const parameter& wanted, const std::string& text) {
    if (text.empty() || text == "true") return true;
    if (text != "false") operations::check_value(wanted, value(text));  // which refuses a text
    return false;
  }

  // Several choices may be separated by commas: no choice has one.
  void add_to_list(const parameter& wanted, std::string text) {
    value& all = given_[wanted.name];
    if (!all.is_array()) all.emplace_array();
    while (wanted.type == value_type::choices && text.find(',') != text.npos) {
      all.get_array().emplace_back(operations::value_from_text(wanted, text.substr(0, text.find(','))));
      text.erase(0, text.find(',') + 1);
    }
    all.get_array().emplace_back(operations::value_from_text(wanted, text));
  }

  const operation& what_;
  object given_;
};

// A durable actor is two segments of a path, and one argument.
void add_path(collector& to, const path_arguments& path) {
  std::string kind;
  for (const auto& [name, text] : path) {
    if (name == "kind") {
      if (text.find('/') != text.npos) throw bad_parameter("kind", "kind is '" + text + "'; it has no slash");
      kind = text;
    } else if (name == "key") {
      kind.empty() ? to.add_text(name, text) : to.add_text("actor", kind + "/" + text);
    } else {
      to.add_text(name, text);
    }
  }
}

void add_body(collector& to, const operation& what, const route& through, const std::string& body) {
  if (body.empty()) return;
  if (through.body == body_use::none)
    throw configuration_error(error_kind::invalid_argument, "'" + what.name + "' takes no body");
  const value parsed = duroxide::detail::parse_json("the body of the request", body);
  if (through.body == body_use::payload) return to.add(parameter_of(what, through.payload), parsed);
  if (!parsed.is_object())
    throw configuration_error(error_kind::invalid_argument,
                              "the body of the request must be an object with arguments of '" + what.name +
                                  "'");
  to.add_all(parsed.get_object());
}

// What a start and a command are told apart from others by.
void add_key(collector& to, const operation& what, const std::string& key) {
  if (key.empty()) return;
  if (what.name == "start" && !to.has("id")) to.add_text("id", key);
  if (find_parameter(what, "command_id") && !to.has("command_id")) to.add_text("command_id", key);
}

// An operation that waits holds a connection, or a thread.
void bound_waits(collector& to, const operation& what, duration longest) {
  const std::string most = std::to_string(longest.count()) + "ms";
  for (const char* name : {"timeout", "patience"}) {
    if (!find_parameter(what, name)) continue;
    const value* given = to.given().if_contains(name);
    if (!given) {
      if (what.begin) to.given()[name] = what.name == "wait" ? "0ms" : most;
    } else if (operations::span_from(given->as_string()).value_or(longest) > longest) {
      to.given()[name] = most;
    }
  }
}

}  // namespace

object arguments_of(const operation& what, const routed& through, const target& where, const request& asked,
                    duration longest_wait) {
  collector all(what);
  add_path(all, through.given);
  for (const auto& [name, text] : where.query) all.add_text(argument_for(*through.found, name), text);
  add_body(all, what, *through.found, asked.body);
  add_key(all, what, asked.idempotency_key);
  for (const parameter& each : what.parameters)
    if (each.given == presence::required && !all.has(each.name))
      throw bad_parameter(each.name, "'" + what.name + "' needs " + each.name + ": " + each.help);
  bound_waits(all, what, longest_wait);
  return std::move(all.given());
}

}  // namespace duroxide::http
