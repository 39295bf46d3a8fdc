#include "optimizees/optimizee.hpp"

#include "core/error.hpp"

namespace l2l {

const char* to_string(Role role) {
  switch (role) {
    case Role::train:
      return "train";
    case Role::validation:
      return "validation";
    case Role::tune:
      return "tune";
    case Role::test:
      return "test";
  }
  L2L_CHECK(false, "role={}", static_cast<int>(role));
}

}  // namespace l2l
