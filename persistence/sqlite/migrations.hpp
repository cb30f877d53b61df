// The scripts of migrations/, in order: the n-th brings a file from schema version n - 1 to n.
#pragma once

#include <span>
#include <string_view>

namespace duroxide::persistence::sqlite {

std::span<const std::string_view> migrations();

}  // namespace duroxide::persistence::sqlite
