// Expecting an l2l::Error in a test.
#pragma once

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace l2l::test {

/// The Error that a call throws; fails the test if it throws none.
template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no l2l::Error was thrown");
  throw std::logic_error("unreachable");
}

}  // namespace l2l::test
