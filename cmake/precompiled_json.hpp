// Parsed once for harness/, where four of five units see JSON; elsewhere it would cost more than it saves.
#pragma once

#include "cmake/precompiled.hpp"
#include "core/json.hpp"
