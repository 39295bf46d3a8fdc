// A store to execute jobs into.
#pragma once

#include <vector>

#include "harness/run/executor.hpp"
#include "tests/unit/harness/store/test_support.hpp"

namespace l2l::test {

/// Two threads, and a store of its own.
struct ExecutorFixture {
  TemporaryFolder directory;
  Store store{directory.path() / "store.sqlite", StoreMode::write};
  RunObserver silent;
  ExecutorOptions options;
  ExecutorFixture() { options.threads = 2; }
  RunOutcome run(const std::vector<Job>& jobs, const JobRunner& runner) {
    return execute(jobs, store, runner, options, silent);
  }
};

}  // namespace l2l::test
