// How values of this library are written to CAF messages, so that these can leave the process.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/administration.hpp"
#include "duroxide/client_port.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/kv.hpp"

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <optional>
#include <vector>

namespace duroxide {

namespace detail {

// CAF 0.17 does not know std::optional: it travels as a list of at most one.
template <class T> struct optional_field { std::optional<T>& field; };

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, optional_field<T>& x) {
  std::vector<T> values;
  if constexpr (Inspector::reads_state) {
    if (x.field) values.push_back(*x.field);
    return f(values);
  } else {
    auto take = [&]() -> caf::error {
      if (values.empty())
        x.field.reset();
      else
        x.field = std::move(values.front());
      return {};
    };
    return f(values, caf::meta::load_callback(take));
  }
}

}  // namespace detail

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, error_details& x) {
  return f(caf::meta::type_name("duroxide::error_details"), x.category, x.kind, x.message, x.source,
           x.retryable, x.type, x.stack);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, label& x) {
  return f(caf::meta::type_name("duroxide::label"), x.name, x.value, x.type);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, label_change& x) {
  return f(caf::meta::type_name("duroxide::label_change"), x.wanted, x.is_removed);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, page_request& x) {
  return f(caf::meta::type_name("duroxide::page_request"), x.limit, x.cursor);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, instance_summary& x) {
  detail::optional_field<std::string> parent{x.parent};
  return f(caf::meta::type_name("duroxide::instance_summary"), x.instance, x.orchestration, x.version,
           x.status, x.execution, parent, x.created_at, x.updated_at, x.labels, x.unreadable);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, instance_page& x) {
  return f(caf::meta::type_name("duroxide::instance_page"), x.instances, x.cursor);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, group_count& x) {
  detail::optional_field<std::string> value{x.value};
  return f(caf::meta::type_name("duroxide::group_count"), value, x.instances);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, instance_status& x) {
  detail::optional_field<error_details> error{x.error};
  detail::optional_field<std::string> custom_status{x.custom_status};
  return f(caf::meta::type_name("duroxide::instance_status"), x.status, x.life, x.orchestration, x.version,
           x.execution, x.output, error, custom_status, x.custom_status_version, x.created_at, x.updated_at,
           x.labels);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, kv_entry& x) {
  return f(caf::meta::type_name("duroxide::kv_entry"), x.key, x.value, x.updated_at);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, activity_key& x) {
  return f(caf::meta::type_name("duroxide::activity_key"), x.instance, x.execution, x.event_id, x.life);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, activity_state& x) {
  detail::optional_field<std::string> tag{x.tag};
  detail::optional_field<std::string> session{x.session};
  detail::optional_field<std::string> progress{x.progress};
  return f(caf::meta::type_name("duroxide::activity_state"), x.key, x.name, tag, session, x.attempt, progress,
           x.progress_at);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, start_options& x) {
  return f(caf::meta::type_name("duroxide::start_options"), x.version, x.delay, x.labels, x.if_exists);
}

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, start_request& x) {
  return f(caf::meta::type_name("duroxide::start_request"), x.orchestration, x.instance, x.input, x.options);
}

}  // namespace duroxide
