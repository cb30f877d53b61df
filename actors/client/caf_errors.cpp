#include "duroxide/caf/errors.hpp"
#include "duroxide/caf/inspection.hpp"

#include <caf/deep_to_string.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace duroxide {

namespace {

struct meaning {
  error_category category;
  error_kind kind;
  std::string text;
};

meaning meaning_of(caf::sec code, error_kind otherwise) {
  switch (code) {
  case caf::sec::request_receiver_down:
  case caf::sec::invalid_argument:  // a request to nobody
    return {error_category::infrastructure, error_kind::runtime_stopped, "the actor that was asked is gone"};
  case caf::sec::request_timeout:
    return {error_category::application, error_kind::timed_out,
            "the actor that was asked did not answer in time"};
  case caf::sec::unexpected_message:
  case caf::sec::unexpected_response:
    return {error_category::configuration, error_kind::invalid_argument,
            "the actor that was asked does not understand the message"};
  default: return {error_category::application, otherwise, to_string(code)};
  }
}

meaning meaning_of(const caf::error& error, error_kind otherwise) {
  if (error.category() == caf::atom("system"))
    return meaning_of(static_cast<caf::sec>(error.code()), otherwise);
  if (error.category() == caf::atom("exit"))
    return {error_category::infrastructure, error_kind::runtime_stopped,
            "the actor that was asked has ended: " + to_string(static_cast<caf::exit_reason>(error.code()))};
  return {error_category::application, otherwise,
          to_string(error.category()) + " " + std::to_string(error.code())};
}

// What the maker of an error has said, and nothing else.
std::string text_in(const caf::message& context) {
  if (context.match_elements<std::string>()) return context.get_as<std::string>(0);
  return context.empty() ? std::string() : caf::deep_to_string(context);
}

}  // namespace

std::string to_text(const error_details& details) {
  return std::string(to_string(details.kind)) + ": " + details.message;
}

caf::error to_caf_error(const error_details& details) {
  // CAF means "no error" by 0.
  return caf::error(static_cast<std::uint8_t>(static_cast<std::uint8_t>(details.kind) + 1), caf_category,
                    caf::make_message(details));
}

error_details to_error_details(const caf::error& error, error_kind otherwise) {
  if (!error) return {error_category::application, otherwise, "no error", {}};
  if (error.category() == caf_category && error.context().match_elements<error_details>())
    return error.context().get_as<error_details>(0);
  meaning understood = meaning_of(error, otherwise);
  std::string said_text = text_in(error.context());
  const bool has_text = !said_text.empty();
  // An actor that answers with invalid_argument and a text is there, and does not like what it got.
  if (has_text && understood.kind == error_kind::runtime_stopped && error.category() == caf::atom("system") &&
      static_cast<caf::sec>(error.code()) == caf::sec::invalid_argument)
    return {error_category::application, otherwise, std::move(said_text), {}};
  return {
      understood.category, understood.kind, has_text ? std::move(said_text) : std::move(understood.text), {}};
}

}  // namespace duroxide
