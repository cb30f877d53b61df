// Sending instances back in their histories.
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"

namespace duroxide::operations {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

rewind_options options_of(const arguments& given) {
  rewind_options options;
  options.reason = given.text("reason");
  if (given.has("version")) options.version = given.text("version");
  options.drops_messages = given.flag("drop_messages");
  return options;
}

value rewound(const session& where, const arguments& given, const rewind_point& point,
              const rewind_options& options) {
  const std::string id = given.text("id");
  const bool is_preview = given.flag("dry_run");
  const rewind_receipt done =
      is_preview ? where.admin.preview_rewind(id, point, options) : where.admin.rewind(id, point, options);
  array instances;
  for (const std::string& each : done.instances) instances.emplace_back(each);
  return object{{"id", id},
                {"rewound", !is_preview},
                {"execution", done.execution},
                {"event", done.event},
                {"instances", std::move(instances)}};
}

value rewind(const session& where, const arguments& given) {
  const rewind_point point =
      given.has("event") ? rewind_point::event(given.count("event", 0)) : rewind_point::last_failure();
  return rewound(where, given, point, options_of(given));
}

value restart(const session& where, const arguments& given) {
  rewind_options options = options_of(given);
  if (given.has("input")) options.input = json_text(given.payload("input"));
  return rewound(where, given, rewind_point::begin(), options);
}

std::vector<parameter> common_parameters() {
  return {{.name = "reason", .help = "why, for those who read the history"},
          {.name = "version", .help = "the version that it goes on in", .otherwise = "the one that it has"},
          {.name = "drop_messages",
           .type = value_type::flag,
           .help = "drop the events and messages that it received behind that point, instead of receiving "
                   "them again"},
          {.name = "dry_run", .type = value_type::flag, .help = "only say what would be done"}};
}

}  // namespace

std::vector<operation> rewind_operations() {
  return {
      {.name = "rewind",
       .group = "Act",
       .summary = "Send an instance back to before its last failure, and let it go on from there",
       .details = "What failed runs again, nothing that has succeeded does, and sub-orchestrations that "
                  "failed with it "
                  "go back too. It may have ended, be stalled or be paused. With an event, it goes back to "
                  "before that "
                  "one, which must be something that arrived; its outcome is asked for again.",
       .example = "order-7 --reason 'the bank is up again'",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = std::vector<parameter>{instance_parameter(),
                                            {.name = "event",
                                             .type = value_type::count,
                                             .help = "the first event that is not to count any more",
                                             .otherwise = "the last failure"}} +
                     common_parameters(),
       .run = rewind},
      {.name = "restart",
       .group = "Act",
       .summary = "Let the current execution of an instance begin anew",
       .details =
           "The code runs from its beginning, with the same input or another one; what had been done before "
           "stays in the history, and does not count any more.",
       .example = R"(order-7 '{"amount": 20}')",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = std::vector<parameter>{instance_parameter(),
                                            {.name = "input",
                                             .type = value_type::payload,
                                             .given = presence::last,
                                             .help = "what it begins with",
                                             .otherwise = "the input that it had"}} +
                     common_parameters(),
       .run = restart}};
}

}  // namespace duroxide::operations
