#include "actors/instance/not_registered.hpp"

namespace duroxide::internal {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

}  // namespace

error_details not_registered(const registry& handlers, const std::string& orchestration,
                             const std::string& version) {
  error_details why{error_category::configuration, error_kind::not_registered, {}, orchestration};
  why.message = "orchestration '" + orchestration + "' is not registered";
  auto versions = handlers.versions(orchestration);
  if (versions.empty())
    why.message += "; registered are: " + joined(handlers.orchestration_names());
  else if (version.empty())
    why.message += " in the version that its policy asks for; registered are: " + joined(versions);
  else
    why.message += " in version '" + version + "'; registered are: " + joined(versions);
  return why;
}

}  // namespace duroxide::internal
