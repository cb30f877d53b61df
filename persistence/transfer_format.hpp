// How instances look in a file: JSON lines.
//
//   {"duroxide_export":1,"from":"sqlite:orders.db"}
//   {"instance":{"id":"order-1","orchestration":"Order",...}}       then all that belongs to it:
//   {"actor":{...}} {"execution":{...}} {"history":{...}} {"kv":{...}} {"message":{...}} {"activity":{...}}
//   {"answer":{...}} {"problem":{...}}
//   {"end":{"lines":6}}
//
// The last line says how many there are before it, so a file that was cut off is told from a whole one.
// Members are columns of the store; NULL is left out. A payload is a string, or {"hex":"..."} if it is not
// UTF-8. Left out is what only the store that wrote it has a use for: shards, owners, ids of messages (their
// order says it). The same instance gives the same lines in every store. Answers of actors that are gone belong to no
// instance, and are not in the file. Files of older builds have no lines of actors, answers and problems.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <boost/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::persistence {

inline constexpr int transfer_format = 1;

// `labels`: rows of their own in a store, one member of a line.
enum class column_type : std::uint8_t { number, text, payload, yes_no, labels };

struct transfer_column {
  const char* name;
  column_type type = column_type::text;
  const char* otherwise =
      nullptr;  // the column whose value it has where it is left out: in files of older builds
};

struct transfer_table {
  const char* line;   // what its lines begin with
  const char* table;  // where its rows are
  const char* order;  // of the lines of one instance; the rows are called r
  std::uint64_t transfer::*count;
  bool with_id;   // its rows name the id of their instance, beside its key
  bool in_shard;  // they name its shard too
  std::vector<transfer_column> columns;
  bool with_key = true;  // its rows name the key of their instance
};

// The table of instances, and those whose rows belong to one.
const transfer_table& instance_table();
std::span<const transfer_table> tables_of_an_instance();

// "r.a, r.b, case when r.c then 1 else 0 end as c"
std::string selected_columns(const admin_session& db, const transfer_table& table, const std::string& alias);
// The line of a row whose columns are these members, but for those that have the value that they would have
// anyway.
std::string line_with(const transfer_table& table, boost::json::object members);
// The line of a row with these columns.
std::string line_of(const admin_session& db, const transfer_table& table, sql_row& row);
// The values of a line, in the order of the columns. Throws std::invalid_argument for what does not belong
// there.
std::vector<sql_value> values_of(const transfer_table& table, const boost::json::object& members);

}  // namespace duroxide::persistence
