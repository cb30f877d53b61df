// What one operation of the catalogue is: its name, its parameters, and the function that runs it.
#pragma once

#include "duroxide/admin.hpp"
#include "duroxide/client.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::operations {

class arguments;

// What an operation works on. `taken_back` ends waits.
struct session {
  duroxide::client client;
  duroxide::admin admin;
  std::string store{};  // a description for people, without secrets
  std::stop_token taken_back{};
};

// A session of a process that has no runtime.
session open_session(const std::shared_ptr<provider>& store);

enum class value_type : std::uint8_t {
  text,
  count,    // a whole number, 0 or more
  flag,     // true or false
  time,     // "2026-11-30T15:24:30Z", or "2h" for two hours ago
  span,     // "250ms", "10s", "5m", "2h", "30d", or "forever"
  payload,  // any JSON
  choice,   // one of the choices
  choices,  // several of them
  texts,    // a list of texts
  filter,   // the language of duroxide/filter.hpp
  file,     // a path on the machine where the operation runs
};

// On a command line, what is required, or stands last, is written without the name of its parameter.
enum class presence : std::uint8_t { required, last, optional };

struct parameter {
  std::string name{};
  value_type type = value_type::text;
  presence given = presence::optional;
  std::string help{};
  std::string otherwise{};  // what holds if it is not given; empty: nothing to say
  std::vector<std::string> choices{};
};

// What an operation does to the store. A door asks again, or asks for a higher role, before it destroys.
enum class effect : std::uint8_t { reads, changes, destroys };

std::string_view to_string(effect does);

// How the store must be open: for reading, a store is neither made nor migrated, nor can it be waited for.
enum class store_access : std::uint8_t { reading, open, migrating };

// Operations that open paths, or that make and migrate stores, are for the command line alone: over a network they
// would let others write where they may not.
enum class audience : std::uint8_t { every_door, command_line };

// Adding one to the catalogue is enough for every door to have it.
struct operation {
  std::string name{};
  std::string group{};    // under which help lists it
  std::string summary{};  // one line, without a full stop
  std::string details{};  // whole sentences
  std::string example{};  // the arguments of a command line
  effect does = effect::reads;
  store_access needs = store_access::reading;
  audience who_may = audience::every_door;
  std::vector<parameter> parameters{};
  // Throws duroxide::error. The members of the answer never change their meaning; there may be new ones.
  boost::json::value (*run)(const session&, const arguments&) = nullptr;
  // Of an operation that waits, the same without holding a thread meanwhile; null for all others. Throws for arguments
  // that are not legal; else `done` is called exactly once, from any thread, and must not block.
  void (*begin)(const session&, const arguments&, reply<boost::json::value> done) = nullptr;
};

}  // namespace duroxide::operations
