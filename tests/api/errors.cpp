#include "duroxide/errors.hpp"

#include "duroxide/detail/shortened.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/result.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_errors {

using namespace duroxide;

struct wordless : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

namespace {

template <class Exception> error_details details_of(const Exception& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return details_of_current_exception(error_kind::activity_failed, "charge");
  }
}

}  // namespace

LAW("an exception of this library keeps its category, kind, message and source") {
  error_details mine{error_category::poison, error_kind::attempts_exhausted, "ten times", "reserve"};
  CHECK(details_of(error(mine)) == mine);
  CHECK(details_of(activity_failed(mine)) == mine);
  CHECK(details_of(timeout_error("late")) ==
        error_details{error_category::application, error_kind::timed_out, "late", "charge"});
  CHECK(details_of(configuration_error(error_kind::not_registered, "who")) ==
        error_details{error_category::configuration, error_kind::not_registered, "who", "charge"});
  CHECK(details_of(infrastructure_error(error_kind::store_in_use, "no")) ==
        error_details{error_category::infrastructure, error_kind::store_in_use, "no", "charge"});
  CHECK(details_of(instance_error(error_kind::instance_not_found, "no")).kind ==
        error_kind::instance_not_found);
}

LAW("an exception of this library keeps the type and the stack that it was given, and any other has none") {
  const error_details mine{
      error_category::application, error_kind::activity_failed, "no", "charge", false, "ValueError",
      "File \"a.py\", line 7"};
  CHECK(details_of(error(mine)) == mine);
  CHECK(details_of(activity_failed(mine)) == mine);
  const error_details plain = details_of(std::runtime_error("no"));
  CHECK(plain.type.empty());
  CHECK(plain.stack.empty());
  CHECK(details_of(final_error("no")).type.empty());
}

LAW("another exception is a failure of the application, and says what it says") {
  CHECK(details_of(std::runtime_error("out of stock")) ==
        error_details{error_category::application, error_kind::activity_failed, "out of stock", "charge"});
}

LAW("an exception whose what() is null is told by its type, and ends no process") {
  const error_details details = details_of(wordless());
  CHECK(details.kind == error_kind::activity_failed);
  CHECK(details.message == "an exception of type N14laws_of_errors8wordlessE, whose what() is null");
}

LAW("what is thrown and is no exception is called so") {
  error_details details = details_of(7);
  CHECK(details.kind == error_kind::panicked);
  CHECK(details.category == error_category::application);
  CHECK(details.message == "'charge' threw something that is not a std::exception");
}

LAW("what() is the message, and nothing around it") {
  CHECK(std::string(
            activity_failed({error_category::application, error_kind::activity_failed, "m", "s"}).what()) ==
        "m");
}

LAW("a text that is too long is cut after a whole character, and ends with how long it was") {
  const auto cut = [](const std::string& text) { return detail::shortened(text, 100); };
  CHECK(cut(std::string(100, 'x')) == std::string(100, 'x'));
  CHECK(cut(std::string(101, 'x')) == std::string(77, 'x') + "... (cut, of 101 bytes)");
  std::string wide = "xx";  // so that a character lies across the place of the cut
  for (int i = 0; i < 60; ++i) wide += "\xc3\xa4";
  CHECK(cut(wide).size() == 99);
  CHECK(cut(wide).starts_with(wide.substr(0, 76) + "... (cut"));
  CHECK(cut(cut(wide)) == cut(wide));
  const error_details kept = details_of(std::runtime_error(std::string(200'000, 'e')));
  CHECK(kept.message.size() == limits::error_text_bytes);
  const std::string large(200'000, 'e');
  const error_details typed = details_of(
      error({error_category::application, error_kind::activity_failed, "no", {}, true, large, large}));
  CHECK(typed.type.size() == limits::error_type_bytes);
  CHECK(typed.type.ends_with("(cut, of 200000 bytes)"));
  CHECK(typed.stack.size() == limits::error_text_bytes);
}

LAW("a result has a value, or throws why it has none") {
  result<int> good(7);
  CHECK(good.has_value());
  CHECK(*good == 7);
  CHECK(std::move(good).value() == 7);
  result<int> bad(failure({error_category::application, error_kind::timed_out, "late", {}},
                          std::make_exception_ptr(timeout_error("late"))));
  CHECK_FALSE(bad);
  CHECK(bad.error().message() == "late");
  CHECK_THROWS_AS(bad.value(), timeout_error);
  CHECK_THROWS_AS(std::move(bad).value(), timeout_error);
}

LAW("a result without a value is good unless it has an error") {
  result<void> good;
  CHECK(good);
  CHECK_NOTHROW(good.value());
  result<void, std::string> bad(std::string("why"));
  CHECK_FALSE(bad);
  CHECK(bad.error() == "why");
  CHECK_THROWS_AS(bad.value(), std::string);
}

}  // namespace laws_of_errors
