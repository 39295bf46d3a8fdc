// A folder of a test's own, removed with everything in it.
#pragma once

#include "core/scratch_folder.hpp"

namespace l2l::test {

using TemporaryFolder = ScratchFolder;

}  // namespace l2l::test
