#include "api/python/native/admin.hpp"

#include <duroxide/admin.hpp>
#include "api/python/native/descriptor.hpp"
#include "api/python/native/rows.hpp"

#include <pybind11/stl.h>

#include <tuple>

namespace duroxide::python {

namespace {

using optional_ms = std::optional<std::int64_t>;

// Calls without the GIL.
template <class Function> auto released(Function function) {
  const without_gil without_gil;
  return function();
}

std::optional<timestamp> time_of(const optional_ms& ms) {
  if (!ms) return std::nullopt;
  return timestamp(duration(*ms));
}

runtime_status status_of(const std::string& word) {
  try {
    return runtime_status_from(word);
  } catch (const std::invalid_argument&) {
    throw py::value_error("'" + word + "' is no status of an instance");
  }
}

instance_filter filter_of(const py::dict& from) {
  instance_filter filter;
  if (const py::handle words = member(from, "statuses"))
    for (const py::handle each : words) filter.statuses.push_back(status_of(text_of(each)));
  filter.orchestration = optional_text(from, "orchestration");
  filter.id_prefix = optional_text(from, "id_prefix");
  if (member(from, "ids")) filter.ids = py::cast<std::vector<std::string>>(member(from, "ids"));
  filter.parent = optional_text(from, "parent");
  filter.roots_only = optional_bool(from, "roots_only").value_or(false);
  if (member(from, "label")) {
    const auto [name, value] = py::cast<std::tuple<std::string, std::string>>(member(from, "label"));
    filter.has_label = label{name, value};
  }
  filter.created_from = time_of(optional_int(from, "created_from"));
  filter.created_before = time_of(optional_int(from, "created_before"));
  filter.updated_from = time_of(optional_int(from, "updated_from"));
  filter.updated_before = time_of(optional_int(from, "updated_before"));
  return filter;
}

instance_order order_of(const std::string& word) {
  if (word == "created") return instance_order::created;
  if (word == "id") return instance_order::id;
  if (word == "updated") return instance_order::updated;
  throw py::value_error("order must be 'created', 'id' or 'updated', not '" + word + "'");
}

py::tuple list_instances(const admin& store_admin, const py::dict& filter, const std::string& order,
                         bool descending, std::size_t limit, const std::string& cursor) {
  const instance_query query{filter_of(filter), order_of(order), descending, limit, cursor};
  const instance_page page = released([&] { return store_admin.list_instances(query); });
  return py::make_tuple(list_of(page.instances), page.cursor);
}

py::tuple find_instances(const admin& store_admin, const std::string& filter, std::size_t limit,
                         const std::string& cursor) {
  const instance_page page = released([&] { return store_admin.list(filter, {limit, cursor}); });
  return py::make_tuple(list_of(page.instances), page.cursor);
}

// As filter_error, about the argument of this name.
void require_group(const std::string& name) {
  try {
    parse_group(name);
  } catch (const filter_error& e) {
    constexpr std::string_view subject = "the filter";
    std::string reason = e.what();
    if (reason.starts_with(subject)) reason.replace(0, subject.size(), "by");
    throw filter_error(reason, e.column());
  }
}

py::list count_instances(const admin& store_admin, const std::string& filter,
                         const std::optional<std::string>& group) {
  if (group) require_group(*group);
  py::list counts;
  for (const group_count& each : released([&] { return store_admin.count(filter, group.value_or("")); }))
    counts.append(py::make_tuple(text_or_none(each.value), each.instances));
  return counts;
}

py::list instance_tree(const admin& store_admin, const std::string& instance) {
  py::list rows;
  for (const instance_in_tree& each : released([&] { return store_admin.get_instance_tree(instance); }))
    rows.append(py::make_tuple(to_python(each.summary), each.depth));
  return rows;
}

py::dict system_metrics_row(const admin& store_admin) {
  const system_metrics counted = released([&] { return store_admin.get_system_metrics(); });
  py::dict row;
  row["instances"] = counted.instances;
  row["pending"] = counted.pending;
  row["running"] = counted.running;
  row["completed"] = counted.completed;
  row["failed"] = counted.failed;
  row["cancelled"] = counted.cancelled;
  row["unreadable"] = counted.unreadable;
  row["executions"] = counted.executions;
  row["events"] = counted.events;
  return row;
}

py::dict queue_depths_row(const admin& store_admin) {
  const queue_depths depths = released([&] { return store_admin.get_queue_depths(); });
  py::dict row;
  row["messages"] = depths.messages;
  row["later_messages"] = depths.later_messages;
  row["timers"] = depths.timers;
  row["activities_waiting"] = depths.activities_waiting;
  row["activities_taken"] = depths.activities_taken;
  return row;
}

py::object instance_statistics_row(const admin& store_admin, const std::string& instance) {
  const auto found = released([&] { return store_admin.instance_statistics(instance); });
  if (!found) return py::none();
  py::dict row;
  row["history_events"] = found->history_events;
  row["history_bytes"] = found->history_bytes;
  row["queued_messages"] = found->queued_messages;
  row["inbox_messages"] = found->inbox_messages;
  row["kv_keys"] = found->kv_keys;
  row["kv_bytes"] = found->kv_bytes;
  return row;
}

prune_options pruning(std::uint64_t keep_last, const optional_ms& ended_before) {
  return {keep_last, time_of(ended_before)};
}

void bind_reading(py::class_<admin>& type) {
  type.def("list_instances", &list_instances);
  type.def("find_instances", &find_instances);
  type.def("count_instances", &count_instances);
  type.def("instance_info", [](const admin& store_admin, const std::string& instance) {
    return to_python(released([&] { return store_admin.get_instance_info(instance); }));
  });
  type.def("instance_tree", &instance_tree);
  type.def("executions", [](const admin& store_admin, const std::string& instance) {
    return list_of(released([&] { return store_admin.list_executions(instance); }));
  });
  type.def("execution_info",
           [](const admin& store_admin, const std::string& instance, std::uint64_t execution) {
             return to_python(released([&] { return store_admin.get_execution_info(instance, execution); }));
           });
  type.def("history", [](const admin& store_admin, const std::string& instance, std::uint64_t execution) {
    return list_of(released([&] { return store_admin.read_history(instance, execution); }));
  });
  type.def("system_metrics", &system_metrics_row);
  type.def("queue_depths", &queue_depths_row);
  type.def("instance_statistics", &instance_statistics_row);
  type.def("problems", [](const admin& store_admin, const std::optional<std::string>& kind,
                          const std::optional<std::string>& instance, std::size_t limit) {
    problem_query what{.instance = instance, .limit = limit};
    if (kind) what.kind = problem_kind_from(*kind);
    return list_of(released([&] { return store_admin.list_problems(what).problems; }));
  });
  type.def("explain", [](const admin& store_admin, const std::string& instance) {
    return to_python(released([&] { return store_admin.explain(instance); }));
  });
  type.def("nodes", [](const admin& store_admin, std::size_t ended) {
    return list_of(released([&] { return store_admin.list_nodes(ended); }));
  });
}

rewind_options rewinding(std::string reason, std::optional<std::string> version,
                         const std::optional<std::string>& input, bool drops_messages) {
  rewind_options options{std::move(reason), std::move(version), std::nullopt, drops_messages};
  if (input) options.input = json_text(*input);
  return options;
}

py::tuple rewind_result(const rewind_receipt& done) {
  return py::make_tuple(done.execution, done.event, list_of(done.instances));
}

void bind_rewinding(py::class_<admin>& type) {
  type.def("rewind", [](const admin& store_admin, const std::string& instance,
                        const std::optional<std::uint64_t>& event, const std::string& reason,
                        const std::optional<std::string>& version, bool drops_messages, bool preview) {
    const rewind_point point = event ? rewind_point::event(*event) : rewind_point::last_failure();
    const rewind_options options = rewinding(reason, version, std::nullopt, drops_messages);
    return rewind_result(released([&] {
      return preview ? store_admin.preview_rewind(instance, point, options)
                     : store_admin.rewind(instance, point, options);
    }));
  });
  type.def("restart",
           [](const admin& store_admin, const std::string& instance, const std::optional<std::string>& input,
              const std::string& reason, const std::optional<std::string>& version, bool drops_messages) {
             const rewind_options options = rewinding(reason, version, input, drops_messages);
             return rewind_result(
                 released([&] { return store_admin.rewind(instance, rewind_point::begin(), options); }));
           });
}

void bind_changing(py::class_<admin>& type) {
  type.def("delete_instance", [](const admin& store_admin, const std::string& instance, bool force,
                                 const optional_ms& patience) {
    return to_python(
        released([&] { return store_admin.delete_instance(instance, force, limit_of(patience)); }));
  });
  type.def("delete_instances", [](const admin& store_admin, const py::dict& filter, std::size_t limit) {
    return to_python(
        released([&, wanted = filter_of(filter)] { return store_admin.delete_instances(wanted, limit); }));
  });
  type.def("prune_executions", [](const admin& store_admin, const std::string& instance,
                                  std::uint64_t keep_last, const optional_ms& ended_before) {
    const prune_options options = pruning(keep_last, ended_before);
    return to_python(released([&] { return store_admin.prune_executions(instance, options); }));
  });
  type.def("prune_many", [](const admin& store_admin, const py::dict& filter, std::uint64_t keep_last,
                            const optional_ms& ended_before, std::size_t limit) {
    const prune_options options = pruning(keep_last, ended_before);
    return to_python(released(
        [&, wanted = filter_of(filter)] { return store_admin.prune_executions(wanted, options, limit); }));
  });
}

void bind_transfer(py::class_<admin>& type) {
  type.def("export_instances",
           [](const admin& store_admin, const std::string& file, const std::optional<std::string>& root) {
             return to_python(released([&] { return store_admin.export_instances(file, root); }));
           });
  type.def("import_instances", [](const admin& store_admin, const std::string& file) {
    return to_python(released([&] { return store_admin.import_instances(file); }));
  });
  type.def("compare_instances", [](const admin& store_admin, const std::string& file, std::size_t limit) {
    return list_of(released([&] { return store_admin.compare_instances(file, limit); }));
  });
  type.def("verify", [](const admin& store_admin) {
    return to_python(released([&] { return store_admin.verify(); }));
  });
}

}  // namespace

void bind_admin(py::module_& module) {
  py::class_<admin> type(module, "Admin");
  bind_reading(type);
  bind_changing(type);
  bind_rewinding(type);
  bind_transfer(type);
}

}  // namespace duroxide::python
