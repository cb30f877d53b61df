// The conformance kit: laws that hold for every provider. A program that links it says which stores to try.
#pragma once

#include "duroxide/conformance.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace duroxide::conformance {

// The stores to try. REQUIRES: defined by the program, or by `run`.
const std::vector<store_kind>& stores_under_test();

// A store with a joined node and its writer. Members that give a value fail the test if the store does not.
class live_store {
public:
  explicit live_store(const store_kind& kind);

  provider& operator*() const { return *provider_; }
  provider* operator->() const { return provider_.get(); }
  std::uint64_t node() const { return node_.node; }
  const node_membership& membership() const { return node_; }
  store_writer& writer() const { return *writer_; }
  store_under_test& store() const { return *store_; }
  // For another node: an object of its own, where the store is shared.
  std::shared_ptr<provider> provider_for_another() const;

  batch_receipt commit(const commit_batch& batch);
  turn_receipt commit(const turn_commit& turn);
  // Creates a running instance; its turn took events 1 and 2.
  void create(const std::string& instance);
  // The id of the message.
  std::uint64_t post(const message& content);

  // The node goes without a word, where that is possible, and the next one joins.
  void crash();
  // The node leaves, and the next one joins.
  void restart();

  // All that is stored of an instance, as text; "" if there is no such instance.
  std::string seen(const std::string& instance) const;

private:
  void join();

  std::unique_ptr<store_under_test> store_;
  std::shared_ptr<provider> provider_;
  node_membership node_;
  std::unique_ptr<store_writer> writer_;
};

// Another node beside the one of a live_store.
class other_node {
public:
  explicit other_node(const live_store& store, bool runs_orchestrations = true);

  provider* operator->() const { return provider_.get(); }
  std::uint64_t node() const { return node_.node; }
  const node_membership& membership() const { return node_; }
  store_writer& writer() const { return *writer_; }
  // Goes without a word; its writer stays to be asked. REQUIRES: a shared store.
  void die() { provider_.reset(); }

private:
  std::shared_ptr<provider> provider_;
  node_membership node_;
  std::unique_ptr<store_writer> writer_;
};

// Of the instance that has this id now.
std::uint64_t life_of(provider& store, const std::string& instance);

// Milliseconds after an arbitrary start of time.
timestamp moment(std::int64_t milliseconds);
inline constexpr timestamp end_of_time = timestamp::max();

// Of every shard, for the first node of a store.
inline constexpr std::uint64_t first_tenure = 1;

// Of any store, and perhaps more.
extern const std::vector<std::uint32_t> all_shards;

instance_start start_of(const std::string& instance);
// The first turn of a new instance: events 1 and 2.
turn_commit first_turn(const std::string& instance);
// A turn of execution 1 that appends one event.
turn_commit turn_of(const std::string& instance, std::uint64_t event_id);
// Ends its instance.
turn_commit last_turn(const std::string& instance, std::uint64_t event_id);
commit_batch batch_of(std::vector<turn_commit> turns);

message event_for(const std::string& instance, const std::string& name);
message timer_for(const std::string& instance, std::uint64_t source, timestamp due);
stored_activity activity_of(const std::string& instance, std::uint64_t event_id);
stored_activity shared_activity(const std::string& instance, std::uint64_t event_id);
// The first turn of an instance that schedules these.
turn_commit scheduling(const std::vector<stored_activity>& activities);

// Asks for ten activities named greet, without a tag, on as many sessions; sessions are idle after a second
// and protected for five.
activity_claim claim_at(std::int64_t milliseconds);
claimed_outcome outcome_of(const activity_key& key, const std::string& result);

// The names of events and the sources of timers, in order, with blanks between.
std::string outline(const std::vector<message>& messages);
// "a2 b7": instances and event ids.
std::string outline(const std::vector<stored_activity>& activities);
std::string outline(const std::vector<activity_key>& keys);

}  // namespace duroxide::conformance

// A law of every provider; its body has `store`, a live_store.
#define STORE_LAW(sentence) DUROXIDE_STORE_LAW_AT(sentence, __LINE__)
// One step more, so that the line is a number before it is pasted.
#define DUROXIDE_STORE_LAW_AT(sentence, line) DUROXIDE_STORE_LAW_ON(sentence, line)
#define DUROXIDE_STORE_LAW_ON(sentence, line) DUROXIDE_STORE_LAW_IN(sentence, store_law_##line)
#define DUROXIDE_STORE_LAW_IN(sentence, function)                                                            \
  static void function(duroxide::conformance::live_store& store);                                            \
  LAW(sentence) {                                                                                            \
    for (const auto& kind : duroxide::conformance::stores_under_test()) {                                    \
      DYNAMIC_SECTION("in " << kind.name) {                                                                  \
        duroxide::conformance::live_store fresh(kind);                                                       \
        function(fresh);                                                                                     \
      }                                                                                                      \
    }                                                                                                        \
  }                                                                                                          \
  static void function(duroxide::conformance::live_store& store)
