// The labels of an instance, as one value of a statement that reads its row, and as rows.
#pragma once

#include "duroxide/label.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

// As labels_to_json writes them, but for the order, of the row `alias` of instances; {} if there are none.
inline std::string label_object(const std::string& alias) {
  return "(select json_group_object(l.name, json(case l.type when 'text' then json_quote(cast(l.text as "
         "text)) "
         "else json_object(l.type, cast(l.text as text)) end)) from labels l where l.instance_key = " +
         alias + ".key)";
}

void change_labels(database& db, std::uint64_t instance_key, const std::vector<label_change>& changes);
void insert_labels(database& db, std::uint64_t instance_key, const std::vector<label>& labels);

}  // namespace duroxide::persistence::sqlite
