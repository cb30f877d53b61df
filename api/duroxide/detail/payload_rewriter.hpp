// A payload that code asks for, and how it is compared with one that is stored.
#pragma once

#include <string>
#include <string_view>

namespace duroxide::detail {

// Gives the text that today's code writes for what the stored text says. `what` names the payload in errors. Throws if
// today's type cannot be read from it. Null: there is no type, and only equal texts say the same.
using payload_rewriter = std::string (*)(std::string_view what, std::string_view text);

struct payload {
  std::string text;
  payload_rewriter rewrite = nullptr;
};

}  // namespace duroxide::detail
