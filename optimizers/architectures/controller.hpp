// What architectures whose coordinates each have an LSTM controller share: costs and factories.
#pragma once

#include "optimizers/architectures.hpp"

namespace l2l {

/// A row with everything but label, averages, memory and is_coordinatewise: the costs of the controller, and
/// factories that are the plain LSTM where nothing couples coordinates.
ArchitectureRow controller_row();

/// FLOP of one coordinate's forward step through all layers and the read-out, the heads' included.
double controller_flop(const ArchitectureSpec& spec);

}  // namespace l2l
