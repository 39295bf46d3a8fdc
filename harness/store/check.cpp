#include "harness/store/check.hpp"

#include "core/error.hpp"

namespace l2l {

bool intact(const Store& store, const std::string& key) try {
  return store.get(key).has_value();
} catch (const Error&) {
  return false;
}

}  // namespace l2l
