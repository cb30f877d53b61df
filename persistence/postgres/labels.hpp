// The labels of an instance, as one value of a statement that reads its row.
#pragma once

#include <string>

namespace duroxide::persistence::postgres {

// As labels_to_json writes them, of the row `alias` of instances; NULL if there are none.
inline std::string label_object(const std::string& alias) {
  return "(select json_object_agg(l.name, case l.type when 'text' then to_json(l.text) "
         "else json_build_object(l.type, l.text) end)::text from labels l where l.instance_key = " +
         alias + ".key)";
}

}  // namespace duroxide::persistence::postgres
