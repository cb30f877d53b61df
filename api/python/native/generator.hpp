// A generator or coroutine of Python that is run step by step: it waits for something, has returned, has failed, or
// continues as new.
#pragma once

#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/outcome.hpp"
#include "api/python/native/python_function.hpp"

#include <memory>
#include <variant>

namespace duroxide::python {

// What a step has come to. A failure is thrown: exception_of_helper.
struct returned {
  shared_object value;  // of a helper
  std::string json;     // of an orchestration
};
using step = std::variant<durable<outcome>, returned, continue_as_new_request>;

class generator {
public:
  // `depth`: in how many helpers it runs; 0: it is the orchestration itself.
  generator(std::shared_ptr<live_orchestration> live, int depth) : live_(std::move(live)), depth_(depth) {}
  generator(const generator&) = delete;
  generator& operator=(const generator&) = delete;
  // Closes what has not ended: its `finally` blocks run, with a context that is not alive.
  ~generator();

  // Each takes the GIL. `begin` calls the function of an orchestration, and runs what that gives.
  step begin(const python_function& function, const json_text& input);
  step begin(const python_function& made);
  step resume(const result<outcome>& got);

private:
  template <class Steps> step in_turn(Steps steps);
  step go_on(py::object value, py::object exception);  // one of them
  step end(py::handle value);
  [[noreturn]] void fail(const py::object& exception);

  std::shared_ptr<live_orchestration> live_;
  int depth_;
  py::object running_;  // REQUIRES the GIL, also to be destroyed
};

}  // namespace duroxide::python
