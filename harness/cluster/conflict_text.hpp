// Conflicts between stores, in words.
#pragma once

#include <vector>

#include "harness/store/store.hpp"

namespace l2l {

/// On standard error, with both origins and what to do.
void print_conflicts(const std::vector<Conflict>& conflicts);

}  // namespace l2l
