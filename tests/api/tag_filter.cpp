#include "duroxide/tag_filter.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/options.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_tag_filter {

using namespace duroxide;

namespace {

// Which of: no tag, "gpu", "cpu", "tpu".
std::string accepted_by(const tag_filter& filter) {
  std::string accepted = filter.matches(std::nullopt) ? "none " : "";
  for (const char* tag : {"gpu", "cpu", "tpu"})
    if (filter.matches(tag)) accepted += std::string(tag) + " ";
  return accepted;
}

std::string refusal(std::vector<std::string> tags) {
  try {
    tag_filter::tags(tags);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_argument);
    CHECK_THROWS_AS(tag_filter::default_and(tags), configuration_error);
    return e.what();
  }
  return "accepted";
}

}  // namespace

LAW("each form of filter accepts what its name says") {
  CHECK(accepted_by(tag_filter::default_only()) == "none ");
  CHECK(accepted_by(tag_filter::tags({"gpu"})) == "gpu ");
  CHECK(accepted_by(tag_filter::tags({"gpu", "cpu"})) == "gpu cpu ");
  CHECK(accepted_by(tag_filter::default_and({"tpu"})) == "none tpu ");
  CHECK(accepted_by(tag_filter::any()) == "none gpu cpu tpu ");
  CHECK(accepted_by(tag_filter::none()) == "");
  CHECK(tag_filter::none().accepts_nothing());
  CHECK_FALSE(tag_filter::tags({"gpu"}).accepts_nothing());
}

LAW("workers accept what has no tag, unless they are told otherwise") {
  CHECK(accepted_by(runtime_options().worker_tag_filter) == "none ");
}

LAW("a filter names one to five legal tags") {
  CHECK(refusal({}) == "a tag filter names one to 5 tags, not 0");
  CHECK(refusal({"a", "b", "c", "d", "e", "f"}) == "a tag filter names one to 5 tags, not 6");
  CHECK_THAT(refusal({""}), Catch::Contains("tag is empty"));
  CHECK_THAT(refusal({std::string(257, 'x')}), Catch::Contains("tag"));
  CHECK(refusal({"a", "b", "c", "d", std::string(256, 'x')}) == "accepted");
}

}  // namespace laws_of_tag_filter
