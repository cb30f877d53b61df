// What shells and manual readers want, made from the catalogue.
#pragma once

#include <string>

namespace duroxide::cli {

std::string bash_completion();
std::string manual_page();

}  // namespace duroxide::cli
