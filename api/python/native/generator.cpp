#include "api/python/native/generator.hpp"

#include "api/python/native/code_lines.hpp"
#include "api/python/native/driver.hpp"
#include "api/python/native/helper.hpp"
#include "api/python/native/running_handler.hpp"
#include "api/python/native/tasks.hpp"

namespace duroxide::python {

namespace {

// What generator.send or generator.throw has come to.
struct reaction {
  PySendResult how = PYGEN_ERROR;
  py::object value;  // yielded, or returned
};

reaction sent(py::handle to, py::handle value) {
  PyObject* got = nullptr;
  const PySendResult how = guarded([&] { return PyIter_Send(to.ptr(), value.ptr(), &got); });
  return {how, py::reinterpret_steal<py::object>(got)};
}

reaction thrown(py::handle to, py::handle exception) {
  PyObject* yielded = guarded([&] { return PyObject_CallMethod(to.ptr(), "throw", "O", exception.ptr()); });
  if (yielded != nullptr) return {PYGEN_NEXT, py::reinterpret_steal<py::object>(yielded)};
  if (PyErr_ExceptionMatches(PyExc_StopIteration) == 0) return {};
  const py::object stop = take_exception();
  return {PYGEN_RETURN, stop.attr("value")};
}

}  // namespace

generator::~generator() {
  if (finalizing()) {
    (void)running_.release();
    return;
  }
  if (!running_) return;
  const gil held;
  running_ = py::object();
  if (PyErr_Occurred() != nullptr) PyErr_WriteUnraisable(nullptr);
}

template <class Steps> step generator::in_turn(Steps steps) {
  const gil held;
  const running_handler here;
  const live_orchestration::turn now(*live_);
  try {
    return steps();
  } catch (const exception_of_helper&) {
    throw;
  } catch (...) {
    fail(thrown_exception());
  }
}

step generator::begin(const python_function& function, const json_text& input) {
  return in_turn([&]() -> step {
    const orchestration_context& ctx = live_->context();
    const py::object context =
        invoke(the_package().orchestration_context, live_, ctx.instance_id(), ctx.execution_id(),
               ctx.orchestration_name(), ctx.orchestration_version());
    const py::object value = loads(input.text());
    py::object made = invoke(function.get(), context, value);
    if (!PyGen_CheckExact(made.ptr()) && !PyCoro_CheckExact(made.ptr())) return end(made);
    running_ = std::move(made);
    return go_on(py::none(), py::object());
  });
}

step generator::begin(const python_function& made) {
  return in_turn([&]() -> step {
    require_new_generator(made.get());
    running_ = py::reinterpret_borrow<py::object>(made.get());
    return go_on(py::none(), py::object());
  });
}

step generator::resume(const result<outcome>& got) {
  return in_turn([&]() -> step {
    py::object exception;
    py::object value;
    if (got) {
      try {
        value = to_python(*got);
      } catch (...) {
        exception = thrown_exception();
      }
    } else {
      exception = exception_of(got.error());
    }
    return go_on(std::move(value), std::move(exception));
  });
}

// Goes on as long as the generator asks for what takes no time, and with the exception for each mistake, which is
// raised where it was made.
step generator::go_on(py::object value, py::object exception) {
  for (;;) {
    const reaction now = exception ? thrown(running_, exception) : sent(running_, value);
    if (now.how == PYGEN_ERROR) fail(take_exception());
    if (now.how == PYGEN_RETURN) return end(now.value);
    value = py::object();
    exception = py::object();
    try {
      const task_maker make{live_, live_->context(), line_of_generator(running_), &run_helper, depth_};
      if (auto at_once = make.done_at_once(now.value))
        value = *std::move(at_once);
      else if (auto request = make.continuation(now.value))
        return step(*std::move(request));
      else
        return step(make.make(now.value));
    } catch (...) {
      exception = thrown_exception();
    }
  }
}

step generator::end(py::handle value) {
  returned done;
  if (depth_ == 0)
    done.json = dumps(value);
  else
    done.value = shared_object(py::reinterpret_borrow<py::object>(value));
  running_ = py::object();
  return done;
}

// A failure of something awaited that nobody caught stays what it is.
void generator::fail(const py::object& exception) {
  const std::string& name = live_->context().orchestration_name();
  error_details details = details_of(exception, error_kind::orchestration_failed, name);
  running_ = py::object();
  throw exception_of_helper(std::move(details), shared_object(exception));
}

}  // namespace duroxide::python
