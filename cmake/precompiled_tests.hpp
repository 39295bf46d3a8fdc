// Parsed once for all tests.
#pragma once

#include "cmake/precompiled.hpp"

#include <catch2/catch.hpp>
