// Fetching when the fault is on this machine: network, disk, folder, interruption, a second process.
#include <csignal>

#include <sys/resource.h>
#include <catch2/catch.hpp>

#include "datasets/cache.hpp"
#include "datasets/fetch_lock.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/datasets/fetch_fixture.hpp"
#include "tests/unit/datasets/test_server.hpp"

using namespace l2l;
using namespace l2l::test;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

/// Makes every write beyond `bytes` of a file fail, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &saved_);
    const rlimit limit{bytes, saved_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &saved_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit saved_{};
};

/// The address of a server that is no longer there.
std::string dead_url() {
  return TestServer([](const Request&) { return Reply{}; }).url();
}

}  // namespace

TEST_CASE("a folder of one's own is a source, plain or compressed, as a path or file URL") {
  FetchFixture fixture;
  const auto mirror = fixture.temporary.path() / "mirror";
  create_folders(mirror);
  write_file_atomically(mirror / "large.gz", fixture.zipped["large.gz"]);
  write_file_atomically(mirror / "small", fixture.plain["small"]);
  fixture.options.from = GENERATE(false, true) ? mirror.string() : "file://" + mirror.string();
  CHECK(fixture.fetch() == 2);
  CHECK(fixture.complete());
}

TEST_CASE("a folder with absent or wrong files is refused, good ones are kept") {
  FetchFixture fixture;
  const auto mirror = fixture.temporary.path() / "mirror";
  create_folders(mirror);
  fixture.options.from = mirror.string();
  write_file_atomically(mirror / "small", fixture.plain["small"]);
  SECTION("absent") {
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.where().file == (mirror / "large").string());
    CHECK_THAT(error.message(), Contains("not there"));
  }
  SECTION("wrong") {
    write_file_atomically(mirror / "large", fixture.plain["small"]);
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.code() == ErrorCode::data);
    CHECK_THAT(error.message(), Contains("wrong size: 11 bytes, large has 300000"));
  }
  CHECK(fixture.names() == Names{"small"});
}

TEST_CASE("a mirror that is neither folder nor URL is a usage error") {
  FetchFixture fixture;
  fixture.options.from = (fixture.temporary.path() / "nowhere").string();
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::usage);
  CHECK_THAT(error.message(), Contains("no such folder"));
}

TEST_CASE("sources are tried in order, and a dead host only once") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) { return serve(fixture.plain, request); });
  const std::string dead = dead_url();
  fixture.entry.sources = {{SourceKind::url, dead + "a/", ".gz", ""},
                           {SourceKind::url, dead + "b/", "", ""},
                           {SourceKind::url, server.url(), ".gz", ""},
                           {SourceKind::url, server.url(), "", ""}};
  CHECK(fixture.fetch() == 2);
  CHECK(fixture.complete());
  CHECK_THAT(fixture.said.text(), Contains(dead + "a/large.gz"));
  CHECK_THAT(fixture.said.text(), !Contains(dead + "a/small.gz"));
  CHECK_THAT(fixture.said.text(), !Contains(dead + "b/"));
}

TEST_CASE("without network there is one error with every reason and a way out") {
  FetchFixture fixture;
  const std::string one = dead_url(), other = dead_url();
  fixture.entry.sources = {{SourceKind::url, one, ".gz", ""}, {SourceKind::url, other, ".gz", ""}};
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::environment);
  CHECK_THAT(error.message(), Contains("2 of its 2 files are missing"));
  CHECK_THAT(error.message(), Contains(one + "large.gz: Couldn't connect"));
  CHECK_THAT(error.message(), Contains(other + "large.gz: Couldn't connect"));
  CHECK_THAT(error.hint(), Contains("l2lbench datasets fetch blobs --from FOLDER"));
  CHECK(fixture.names().empty());
}

