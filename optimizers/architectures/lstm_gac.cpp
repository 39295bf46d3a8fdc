// Global averaging cells (paper appendix): some activations are averaged over the coordinates. It is the LSTM
// to the bit where there are none.
#include "optimizers/architectures/controller.hpp"

namespace l2l {

ArchitectureRow lstm_gac_architecture() {
  ArchitectureRow row = controller_row();
  row.label = "LSTM+GAC";
  row.has_averages = true;
  row.is_coordinatewise = [](const ArchitectureSpec& spec) { return spec.globals() == 0; };
  return row;
}

}  // namespace l2l
