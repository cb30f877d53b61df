// JSON text to values.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <string_view>

namespace duroxide::detail {

// As boost::json::parse, but a number with a fraction or an exponent becomes the double that is nearest to
// it, so that a double is read back as it was written; Boost.JSON 1.81 misses that by the last bit for a
// third of all doubles. One that no double can hold is an error. Bytes that are not UTF-8 are taken as they
// are. Sets `failed`, or, without that, `read` to the bytes that were read: fewer than there are if more
// follows the value. Up to limits::payload_depth levels deep.
boost::json::value read_json(std::string_view text, boost::json::error_code& failed, std::size_t& read);

}  // namespace duroxide::detail
