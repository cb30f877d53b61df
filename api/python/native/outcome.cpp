#include "api/python/native/outcome.hpp"

#include "api/python/native/nesting.hpp"

namespace duroxide::python {

namespace {

py::object kv_text_to_python(const outcome::kv_text& found) {
  if (!found.json) return py::none();
  py::object value = loads(*found.json);
  return py::isinstance<py::str>(value) ? value : py::object(to_python(*found.json));
}

py::object failure_text(const failure& why) {
  return invoke(the_package().failure_text, to_python(why.details()));
}

py::object marked(const outcome::settled& branch) {
  py::dict marked;
  if (branch)
    marked["ok"] = to_python(*branch);
  else
    marked["err"] = failure_text(branch.error());
  return marked;
}

py::object element(joined_form form, const outcome::settled& branch) {
  return form == joined_form::marked || !branch ? marked(branch) : to_python(*branch);
}

struct conversion {
  py::object operator()(const outcome::payload& what) const { return loads(what.json); }
  py::object operator()(const shared_object& what) const {
    return py::reinterpret_borrow<py::object>(what.get());
  }
  py::object operator()(const outcome::kv_text& what) const { return kv_text_to_python(what); }
  py::object operator()(const outcome::joined& what) const {
    py::list elements(what.branches.size());
    for (std::size_t i = 0; i < what.branches.size(); ++i) elements[i] = element(what.form, what.branches[i]);
    return elements;
  }
  // A branch that failed wins as well, with the text of its failure.
  py::object operator()(const outcome::winner& what) const {
    const outcome::settled& branch = what.branch.front();
    py::dict won;
    won["index"] = what.index;
    won["value"] = branch ? to_python(*branch) : failure_text(branch.error());
    return won;
  }
  py::object operator()(const outcome::settled_branch& what) const { return marked(what.branch.front()); }
};

}  // namespace

py::object to_python(const outcome& what) {
  const nesting deeper("results of tasks are nested too deeply");
  return std::visit(conversion(), what.get());
}

py::object exception_of(const failure& why) {
  try {
    why.raise();
  } catch (const exception_of_helper& e) {
    return py::reinterpret_borrow<py::object>(e.exception().get());
  } catch (const activity_failed&) {
    return exception_of_awaited(why.details(), awaited::activity);
  } catch (const sub_orchestration_failed&) {
    return exception_of_awaited(why.details(), awaited::sub_orchestration);
  } catch (...) {
    return exception_of_awaited(why.details(), awaited::other);
  }
}

}  // namespace duroxide::python
