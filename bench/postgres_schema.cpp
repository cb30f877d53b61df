#include "bench/postgres_schema.hpp"

#include "duroxide/errors.hpp"
#include "bench/postgres_url.hpp"
#include "bench/pq_session.hpp"

namespace duroxide::bench {

namespace {

constexpr const char* is_of_others =
    "select count(*) > 0 and count(*) filter (where c.relname = 'duroxide_migrations') = 0 "
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1";

}  // namespace

void delete_schema_of_store(const std::string& url) {
  const std::string schema = schema_of(url).value_or("");
  pq_session session(url);
  if (session.run(is_of_others, {schema}) == "t")
    throw configuration_error(error_kind::invalid_argument,
                              "--fresh does not delete the schema '" + schema +
                                  "', which holds something else than a store; name another one");
  const std::string quoted = session.run("select quote_ident($1)", {schema});
  session.run("set client_min_messages = warning");
  session.run("drop schema if exists " + quoted + " cascade");
}

}  // namespace duroxide::bench
