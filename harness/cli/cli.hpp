// The command line.
#pragma once

namespace l2l {

/// The whole program. Returns its exit code (core/exit_codes.hpp).
int run_cli(int argc, char** argv);

}  // namespace l2l
