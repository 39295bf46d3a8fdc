#include <fcntl.h>
#include <unistd.h>

#include "harness/cli/cli.hpp"

#include "core/exit_codes.hpp"

int main(int argc, char** argv) {
  // Started with a standard stream closed, the next file opened would be taken for it and written into.
  for (int stream = 0; stream <= 2; ++stream)
    if (::fcntl(stream, F_GETFD) == -1 && ::open("/dev/null", O_RDWR) != stream) return l2l::kCannotStart;
  return l2l::run_cli(argc, argv);
}
