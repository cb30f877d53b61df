// Moves the elements of one list behind those of another.
#pragma once

#include <iterator>
#include <vector>

namespace duroxide::internal {

template <class T> void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace duroxide::internal
