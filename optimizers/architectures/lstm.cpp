// The coordinatewise LSTM (paper section 2.1): every coordinate by itself.
#include "optimizers/architectures/controller.hpp"

namespace l2l {

ArchitectureRow lstm_architecture() {
  ArchitectureRow row = controller_row();
  row.label = "LSTM";
  row.is_coordinatewise = [](const ArchitectureSpec& /*spec*/) { return true; };
  return row;
}

}  // namespace l2l