TEST_CASE("a full disk is one clear error and leaves nothing behind") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
  SECTION("while downloading") {
    fixture.options.from = server.url();
    const FullDisk full(100000);
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.code() == ErrorCode::environment);
    CHECK_THAT(error.message(), Contains("the disk is full"));
    CHECK_THAT(error.where().file, Contains("large.gz.part"));
  }
  SECTION("while unpacking") {
    const auto mirror = fixture.temporary.path() / "mirror";
    create_folders(mirror);
    write_file_atomically(mirror / "large.gz", fixture.zipped["large.gz"]);
    fixture.options.from = mirror.string();
    const FullDisk full(100000);
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.code() == ErrorCode::environment);
    CHECK_THAT(error.message(), Contains("the disk is full"));
    CHECK_THAT(error.hint(), Contains("free some space"));
  }
  CHECK(fixture.names().empty());
}

TEST_CASE("a stop during a transfer keeps what came") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) {
    Reply reply = serve(fixture.zipped, request);
    reply.send = 50000;
    reply.stall = true;
    return reply;
  });
  fixture.options.from = server.url();
  fixture.options.stop_requested = [&] { return fixture.said.most() == 50000; };
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::interrupted);
  CHECK(fixture.names() == Names{"large.gz.part"});
  CHECK(std::filesystem::file_size(fixture.cache / "large.gz.part") == 50000);
}

TEST_CASE("a second fetch waits for the first and then has nothing to do") {
  FetchFixture fixture;
  create_folders(fixture.cache);
  const FetchOptions silent;
  auto first = std::make_unique<FetchLock>(fixture.cache, silent);
  fixture.options.from = dead_url();
  SECTION("until it is done") {
    std::size_t fetched = 99;
    std::thread second([&] { fetched = fixture.fetch(); });
    while (fixture.said.text().empty()) std::this_thread::yield();
    CHECK_THAT(fixture.said.text(), Contains("another process"));
    for (const auto& [name, bytes] : fixture.plain) write_file_atomically(fixture.cache / name, bytes);
    first.reset();
    second.join();
    CHECK(fetched == 0);
    CHECK(fixture.complete());
  }
  SECTION("unless it is stopped") {
    fixture.options.stop_requested = [] { return true; };
    CHECK(error_of([&] { fixture.fetch(); }).code() == ErrorCode::interrupted);
  }
}

TEST_CASE("what a killed fetch left behind is swept away") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
  fixture.options.from = server.url();
  create_folders(fixture.cache / ".npm-abcdef" / "package");
  auto killed = std::make_unique<AtomicFile>(fixture.cache / "large");
  killed->write("half of it");
  REQUIRE(fixture.names().size() == 2);
  fixture.fetch();
  CHECK(fixture.complete());
}

TEST_CASE("the cache folder follows the environment") {
  const ScopedEnvironment own("L2LBENCH_DATA", "/own"), xdg("XDG_CACHE_HOME", "/xdg"),
      home("HOME", "/home/me");
  CHECK(dataset_folder("mnist") == "/own/mnist");
  {
    const ScopedEnvironment none("L2LBENCH_DATA", nullptr);
    CHECK(cache_folder() == "/xdg/l2lbench");
    const ScopedEnvironment empty("XDG_CACHE_HOME", "");
    CHECK(cache_folder() == "/home/me/.cache/l2lbench");
    const ScopedEnvironment homeless("HOME", nullptr);
    CHECK_THAT(error_of([] { cache_folder(); }).hint(), Contains("L2LBENCH_DATA"));
  }
}

TEST_CASE("ensure_dataset leaves a complete dataset alone") {
  const TemporaryFolder folder;
  const ScopedEnvironment cache("L2LBENCH_DATA", folder.path().c_str());
  create_folders(dataset_folder("mnist"));
  for (const CatalogFile& file : catalog_entry("mnist").files) {
    const auto path = dataset_folder("mnist") / file.name;
    write_file_atomically(path, "");
    std::filesystem::resize_file(path, file.size);
  }
  FetchOptions options;
  options.from = "no folder: any attempt to fetch fails";
  CHECK_NOTHROW(ensure_dataset("mnist", options));
  std::filesystem::remove(dataset_folder("mnist") / "t10k-labels-idx1-ubyte");
  CHECK(error_of([&] { ensure_dataset("mnist", options); }).code() == ErrorCode::usage);
}
