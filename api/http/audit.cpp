#include "duroxide/http.hpp"

namespace duroxide::http {

namespace {

// A name or an id that ends a line must not begin another one.
std::string without_controls(const std::string& text) {
  std::string plain;
  for (const char c : text) plain += static_cast<unsigned char>(c) < 0x20U || c == 0x7f ? '?' : c;
  return plain;
}

}  // namespace

std::string audit_record::text() const {
  std::string line = without_controls(user) + " from " + without_controls(from) + ": " + operation;
  if (!subject.empty()) line += " " + without_controls(subject);
  return line + ": " + std::to_string(status);
}

}  // namespace duroxide::http
