#include "duroxide/errors.hpp"

#include "duroxide/detail/exception_text.hpp"
#include "duroxide/detail/shortened.hpp"

#include <array>
#include <utility>

namespace duroxide {

namespace {

constexpr std::array category_names{
    std::pair{error_category::application, std::string_view{"application"}},
    std::pair{error_category::configuration, std::string_view{"configuration"}},
    std::pair{error_category::infrastructure, std::string_view{"infrastructure"}},
    std::pair{error_category::poison, std::string_view{"poison"}},
};

constexpr std::array kind_names{
    std::pair{error_kind::activity_failed, std::string_view{"activity_failed"}},
    std::pair{error_kind::orchestration_failed, std::string_view{"orchestration_failed"}},
    std::pair{error_kind::panicked, std::string_view{"panicked"}},
    std::pair{error_kind::cancelled, std::string_view{"cancelled"}},
    std::pair{error_kind::timed_out, std::string_view{"timed_out"}},
    std::pair{error_kind::nondeterminism, std::string_view{"nondeterminism"}},
    std::pair{error_kind::limit_exceeded, std::string_view{"limit_exceeded"}},
    std::pair{error_kind::invalid_payload, std::string_view{"invalid_payload"}},
    std::pair{error_kind::invalid_argument, std::string_view{"invalid_argument"}},
    std::pair{error_kind::not_registered, std::string_view{"not_registered"}},
    std::pair{error_kind::duplicate_registration, std::string_view{"duplicate_registration"}},
    std::pair{error_kind::instance_not_found, std::string_view{"instance_not_found"}},
    std::pair{error_kind::instance_terminal, std::string_view{"instance_terminal"}},
    std::pair{error_kind::instance_running, std::string_view{"instance_running"}},
    std::pair{error_kind::already_exists, std::string_view{"already_exists"}},
    std::pair{error_kind::runtime_stopped, std::string_view{"runtime_stopped"}},
    std::pair{error_kind::store_unavailable, std::string_view{"store_unavailable"}},
    std::pair{error_kind::store_in_use, std::string_view{"store_in_use"}},
    std::pair{error_kind::store_incompatible, std::string_view{"store_incompatible"}},
    std::pair{error_kind::store_gone, std::string_view{"store_gone"}},
    std::pair{error_kind::corrupted_history, std::string_view{"corrupted_history"}},
    std::pair{error_kind::attempts_exhausted, std::string_view{"attempts_exhausted"}},
    std::pair{error_kind::command_failed, std::string_view{"command_failed"}},
    std::pair{error_kind::command_too_old, std::string_view{"command_too_old"}},
    std::pair{error_kind::terminated, std::string_view{"terminated"}},
};

template <class Table, class Value> std::string_view name_in(const Table& table, Value value) {
  for (const auto& [candidate, name] : table)
    if (candidate == value) return name;
  return "unknown";
}

template <class Table> auto value_in(const Table& table, std::string_view text) {
  for (const auto& [value, name] : table)
    if (name == text) return value;
  throw std::invalid_argument("no error category or kind is called '" + std::string(text) + "'");
}

}  // namespace

std::string_view to_string(error_category category) { return name_in(category_names, category); }
std::string_view to_string(error_kind kind) { return name_in(kind_names, kind); }
error_category error_category_from(std::string_view text) { return value_in(category_names, text); }
error_kind error_kind_from(std::string_view text) { return value_in(kind_names, text); }

error_details details_of_current_exception(error_kind otherwise, std::string_view source) {
  error_details details{error_category::application, otherwise, {}, std::string(source), true};
  try {
    throw;
  } catch (const error& e) {
    details = e.details();
    if (details.source.empty()) details.source = source;
  } catch (const std::exception& e) {
    details.message = detail::text_of(e);
  } catch (...) {
    details.kind = error_kind::panicked;
    details.message = "'" + std::string(source) + "' threw something that is not a std::exception";
  }
  return detail::shortened(std::move(details));
}

}  // namespace duroxide
