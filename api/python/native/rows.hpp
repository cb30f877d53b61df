// Values of the engine as Python dicts and tuples; _native.pyi says what they hold. All REQUIRE the GIL.
#pragma once

#include <duroxide/administration.hpp>
#include <duroxide/client.hpp>
#include "api/python/native/failures.hpp"
#include "api/python/native/labels.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::python {

inline std::int64_t ms(timestamp time) { return time.time_since_epoch().count(); }
inline duration limit_of(const std::optional<std::int64_t>& ms) { return ms ? duration(*ms) : no_limit; }

py::object text_or_none(const std::optional<std::string>& text);
py::object time_or_none(const std::optional<timestamp>& time);
py::object failure_or_none(const std::optional<error_details>& details);

py::tuple to_python(const instance_status& status, const std::string& instance);
py::dict to_python(const activity_state& activity);
py::dict to_python(const instance_summary& summary);
py::dict to_python(const instance_info& info);
py::dict to_python(const execution_info& execution);
py::dict to_python(const history_event& event);
py::dict to_python(const node_info& node);
py::dict to_python(const instance_problem& problem);
py::dict to_python(const explanation& told);
py::dict to_python(const deletion& deleted);
py::dict to_python(const transfer& transferred);
py::dict to_python(const verification& verified);
py::tuple to_python(const inconsistency& found);

template <class Values> py::list list_of(const Values& values) {
  py::list list(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) list[i] = to_python(values[i]);
  return list;
}

}  // namespace duroxide::python
