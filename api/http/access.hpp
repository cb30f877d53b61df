// Whether a request may do what it asks for.
#pragma once

#include "api/http/message.hpp"
#include "api/http/tokens.hpp"
#include "api/operations/operation.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace duroxide::http {

// Any thread may ask it.
class access_rules {
public:
  // Throws what token_file does.
  explicit access_rules(const options& how);

  // Who it is, or the answer for somebody who is not let in.
  std::variant<identity, response> admit(const request& asked);
  // The answer for somebody who may not do this; none for one who may.
  std::optional<response> refusal(const identity& user, const operations::operation& what) const;

private:
  std::optional<response> refused_origin(const request& asked) const;

  std::unique_ptr<token_file> tokens_;  // null: nobody needs one
  bool checks_host_;
  bool is_read_only_;
};

// Which role an operation needs.
role role_for(operations::effect does);

}  // namespace duroxide::http
