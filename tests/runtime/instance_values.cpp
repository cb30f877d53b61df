// What an instance shows to its clients: its custom status and its key-value store.
#include "runtime/instance_values.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_instance_values {

using namespace duroxide;
using internal::instance_values;

namespace {

instance_values with_two_keys() {
  instance_values values;
  values.kv["color"] = {"\"red\"", timestamp(duration(5))};
  values.kv["size"] = {"7", timestamp(duration(6))};
  return values;
}

}  // namespace

LAW("the next execution begins with all values, in the order of their keys, and when they were set") {
  const auto entries = with_two_keys().entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].key == "color");
  CHECK(entries[0].value == "\"red\"");
  CHECK(entries[0].updated_at == timestamp(duration(5)));
  CHECK(entries[1].key == "size");
}

LAW("a store is told of each key that was changed as it is now, or that it is gone") {
  const auto changes = with_two_keys().changes_of({"size", "weight"});
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].key == "size");
  CHECK(changes[0].value == "7");
  CHECK(changes[1].key == "weight");
  CHECK(changes[1].value == std::nullopt);
}

LAW("values are the same if their text is: status, keys, values and times") {
  instance_values values = with_two_keys();
  const std::string before = values.text();
  CHECK(before == " key 'color' = '\"red\"' of 5 key 'size' = '7' of 6");
  values.custom_status = "busy";
  CHECK(values.text() == " custom status 'busy'" + before);
  values.kv["size"].updated_at = timestamp(duration(7));
  CHECK(values.text() != " custom status 'busy'" + before);
}

}  // namespace laws_of_instance_values
