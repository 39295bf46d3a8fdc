// Whether a stored result can be relied on.
#pragma once

#include <string>

#include "harness/store/store.hpp"

namespace l2l {

/// Stored, and its bits match its digest.
bool intact(const Store& store, const std::string& key);

}  // namespace l2l
