#include "harness/cli.hpp"

int main(int argc, char** argv) {
  return l2l::run_cli(argc, argv);
}
