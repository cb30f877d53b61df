#include "api/operations/parameters.hpp"

#include <utility>

namespace duroxide::operations {

parameter instance_parameter() {
  return {.name = "id",
          .given = presence::required,
          .help = "the id of the instance; of a durable actor: @KIND/KEY"};
}

parameter file_parameter(std::string help) {
  return {.name = "file", .type = value_type::file, .given = presence::required, .help = std::move(help)};
}

parameter payload_parameter(std::string name, std::string help) {
  return {.name = std::move(name),
          .type = value_type::payload,
          .given = presence::last,
          .help = std::move(help),
          .otherwise = "null"};
}

parameter timeout_parameter(std::string otherwise) {
  return {.name = "timeout",
          .type = value_type::span,
          .help = "how long to wait",
          .otherwise = std::move(otherwise)};
}

parameter condition_parameter() {
  return {.name = "filter",
          .type = value_type::filter,
          .given = presence::last,
          .help =
              "conditions, as one argument: \"(state = stalled or team = 'blue') and created > -2d\"; a name "
              "that is no field is that of a label",
          .otherwise = "all instances"};
}

std::vector<parameter> filter_parameters() {
  return {
      {.name = "status",
       .type = value_type::choices,
       .help = "with one of these statuses",
       .choices = {"pending", "running", "completed", "failed", "cancelled"}},
      {.name = "orchestration", .help = "of the orchestration with this name"},
      {.name = "prefix", .help = "whose ids begin with this text"},
      {.name = "ids", .type = value_type::texts, .help = "with one of these ids"},
      {.name = "parent", .help = "started as a sub-orchestration by the instance with this id"},
      {.name = "roots", .type = value_type::flag, .help = "not started as a sub-orchestration"},
      {.name = "label", .help = "with this label, as NAME=VALUE"},
      {.name = "created_after", .type = value_type::time, .help = "created at this time or later"},
      {.name = "created_before", .type = value_type::time, .help = "created before this time"},
      {.name = "updated_after", .type = value_type::time, .help = "last changed at this time or later"},
      {.name = "updated_before", .type = value_type::time, .help = "last changed before this time"},
  };
}

label label_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0)
    throw configuration_error(error_kind::invalid_argument, "label is '" + text + "'; it must be NAME=VALUE");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

instance_filter filter_of(const arguments& given) {
  instance_filter filter;
  for (const std::string& each : given.texts("status")) filter.statuses.push_back(runtime_status_from(each));
  filter.orchestration = given.optional_text("orchestration");
  filter.id_prefix = given.optional_text("prefix");
  if (given.has("ids")) filter.ids = given.texts("ids");
  filter.parent = given.optional_text("parent");
  filter.roots_only = given.flag("roots");
  if (const auto wanted = given.optional_text("label")) filter.has_label = label_of(*wanted);
  filter.created_from = given.time("created_after");
  filter.created_before = given.time("created_before");
  filter.updated_from = given.time("updated_after");
  filter.updated_before = given.time("updated_before");
  return filter;
}

label typed_label(const std::string& name, const std::string& value, const std::string& type) {
  const label_type wanted = label_type_from(type);
  if (wanted == label_type::text) return make_label(name, value);
  try {
    const filter read = parse_filter("value = " + value, timestamp());
    const filter_value& found = read.alternatives.at(0).at(0).values.at(0);
    const bool is_one = read.alternatives.size() == 1 && read.alternatives[0].size() == 1;
    if (is_one && found.index() == static_cast<std::size_t>(wanted))
      return std::visit([&](const auto& each) { return make_label(name, each); }, found);
  } catch (const filter_error&) {
    // What follows says it.
  }
  throw configuration_error(error_kind::invalid_argument,
                            "value is '" + value + "'; it must be " +
                                (wanted == label_type::number ? "a number like 42.5"
                                 : wanted == label_type::boolean
                                     ? "true or false"
                                     : "a time like 2026-11-30T15:24:30Z (in UTC)"));
}

filter conditions_of(const arguments& given) {
  using enum filter_comparison;
  const instance_filter asked = filter_of(given);
  filter::alternative more;
  const auto add = [&](filter_field field, filter_comparison how, std::vector<filter_value> values) {
    more.push_back({.field = field, .comparison = how, .values = std::move(values)});
  };
  const auto add_time = [&](filter_field field, filter_comparison how, const std::optional<timestamp>& time) {
    if (time) add(field, how, {*time});
  };
  if (!asked.statuses.empty()) {
    std::vector<filter_value> words;
    for (const runtime_status each : asked.statuses) words.emplace_back(std::string(to_string(each)));
    add(filter_field::status, one_of, std::move(words));
  }
  if (asked.orchestration) add(filter_field::orchestration, equal, {*asked.orchestration});
  if (asked.id_prefix) add(filter_field::id, starts_with, {*asked.id_prefix});
  if (asked.ids) add(filter_field::id, one_of, {asked.ids->begin(), asked.ids->end()});
  if (asked.parent) add(filter_field::parent, equal, {*asked.parent});
  if (asked.roots_only) add(filter_field::parent, absent, {});
  if (asked.has_label)
    more.push_back({filter_field::label, asked.has_label->name, equal, {asked.has_label->value}});
  add_time(filter_field::created, at_least, asked.created_from);
  add_time(filter_field::created, less, asked.created_before);
  add_time(filter_field::updated, at_least, asked.updated_from);
  add_time(filter_field::updated, less, asked.updated_before);
  filter all = given.filter("filter");
  for (filter::alternative& each : all.alternatives) each.insert(each.end(), more.begin(), more.end());
  return all;
}

std::vector<parameter> operator+(std::vector<parameter> first, const std::vector<parameter>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace duroxide::operations
