#include "tests/cluster/support/load.hpp"

#include "tests/cluster/contracts.hpp"
#include "tests/cluster/support/cluster.hpp"
#include "tests/support/eventually.hpp"

#include <algorithm>
#include <stdexcept>

namespace duroxide::cluster_tests {

namespace {

constexpr int children = 3;
constexpr int brought = 1000;

// While the store is away, a client is told so, and asks again.
template <class Operation> void insist(const std::string& subject, Operation operation) {
  const bool done = testing_support::eventually(
      [&] {
        try {
          operation();
          return true;
        } catch (const infrastructure_error&) {
          return false;
        }
      },
      patience);
  if (!done) throw std::runtime_error(subject + ": the store did not come back");
}

std::string patient_id(int number) { return "patient-" + std::to_string(number); }

std::string text_of(const instance_status& ended) {
  if (ended.status == runtime_status::completed) return ended.output;
  return std::string(to_string(ended.status)) + (ended.error ? ": " + ended.error->message : "");
}

}  // namespace

void load::begin(const orchestration<int(int)>& contract, const std::string& id, int input, int output) {
  insist(id, [&] { client_.start(contract, id, input); });
  outputs_[id] = std::to_string(output);
}

void load::start(int chains) {
  for (int i = 0; i < chains; ++i) {
    const int n = chains_++;
    begin(chain, "chain-" + std::to_string(n), n, n + steps_of_chain);
    activities_ += steps_of_chain;
    if (n % 4 != 0) continue;
    begin(family, "family-" + std::to_string(n), children,
          children * (children - 1) / 2 + children * steps_of_chain);
    activities_ += children * steps_of_chain;
    begin(sleeper, "sleeper-" + std::to_string(n), n, n + 1);
    activities_ += 1;
  }
}

void load::start_patients(int count) {
  const int first = patients_;
  for (int i = 0; i < count; ++i) {
    const int n = patients_++;
    begin(patient, patient_id(n), n, n + brought + 1);
    activities_ += 1;
  }
  for (int n = first; n < patients_; ++n) client_.instance(patient_id(n)).wait_for_status_change(0, patience);
}

void load::raise_events() {
  while (raised_ < patients_) {
    insist(patient_id(raised_), [&] { client_.instance(patient_id(raised_)).raise(go, brought); });
    ++raised_;
  }
}

std::string load::wrong() {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string lines;
  for (const auto& [id, output] : outputs_) {
    std::string got = "did not end in time";
    try {
      insist(id, [&] {
        const auto rest = std::chrono::ceil<duration>(deadline - std::chrono::steady_clock::now());
        got = text_of(client_.instance(id).wait(std::max(rest, duration(1))));
      });
    } catch (const timeout_error&) {
      // `got` says so.
    }
    if (got != output) lines += id + ": " + got + ", not " + output + "\n";
  }
  return lines;
}

}  // namespace duroxide::cluster_tests
