// Parsed once for the tests of harness/ and of the program.
#pragma once

#include "cmake/precompiled_json.hpp"

#include <catch2/catch.hpp>
