// Files of instances, and the store itself.
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

value export_file(const session& where, const arguments& given) {
  const std::string file = given.text("file");
  const transfer moved = where.admin.export_instances(file, given.optional_text("id"));
  return object{{"file", file}, {"exported", json_of(moved)}};
}

value import_file(const session& where, const arguments& given) {
  const std::string file = given.text("file");
  return object{{"file", file}, {"imported", json_of(where.admin.import_instances(file))}};
}

value compare(const session& where, const arguments& given) {
  const auto found = where.admin.compare_instances(given.text("file"), given.count("limit", 100));
  return object{{"differences", json_of_all(found)}};
}

// Opening the store for writing has done it.
value opened(const session& where, const arguments&) {
  return object{{"store", where.store}, {"ready", true}};
}

operation on_store(operation each) {
  each.group = "Move and keep";
  each.who_may = audience::command_line;
  return each;
}

}  // namespace

std::vector<operation> transfer_operations() {
  return {
      on_store({.name = "export",
                .summary = "Write instances to a file of JSON lines",
                .details =
                    "It shows one moment, so no node need be stopped. The file appears when it is complete.",
                .example = "backup.jsonl",
                .parameters = {file_parameter("the file to write"),
                               {.name = "id",
                                .given = presence::last,
                                .help = "a root instance, exported with its sub-orchestrations",
                                .otherwise = "everything"}},
                .run = export_file}),
      on_store(
          {.name = "import",
           .summary = "Add the instances of such a file to the store",
           .details =
               "All of them or none. No node may run on the store meanwhile. An instance that exists already "
               "is refused.",
           .example = "backup.jsonl",
           .does = effect::changes,
           .needs = store_access::open,
           .parameters = {file_parameter("the file to read")},
           .run = import_file}),
      on_store({.name = "compare",
                .summary = "Show how the instances of such a file differ from the store",
                .example = "backup.jsonl",
                .parameters = {file_parameter("the file to read"),
                               {.name = "limit",
                                .type = value_type::count,
                                .help = "at most so many differences",
                                .otherwise = "100"}},
                .run = compare}),
      on_store({.name = "init",
                .summary = "Make the store, if it is not there",
                .details = "A program that uses the library does that by itself.",
                .does = effect::changes,
                .needs = store_access::migrating,
                .run = opened}),
      on_store({.name = "migrate",
                .summary = "Bring the store to the schema of this build",
                .details = "A program that uses the library does that by itself. Older builds can not open "
                           "it after that.",
                .does = effect::changes,
                .needs = store_access::migrating,
                .run = opened}),
  };
}

}  // namespace duroxide::operations
