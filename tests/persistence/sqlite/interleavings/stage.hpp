// A file that a few processes work with at the same time, one of them going on at any moment.
#pragma once

#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/member_lock.hpp"
#include "tests/persistence/interleavings/stage.hpp"
#include "tests/persistence/sqlite/interleavings/player.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::interleavings {

// A player is a process. It waits before what begins a transaction, and before a commit, when it has the
// write lock; one that wants the lock then tries again and again, as everybody does, until it gets it. Nodes
// 1 to 3 of the situation live as long as this process holds their locks; whoever is to be expired dies when
// all are ready.
class sqlite_stage final : public stage {
public:
  // Forks. REQUIRES: one thread, and no open database.
  sqlite_stage();

  std::vector<breach> breaches_after(const std::string& sql, const std::string& done) override;

protected:
  void begin(const std::string& situation, const std::vector<std::string>& operations) override;
  std::vector<std::size_t> ready() const override;
  void go_on(std::size_t number, outcome& result) override;
  std::vector<breach> judged() override { return judged(done_); }

private:
  enum class state : std::uint8_t {
    ready,   // it has not begun, or is stopped
    locked,  // it waits for the lock of another player
    running,
    finished,
  };
  struct role {
    std::string operation;
    state phase = state::finished;
    std::string next;  // the statement that it is stopped before
    bool holds = false;
  };

  void open();
  void set(const std::string& situation);
  void settle(outcome& result);
  void hear(std::size_t number, const std::string& line, outcome& result);
  bool any(state what) const;
  bool is_locked() const;
  void ask(std::size_t number, const std::string& line);
  std::vector<breach> judged(const std::string& done);

  const persistence_tests::temporary_folder folder_;
  std::vector<std::unique_ptr<player>> players_;
  std::vector<role> roles_;
  std::unique_ptr<persistence::sqlite::database> control_;
  std::array<std::optional<persistence::sqlite::member_lock>, 3> alive_;
  std::string what_must_hold_;
  std::string done_;  // JSON, for said.sql
  int commits_ = 0;
};

}  // namespace duroxide::interleavings
