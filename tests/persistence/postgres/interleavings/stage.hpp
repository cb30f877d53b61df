// A schema of its own in which a few operations run at the same time, one of them going on at any moment.
#pragma once

#include "tests/persistence/interleavings/stage.hpp"
#include "tests/persistence/postgres/interleavings/player.hpp"
#include "tests/support/postgres_schema.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::interleavings {

// A player is a session. It waits before the next statement that counts, and before its commit.
class postgres_stage final : public stage {
public:
  postgres_stage();

  std::vector<breach> breaches_after(const std::string& sql, const std::string& done) override;

protected:
  void begin(const std::string& situation, const std::vector<std::string>& operations) override;
  std::vector<std::size_t> ready() const override;
  void go_on(std::size_t number, outcome& result) override;
  std::vector<breach> judged() override { return judged(done_); }

private:
  enum class state : std::uint8_t {
    ready,    // between two statements of the client
    stopped,  // before a statement of a function
    locked,   // waits for another player
    running,
    finished,
  };
  struct role {
    std::string operation;
    state phase = state::finished;
    int stop = 0;                // where it was stopped
    int stops = 0;               // how many it has come to
    std::array<bool, 2> held{};  // which of its gates are closed
    bool committing = false;
    std::string answer;
  };

  void instrument();
  void let_go_on(std::size_t number, outcome& result);
  void open_gate(std::size_t number);
  void settle(outcome& result);
  void hear(std::size_t number, outcome& result);
  bool somebody_says_something();
  void look_at_locks();
  void finish(role& part);
  bool any(state what) const;
  void take_end(std::size_t number, outcome& result);
  std::vector<breach> judged(const std::string& done);

  testing_support::postgres_schema schema_;
  std::unique_ptr<player> control_;
  std::vector<std::unique_ptr<player>> players_;
  std::vector<role> roles_;
  std::vector<std::string> stops_;  // first lines of statements, by number
  std::string forget_;
  std::string done_;  // JSON, for said.sql
  int commits_ = 0;
  int performed_ = 0;
};

}  // namespace duroxide::interleavings
