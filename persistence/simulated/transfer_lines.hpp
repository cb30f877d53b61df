// The lines of an instance in an export file, and back. The format: persistence/transfer_format.hpp.
#pragma once

#include "persistence/simulated/rows.hpp"
#include "persistence/transfer_format.hpp"

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <string>

namespace duroxide::internal::simulated {

// What the store keeps of an instance beside its row.
struct kept_beside_row {
  std::map<std::string, kept_answer> answers{};  // to its commands, by their ids
  std::optional<instance_problem> problem{};
};

// An instance on its way.
struct transferred_instance {
  instance_row row{};
  kept_beside_row beside{};
};

// The instance, and then all that hangs on it.
void for_each_line(const instance_row& row, const kept_beside_row& beside,
                   const std::function<void(const persistence::transfer_table&, std::string)>& use);

// These throw std::invalid_argument for what cannot be read, or is there already.
instance_row instance_from(const boost::json::object& members);
// `table`: one of persistence::tables_of_an_instance(). A message gets an id by which it comes behind the
// others.
void add_line(transferred_instance& instance, const persistence::transfer_table& table,
              const boost::json::object& members);

}  // namespace duroxide::internal::simulated
