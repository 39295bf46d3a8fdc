// Where optimization starts: theta_0 ~ N(0, init_stddev^2), one field of the settings of many kinds.
#pragma once

#include "core/fields.hpp"

namespace l2l {

inline constexpr double kInitStddev = 0.01;

template <class Settings>
FieldOf<Settings> init_stddev_field(double Settings::*member) {
  return field("init_stddev", member, schema::number(0, 100), "of theta_0, IID Gaussian").axis("of theta_0");
}

}  // namespace l2l
