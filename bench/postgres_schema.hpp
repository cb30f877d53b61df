// The schema of a PostgreSQL store, to be made anew.
#pragma once

#include <string>

namespace duroxide::bench {

// Deletes the schema that `url` names, with all that is in it, if it is there. Throws configuration_error
// (invalid_argument) if it holds something else than a store, which stays; std::runtime_error, without the
// URL, if the server cannot do it.
void delete_schema_of_store(const std::string& url);

}  // namespace duroxide::bench
