// Those who start instances, send them what they wait for, and look at what comes of it.
#pragma once

#include "duroxide/duroxide.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::chaos {

struct kind_of_work;

// Threads that each see one instance after the other to its end, through one client without a runtime. An
// outage of the store is nothing to them: they ask again.
class clients {
public:
  // So many instances, and others until they may end.
  clients(client through, std::size_t instances);
  clients(const clients&) = delete;
  clients& operator=(const clients&) = delete;
  // They begin nothing new, and see through what they have begun.
  ~clients();

  void may_end() { may_end_ = true; }

  std::size_t finished() const { return finished_; }
  bool all_done() const { return busy_ == 0; }

  // REQUIRES: all is done. Activities that the instances must have run; lines for instances that did not end
  // in time, and for those that did not end as they must.
  std::size_t activities() const { return activities_; }
  const std::vector<std::string>& lost() const { return lost_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

private:
  void work();
  std::optional<std::size_t> next();
  void see_through(const kind_of_work& kind, std::size_t number);
  void start(const kind_of_work& kind, const std::string& id, int input);
  void feed(const kind_of_work& kind, const std::string& id, int input);
  void await(const std::string& id, const std::string& output);
  void look_at_values(const std::string& id, int expected);
  void note(std::vector<std::string>& list, std::string line);

  client client_;
  const std::size_t instances_;
  std::atomic<bool> may_end_ = false;
  std::atomic<std::size_t> begun_ = 0;
  std::atomic<std::size_t> finished_ = 0;
  std::atomic<std::size_t> activities_ = 0;
  std::atomic<std::size_t> busy_;
  std::mutex mutex_;
  std::vector<std::string> lost_;
  std::vector<std::string> wrong_;
  std::vector<std::thread> threads_;
};

}  // namespace duroxide::chaos
