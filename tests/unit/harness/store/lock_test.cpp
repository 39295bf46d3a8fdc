// One writer at a time, whoever looks on and whoever is born meanwhile.
#include "harness/store/lock.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/harness/store/test_support.hpp"

namespace l2l {
namespace {

using test::error_of;
using test::job_named;
using test::result_of;
using test::TemporaryFolder;

TEST_CASE("a second writer is refused and told who holds the store; readers are not blocked") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  const std::filesystem::path lock = directory.path() / "store.lock";
  CHECK(lock_holder(lock).empty());
  std::ofstream(lock) << "123456789012\n";  // of a process that is gone
  CHECK(lock_holder(lock).empty());
  auto writer = std::make_unique<Store>(file, StoreMode::write);
  CHECK(lock_holder(lock) == std::to_string(::getpid()));
  writer->put(job_named("a"), result_of(1), 1);
  const std::string refusal = error_of([&] { Store second(file, StoreMode::write); }).what();
  CHECK_THAT(refusal, Catch::Contains("another l2lbench is writing"));
  CHECK_THAT(refusal, Catch::Contains(fmt::format("(process {})", ::getpid())));
  const Store reader(file, StoreMode::read);
  writer->put(job_named("b"), result_of(2), 1);
  CHECK(reader.keys().size() == 2);
  writer.reset();
  CHECK_NOTHROW(Store(file, StoreMode::write));
}

TEST_CASE("a look at the lock does not make a writer give up") {
  const TemporaryFolder directory;
  const std::filesystem::path lock = std::filesystem::canonical(directory.path()) / "store.lock";
  std::ofstream(lock) << "1\n";
  const int look = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(::flock(look, LOCK_SH) == 0);
  // Lets go as soon as the writer has opened the file, which it does just before it first tries.
  const std::jthread looker([&](const std::stop_token& stop) {
    const auto opened = [&] {
      int count = 0;
      for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        count += std::filesystem::read_symlink(entry, gone) == lock;
      }
      return count > 1;
    };
    while (!stop.stop_requested() && !opened()) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ::close(look);
  });
  CHECK_NOTHROW(Store(directory.path() / "store.sqlite", StoreMode::write));
}

TEST_CASE("a child that outlives the writer does not keep the store locked") {
  const TemporaryFolder directory;
  const std::filesystem::path file = directory.path() / "store.sqlite";
  struct Child {
    pid_t pid = -1;
    ~Child() {
      if (pid <= 0) return;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  } child;
  {
    const Store store(file, StoreMode::write);
    int started[2];
    REQUIRE(::pipe2(started, O_CLOEXEC) == 0);
    child.pid = ::fork();
    REQUIRE(child.pid >= 0);
    if (child.pid == 0) {
      ::execlp("sleep", "sleep", "600", nullptr);
      ::_exit(127);
    }
    ::close(started[1]);
    char byte;
    CHECK(::read(started[0], &byte, 1) == 0);  // closed by exec: the child runs its own program
    ::close(started[0]);
  }
  CHECK_NOTHROW(Store(file, StoreMode::write));
}

}  // namespace
}  // namespace l2l
