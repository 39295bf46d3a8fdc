// Units that make numbers readable: 2,050,000 FLOP are 2.05 MFLOP.
#pragma once

#include <string>

namespace l2l::reports {

struct Unit {
  double size = 1;
  const char* name = "";
};

/// The largest of FLOP, kFLOP, ... TFLOP that is not above `value`; else the smallest.
Unit flop_unit(double value);
/// Likewise of ns, µs, ms and s.
Unit time_unit(double seconds);

/// To three significant digits: "2.05 MFLOP", "1.30 ms".
std::string flop_text(double flop);
std::string time_text(double seconds);

}  // namespace l2l::reports
