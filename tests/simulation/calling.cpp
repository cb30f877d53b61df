// How the simulator may be called, and how not.
#include "tests/simulation/arguments.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace laws_of_calling {

using namespace duroxide::simulation;

namespace {

arguments parse_words(std::vector<const char*> words) {
  words.insert(words.begin(), "duroxide_simulate");
  return parse(static_cast<int>(words.size()), words.data());
}

std::string refusal_of(const std::vector<const char*>& words) {
  try {
    (void)parse_words(words);
    return "it was taken";
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

}  // namespace

LAW("a simulator that is called wrongly says what was wrong") {
  CHECK_THAT(refusal_of({"--seed", "-5"}), Catch::Contains("--seed") && Catch::Contains("'-5'"));
  CHECK_THAT(refusal_of({"--seed", "abc"}), Catch::Contains("--seed") && Catch::Contains("'abc'"));
  CHECK_THAT(refusal_of({"--seeds", "2x"}), Catch::Contains("--seeds") && Catch::Contains("'2x'"));
  CHECK_THAT(refusal_of({"--seeds", "-1x"}), Catch::Contains("--seeds") && Catch::Contains("'-1x'"));
  CHECK_THAT(refusal_of({"--seeds", "0"}), Catch::Contains("--seeds 0"));
  CHECK_THAT(refusal_of({"--minutes", "nan"}), Catch::Contains("--minutes") && Catch::Contains("'nan'"));
  CHECK_THAT(refusal_of({"--minutes", "inf"}), Catch::Contains("'inf'"));
  CHECK_THAT(refusal_of({"--minutes", "-1"}), Catch::Contains("'-1'"));
  CHECK_THAT(refusal_of({"--from"}), Catch::Contains("--from needs a value"));
  CHECK_THAT(refusal_of({"--log", ""}), Catch::Contains("--log needs"));
  CHECK_THAT(refusal_of({"--seeds", "2", "--log", "x"}), Catch::Contains("--log goes with --seed only"));
  CHECK_THAT(refusal_of({"--seed", "2", "--seeds", "2"}), Catch::Contains("one of"));
  CHECK_THAT(refusal_of({"--seed", "2", "--report", "/no/such/folder/x"}),
             Catch::Contains("--report") && Catch::Contains("/no/such/folder/x"));
  CHECK_THAT(refusal_of({}), Catch::Contains("one of"));
  CHECK_THAT(refusal_of({"--sed", "1"}), Catch::Contains("'--sed' is unknown"));
}

LAW("a simulator takes what is right") {
  CHECK(parse_words({"--help"}).help);
  CHECK(parse_words({"--seed", "18446744073709551615"}).seed == 18446744073709551615ULL);
  CHECK(parse_words({"--minutes", "0.5", "--from", "7"}).from == 7);
}

}  // namespace laws_of_calling
