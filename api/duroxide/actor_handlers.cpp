#include "duroxide/actor_handlers.hpp"

namespace duroxide::detail {

void throw_second_handler(const std::string& actor, const std::string& name) {
  throw configuration_error(error_kind::duplicate_registration, "durable actor '" + actor +
                                                                    "' has a handler for '" + name +
                                                                    "' already; each has one");
}

void throw_no_migration(const std::string& actor, const std::string& version, const std::string& stored) {
  throw configuration_error(error_kind::invalid_payload,
                            "the state of durable actor '" + actor + "' was stored with version '" + stored +
                                "', and this program has version '" + version +
                                "' and no migration; register it with with_version(...)");
}

}  // namespace duroxide::detail
