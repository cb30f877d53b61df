#include "duroxide/durable_actor.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"

namespace duroxide {

namespace {

constexpr std::size_t most_address_bytes = limits::id_bytes - 2;  // its instance has "@" and "/" as well

}  // namespace

actor_address::actor_address(std::string_view kind, std::string_view key) : kind_(kind), key_(key) {
  require_valid_id("the kind of a durable actor", kind);
  if (kind.find('/') != kind.npos)
    throw configuration_error(error_kind::invalid_argument,
                              "the kind of a durable actor '" + kind_ + "' has a '/'; leave it out");
  require_valid_id("the key of a durable actor", key);
  if (kind.size() + key.size() > most_address_bytes)
    throw configuration_error(error_kind::invalid_argument,
                              "the key of a durable actor of kind '" + kind_ + "' has " +
                                  std::to_string(key.size()) + " bytes; kind and key may have " +
                                  std::to_string(most_address_bytes) + " together");
}

}  // namespace duroxide
