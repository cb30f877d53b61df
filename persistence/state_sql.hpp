// The state of an instance and its problem in SQL, which both dialects understand.
//
// They are in no column: an instance that has not ended and has a row of `problems` is stalled or paused.
#pragma once

#include "duroxide/filter.hpp"

#include <string>
#include <vector>

namespace duroxide::persistence {

// Of the row `i` of instances, in the words of instance_state and problem_kind. `kind` is that of its row of problems,
// or null.
std::string state_sql(const std::string& kind);
std::string problem_sql(const std::string& kind);
// The kind of the row of problems that belongs to the row `i` of instances, or null.
std::string kind_of_row();

// What a condition on the state or the problem lets an instance be. A problem is not in it that only a newer build
// knows.
std::vector<std::string> words_left_by(const filter_term& term);
// Whether what is in one of these states has a problem in any case.
bool have_problems(const std::vector<std::string>& states);
// The statuses that instances in these states can have. REQUIRES: not `ended`.
std::vector<std::string> statuses_in(const std::vector<std::string>& states);
// The kinds of problems that a condition on the state or the problem lets an instance have.
std::vector<std::string> kinds_of(const filter_term& term);

// 'a', 'b': REQUIRES words of an enumeration.
std::string literals_of(const std::vector<std::string>& words);

}  // namespace duroxide::persistence
