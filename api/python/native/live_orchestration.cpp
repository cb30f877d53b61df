#include "api/python/native/live_orchestration.hpp"

#include "api/python/native/code_lines.hpp"

#include <pybind11/stl.h>

#include <memory>

namespace duroxide::python {

void live_orchestration::set_custom_status(const std::string& status) {
  if (is_alive()) context_.set_custom_status(status, line_of_caller());
}

void live_orchestration::reset_custom_status() {
  if (is_alive()) context_.reset_custom_status(line_of_caller());
}

std::optional<std::string> live_orchestration::custom_status() const {
  return is_alive() ? context_.get_custom_status() : std::nullopt;
}

void live_orchestration::set_kv(const std::string& key, const std::string& json) {
  if (is_alive()) context_.set_kv_value(key, json_text(json), line_of_caller());
}

std::optional<std::string> live_orchestration::kv(const std::string& key) const {
  if (!is_alive()) return std::nullopt;
  auto found = context_.get_kv_value<json_text>(key);
  if (!found) return std::nullopt;
  return std::move(*found).text();
}

std::map<std::string, std::string> live_orchestration::kv_values() const {
  std::map<std::string, std::string> values;
  if (is_alive())
    for (const auto& [key, value] : context_.get_kv_all_values()) values.emplace(key, value.text());
  return values;
}

void live_orchestration::clear_kv(const std::string& key) {
  if (is_alive()) context_.clear_kv_value(key, line_of_caller());
}

void live_orchestration::clear_all_kv() {
  if (is_alive()) context_.clear_all_kv_values(line_of_caller());
}

std::size_t live_orchestration::prune_kv(std::int64_t updated_before) {
  if (!is_alive()) return 0;
  return context_.prune_kv_values_updated_before(timestamp(duration(updated_before)), line_of_caller());
}

void live_orchestration::set_label(const std::string& name, const label_argument& value) {
  if (is_alive()) context_.set_label(label_of(name, value), line_of_caller());
}

void live_orchestration::clear_label(const std::string& name) {
  if (is_alive()) context_.clear_label(name, line_of_caller());
}

py::dict live_orchestration::labels() const {
  return is_alive() ? to_python(context_.get_labels()) : py::dict();
}

std::uint64_t live_orchestration::random() { return is_alive() ? context_.random(line_of_caller()) : 0; }

void live_orchestration::trace(int level, const std::string& text) const {
  if (is_alive()) context_.trace(trace_level_of(level), text);
}

trace_level trace_level_of(int level) {
  switch (level) {
  case 0: return trace_level::debug;
  case 1: return trace_level::info;
  case 2: return trace_level::warn;
  case 3: return trace_level::error;
  default: throw py::value_error("a level is 0 (debug), 1 (info), 2 (warn) or 3 (error)");
  }
}

void bind_live_orchestration(py::module_& module) {
  py::class_<live_orchestration, std::shared_ptr<live_orchestration>>(module, "OrchestrationState")
      .def("is_alive", &live_orchestration::is_alive)
      .def("set_custom_status", &live_orchestration::set_custom_status)
      .def("reset_custom_status", &live_orchestration::reset_custom_status)
      .def("custom_status", &live_orchestration::custom_status)
      .def("set_kv", &live_orchestration::set_kv)
      .def("kv", &live_orchestration::kv)
      .def("kv_values", &live_orchestration::kv_values)
      .def("clear_kv", &live_orchestration::clear_kv)
      .def("clear_all_kv", &live_orchestration::clear_all_kv)
      .def("prune_kv", &live_orchestration::prune_kv)
      .def("set_label", &live_orchestration::set_label)
      .def("clear_label", &live_orchestration::clear_label)
      .def("labels", &live_orchestration::labels)
      .def("random", &live_orchestration::random)
      .def("is_replaying", &live_orchestration::is_replaying)
      .def("history_size", &live_orchestration::history_size)
      .def("continue_as_new_suggested", &live_orchestration::continue_as_new_suggested)
      .def("trace", &live_orchestration::trace);
}

}  // namespace duroxide::python
