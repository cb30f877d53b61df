// What the laws of the PostgreSQL provider have in common.
#pragma once

#include "duroxide/postgres_provider.hpp"
#include "persistence/postgres/connection.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres_schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>

namespace duroxide::persistence_tests {

// A session outside of any provider: what an administrator sees and does.
class raw_session {
public:
  // Looks into `schema`.
  raw_session(const std::string& url, const std::string& schema);
  // Runs statements; gives the first column of the first row of the last one.
  std::string run(const std::string& sql);
  int number(const std::string& sql) { return std::stoi(run(sql)); }

private:
  persistence::postgres::connection connection_;
};

// Schemas with names of their own, on a server whose sessions may be tampered with.
std::string new_schema();
std::string with_option(const std::string& url, const std::string& option);

// A provider with a joined node and its writer, on a schema of its own of the program's private server.
class lone_node {
public:
  // `url`: another way to the private server.
  explicit lone_node(const std::string& url = testing_support::private_server().url(),
                     const std::string& schema = new_schema());

  provider& operator*() const { return *provider_; }
  provider* operator->() const { return provider_.get(); }
  std::uint64_t node() const { return node_.node; }
  const node_membership& membership() const { return node_; }
  store_writer& writer() const { return *writer_; }
  const std::string& schema() const { return schema_; }
  // Looks past the provider.
  raw_session beside() const { return {testing_support::private_server().url(), schema_}; }

  stored<batch_receipt> commit(const turn_commit& turn) const;
  // "committed", "stale", ... or what the failed commit is certain of: "not_done", "unknown", ...
  std::string outcome(const turn_commit& turn) const;
  // Goes without a word; its writer stays to be asked.
  void die() { provider_.reset(); }

  // Ends the sessions that this provider has with the server, and waits until they are gone.
  void lose_sessions() const;

private:
  std::string schema_;
  std::string name_;  // of its sessions
  std::shared_ptr<provider> provider_;
  node_membership node_;
  std::unique_ptr<store_writer> writer_;
};

std::string outcome_of_commit(const stored<batch_receipt>& written);
std::string to_string(commit_certainty certainty);

// Whether a session on `schema` waits for a lock in a statement that begins with `words`.
bool waits_for_lock(raw_session& seen_from, const std::string& words);

// What opening a store says: "KIND MESSAGE", or "opened".
std::string refusal(const std::string& url, const std::string& schema, postgres_options options = {});

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace duroxide::persistence_tests
