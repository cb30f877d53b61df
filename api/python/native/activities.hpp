// Activities that are written in Python.
#pragma once

#include <duroxide/registry.hpp>
#include "api/python/native/gil.hpp"
#include "api/python/native/loop_queue.hpp"
#include "api/python/native/python_function.hpp"

#include <memory>

namespace duroxide::python {

// `function` is called with the context and the input, on a worker's thread.
activity_handler run_activity_in_python(python_function function);

// `begin` is called on the thread of the queue's event loop, with the context, the input and a completion; it gives the
// task that runs, whose `cancel` is called there if the activity is cancelled.
async_activity_handler begin_activity_in_python(python_function begin, std::shared_ptr<loop_queue> queue);

void bind_activities(py::module_& module);

}  // namespace duroxide::python
