// Whether an instance ended as it should.
#pragma once

#include "duroxide/instance_status.hpp"
#include "duroxide/result.hpp"
#include "bench/workload.hpp"

#include <cstddef>
#include <string>

namespace duroxide::bench {

// How waiting for an instance ended.
using end_of_wait = result<instance_status, error_details>;

// What is wrong with the end of instance `number`, in words; empty: nothing.
std::string fault_of(const workload& what, std::size_t number, const end_of_wait& ended);

// Whether nothing is. Says so of the first three that are wrong, because what is wrong with one is mostly
// wrong with all. Any thread may call.
bool is_right(const workload& what, const std::string& instance, std::size_t number,
              const end_of_wait& ended);

}  // namespace duroxide::bench
