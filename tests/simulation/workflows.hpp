// The orchestrations and activities that run the random workflows.
#pragma once

#include "duroxide/duroxide.hpp"
#include "tests/simulation/program.hpp"

#include <functional>

namespace duroxide::simulation {

inline constexpr orchestration<outcome(program)> interpreter{"Interpreter"};
inline constexpr event_queue<std::int64_t> messages{"messages"};

// A durable actor that counts its commands: each has one.
struct tally_state {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(tally_state, (), (count))
inline constexpr durable_actor<tally_state> tally{"tally"};

// What an interpreter's failure says at its end.
inline constexpr const char* told_to_fail = "it was told to fail";

// The custom status of a workflow that waits for its n-th signal, and the name of that event.
std::string signal_name(std::int64_t n);

// `ran` is told of each run of an activity, while it runs.
using activity_observer = std::function<void(const activity_context&)>;
void register_all(runtime& runtime, const activity_observer& ran);

}  // namespace duroxide::simulation
