#include "duroxide/client.hpp"

#include "duroxide/limits.hpp"
#include "duroxide/semantic_version.hpp"

#include <algorithm>

namespace duroxide {

namespace {

void check_labels(std::vector<label>& labels) {
  if (labels.size() > limits::labels)
    throw limit_error("an instance cannot have " + std::to_string(labels.size()) + " labels; the limit is " +
                      std::to_string(limits::labels) + " (limits::labels)");
  std::ranges::sort(labels, {}, &label::name);
  for (const label& each : labels) {
    require_valid_id("label", each.name);
    if (each.value.size() > limits::label_value_bytes)
      throw limit_error("the value of label '" + each.name + "' has " + std::to_string(each.value.size()) +
                        " bytes; the limit is " + std::to_string(limits::label_value_bytes) +
                        " (limits::label_value_bytes)");
  }
  auto twice = std::ranges::adjacent_find(labels, {}, &label::name);
  if (twice != labels.end())
    throw configuration_error(error_kind::invalid_argument, "label '" + twice->name + "' is given twice");
}

void check(start_options& options) {
  if (!options.version.empty()) options.version = semantic_version::parse(options.version).text();
  detail::checked_delay(options.delay);
  check_labels(options.labels);
}

reply<start_result> refusing_existing(std::string instance, reply<start_result> done) {
  return [instance = std::move(instance), done = std::move(done)](result<start_result, error_details> how) {
    if (!how || *how == start_result::started) return done(std::move(how));
    done(error_details{error_category::application,
                       error_kind::already_exists,
                       "instance '" + instance + "' exists already; nothing was done to it",
                       {}});
  };
}

}  // namespace

template <class Mode>
void basic_client<Mode>::begin_start(start_request wanted, reply<start_result> done) const {
  require_valid_id("orchestration name", wanted.orchestration);
  require_valid_id("instance id", wanted.instance);
  check(wanted.options);
  if (wanted.options.if_exists == existing_instance::fail)
    done = refusing_existing(wanted.instance, std::move(done));
  connection_.template port_for<Mode>().start(std::move(wanted), std::move(done));
}

template class basic_client<blocking>;
template class basic_client<asynchronous>;

client client::with_call_timeout(duration limit) const {
  client changed = *this;
  changed.connection_.call_timeout = detail::checked_limit("the call timeout of a client", limit);
  return changed;
}

}  // namespace duroxide
