#include "persistence/sqlite/labels.hpp"

#include "persistence/label_json.hpp"

namespace duroxide::persistence::sqlite {

void change_labels(database& db, std::uint64_t instance_key, const std::vector<label_change>& changes) {
  for (const label_change& each : changes) {
    if (each.is_removed) {
      db.run("delete from labels where instance_key = ? and name = ?", instance_key, each.wanted.name);
    } else {
      db.run("insert into labels (instance_key, name, type, text, number) values (?, ?, ?, ?, ?) "
             "on conflict do update set type = excluded.type, text = excluded.text, number = excluded.number",
             instance_key, each.wanted.name, to_string(each.wanted.type), each.wanted.value,
             number_of(value_of(each.wanted)));
    }
  }
}

void insert_labels(database& db, std::uint64_t instance_key, const std::vector<label>& labels) {
  for (const label& each : labels)
    db.run("insert into labels (instance_key, name, type, text, number) values (?, ?, ?, ?, ?)", instance_key,
           each.name, to_string(each.type), each.value, number_of(value_of(each)));
}

}  // namespace duroxide::persistence::sqlite
