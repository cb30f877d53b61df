// What an orchestration in Python yields, as durable things of C++.
#pragma once

#include "api/python/native/outcome.hpp"

#include <memory>
#include <optional>

namespace duroxide::python {

class live_orchestration;

// Helper generators and coroutines run inside combinations as branches of their own.
using helper_branch = durable<outcome> (*)(std::shared_ptr<live_orchestration> live, py::object generator,
                                           int depth);

struct task_maker {
  std::shared_ptr<live_orchestration> live;
  orchestration_context context;
  code_location where;
  helper_branch run_helper;
  int helper_depth;  // of what asks for it: 0, or in how many helpers it is

  // Does what takes no time (a detached start, the time, a GUID), and gives its value; else nothing.
  std::optional<py::object> done_at_once(py::handle task) const;
  std::optional<continue_as_new_request> continuation(py::handle task) const;
  // Throws py::type_error or py::value_error that says what is wrong with the descriptor, and RecursionError of Python
  // if it is nested too deeply.
  durable<outcome> make(py::handle task) const;

private:
  durable<outcome> make_nested(py::handle task) const;
  durable<outcome> activity(py::handle task) const;
  durable<outcome> sub_orchestration(py::handle task) const;
  durable<outcome> timer(py::handle task) const;
  durable<outcome> kv_read(py::handle task) const;
  durable<outcome> combination(const std::string& type, py::handle task) const;
  std::vector<durable<outcome>> branches(py::handle task) const;
};

}  // namespace duroxide::python
