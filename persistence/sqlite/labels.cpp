#include "persistence/sqlite/labels.hpp"

#include "persistence/label_json.hpp"

namespace duroxide::persistence::sqlite {

void insert_labels(database& db, std::uint64_t instance_key, const std::vector<label>& labels) {
  for (const label& each : labels)
    db.run("insert into labels (instance_key, name, type, text, number) values (?, ?, ?, ?, ?)", instance_key,
           each.name, to_string(each.type), each.value, number_of(value_of(each)));
}

}  // namespace duroxide::persistence::sqlite
