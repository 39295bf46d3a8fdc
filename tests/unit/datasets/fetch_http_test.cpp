// Fetching from servers that are good, that break off, and that lie.
#include <catch2/catch.hpp>

#include "tests/support/errors.hpp"
#include "tests/unit/datasets/fetch_fixture.hpp"
#include "tests/unit/datasets/packages.hpp"
#include "tests/unit/datasets/test_server.hpp"

using namespace l2l;
using namespace l2l::test;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

TEST_CASE("files are fetched from a mirror, compressed or plain") {
  FetchFixture fixture;
  SECTION("compressed") {
    const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
    fixture.options.from = server.url();
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
    CHECK(server.requests().size() == 2);
    CHECK(fixture.said.most() == fixture.zipped["large.gz"].size());
    // Now everything is there: the server is not asked again.
    CHECK(fixture.fetch() == 0);
    CHECK(server.requests().size() == 2);
  }
  SECTION("plain, by a URL without the slash, through a redirection") {
    const TestServer server([&](const Request& request) {
      if (request.path == "/data/large") return Reply{302, "Location: /large\r\n", "it is elsewhere"};
      return serve(fixture.plain, {request.path.substr(request.path.rfind('/')), request.range_start});
    });
    fixture.options.from = server.url() + "data";
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
  }
}

TEST_CASE("only what is absent or damaged is fetched again") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
  fixture.options.from = server.url();
  fixture.fetch();
  std::string damaged = fixture.plain["small"];
  damaged[3] ^= 4;
  write_file_atomically(fixture.cache / "small", damaged);
  CHECK(fixture.fetch() == 1);
  CHECK(fixture.complete());
  CHECK(server.requests().size() == 3);
  CHECK_THAT(fixture.said.text(), Contains("small: wrong checksum"));
}

TEST_CASE("a transfer that is cut goes on where it was cut") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) {
    Reply reply = serve(fixture.zipped, request);
    reply.send = 100000;
    return reply;
  });
  fixture.options.from = server.url();
  CHECK(fixture.fetch() == 2);
  CHECK(fixture.complete());
  const auto requests = server.requests();
  REQUIRE(requests.size() == 5);
  CHECK_FALSE(requests[0].range_start);
  CHECK(requests[1].range_start == 100000U);
  CHECK(requests[2].range_start == 200000U);
  CHECK(requests[3].range_start == 300000U);
}

TEST_CASE("a fetch that failed is continued by the next one") {
  FetchFixture fixture;
  {
    const TestServer server([&](const Request& request) {
      Reply reply = request.range_start ? Reply{500} : serve(fixture.zipped, request);
      reply.send = 123456;
      return reply;
    });
    fixture.options.from = server.url();
    const Error error = error_of([&] { fixture.fetch(); });
    CHECK(error.code() == ErrorCode::environment);
    CHECK_THAT(error.where().file, Contains("large.gz"));
    CHECK_THAT(error.message(), Contains("status 500"));
    CHECK(fixture.names() == Names{"large.gz.part", "small"});
  }
  const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
  fixture.options.from = server.url();
  CHECK(fixture.fetch() == 1);
  CHECK(fixture.complete());
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].range_start == 123456U);
}

TEST_CASE("a part file from elsewhere does no harm") {
  FetchFixture fixture;
  const TestServer server([&](const Request& request) { return serve(fixture.zipped, request); });
  fixture.options.from = server.url();
  SECTION("shorter, of other bytes") {
    fixture.put_part("large.gz.part", std::string(5000, 'x'));
  }
  SECTION("as long as the file, of other bytes") {
    fixture.put_part("large.gz.part", std::string(fixture.zipped["large.gz"].size(), 'x'));
  }
  SECTION("complete: the program was killed between download and check") {
    fixture.put_part("large.gz.part", fixture.zipped["large.gz"]);
  }
  SECTION("longer than the file can be") {
    fixture.put_part("large.gz.part", std::string(900000, 'x'));
  }
  SECTION("of a plain file, which is not asked for") {
    fixture.put_part("large.part", "x");
  }
  CHECK(fixture.fetch() == 2);
  CHECK(fixture.complete());
}

TEST_CASE("a server without ranges starts over, and a wrong range is refused") {
  FetchFixture fixture;
  fixture.put_part("large.gz.part", fixture.zipped["large.gz"].substr(0, 1000));
  SECTION("no ranges") {
    const TestServer server([&](const Request& request) { return serve_whole(fixture.zipped, request); });
    fixture.options.from = server.url();
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
  }
  SECTION("another range than asked for") {
    const TestServer server([&](const Request& request) {
      const auto start = request.range_start ? std::optional<std::uint64_t>(500) : std::nullopt;
      return serve(fixture.zipped, {request.path, start});
    });
    fixture.options.from = server.url();
    CHECK(fixture.fetch() == 2);  // from the start, without a range
    CHECK(fixture.complete());
  }
}

TEST_CASE("a server that goes on elsewhere than asked is refused") {
  FetchFixture fixture;
  fixture.entry.files.resize(1);
  const TestServer server([&](const Request& request) {
    const auto start = request.range_start ? std::optional<std::uint64_t>(500) : std::nullopt;
    Reply reply = serve(fixture.zipped, {request.path, start});
    if (!start) reply.send = 1000;
    return reply;
  });
  fixture.options.from = server.url();
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::data);
  CHECK_THAT(error.message(), Contains("the server sent another range"));
  CHECK(fixture.names().empty());
}

TEST_CASE("wrong bytes from a server are one clear error and leave nothing behind") {
  FetchFixture fixture;
  std::map<std::string, std::string> files = fixture.zipped;
  Reply (*how)(const std::map<std::string, std::string>&, const Request&) = serve;
  std::string words;
  SECTION("a wrong checksum") {
    std::string other = fixture.plain["large"];
    other[1234] ^= 1;
    files["large.gz"] = gzip(other);
    words = "wrong checksum: the SHA-256 is " + sha256_hex(other);
  }
  SECTION("damaged gzip data") {
    files["large.gz"][10] = 7;  // behind the header: a block of a kind that there is not
    words = "damaged gzip data";
  }
  SECTION("gzip data with other bytes in them") {
    for (std::size_t i = 5000; i < 6000; ++i) files["large.gz"][i] = 'x';
    words = "wrong checksum";
  }
  SECTION("no gzip data") {
    files["large.gz"] = "<html>please log in</html>";
    words = "damaged gzip data";
  }
  SECTION("a truncated gzip file") {
    files["large.gz"].resize(200000);
    words = "truncated gzip";
  }
  SECTION("a transfer that ends early without saying how long it is") {
    how = [](const std::map<std::string, std::string>& all, const Request& request) {
      Reply reply = serve_whole(all, request);
      reply.announce_length = false;
      reply.send = 150000;
      return reply;
    };
    words = "truncated gzip";
  }
  SECTION("a shorter file") {
    files["large.gz"] = gzip(fixture.plain["large"].substr(0, 299999));
    words = "wrong size: 299999 bytes, large has 300000";
  }
  SECTION("a longer file") {
    files["large.gz"] = gzip(fixture.plain["large"] + "x");
    words = "wrong size: more than the 300000 bytes";
  }
  SECTION("far too many bytes") {
    files["large.gz"] = std::string(2000000, 'x');
    words = "wrong size: more than";
  }
  const TestServer server([&](const Request& request) { return how(files, request); });
  fixture.options.from = server.url();
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::data);
  CHECK(error.where().file == server.url() + "large.gz");
  CHECK_THAT(error.message(), Contains(words));
  CHECK_THAT(error.hint(), Contains("--from"));
  CHECK(fixture.names() == Names{"small"});
}

TEST_CASE("a server that lacks the files, or refuses, says so") {
  FetchFixture fixture;
  fixture.entry.files.resize(1);
  int status = 0;
  SECTION("not found") {
    status = 404;
  }
  SECTION("a fault of the server") {
    status = 503;
  }
  const TestServer server([&](const Request&) { return Reply{status}; });
  fixture.options.from = server.url();
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::environment);
  CHECK_THAT(error.what(), Contains(fmt::format("the server answered with status {}", status)));
  CHECK(fixture.names().empty());
}

TEST_CASE("a server that stalls is given up, and what it sent is kept") {
  FetchFixture fixture;
  fixture.entry.files.resize(1);
  const TestServer server([&](const Request& request) {
    Reply reply = serve(fixture.zipped, request);
    if (reply.status == 404) return reply;
    if (request.range_start) reply.body.clear();
    reply.headers += fmt::format("Content-Length: {}\r\n", fixture.zipped["large.gz"].size());
    reply.announce_length = false;
    reply.send = 4000;
    reply.stall = true;
    return reply;
  });
  fixture.options.from = server.url();
  fixture.options.stall_timeout = std::chrono::seconds(1);
  const Error error = error_of([&] { fixture.fetch(); });
  CHECK(error.code() == ErrorCode::environment);
  CHECK_THAT(error.message(), Contains("the transfer stalled after 4000 bytes"));
  CHECK(fixture.names() == Names{"large.gz.part"});
}

TEST_CASE("files are fetched out of an archive") {
  FetchFixture fixture;
  const auto tar = fixture.temporary.path() / "blobs.tar.gz";
  write_package(tar, {{"blobs-1/large", fixture.plain["large"]},
                      {"blobs-1/readme", "not this one"},
                      {"blobs-1/small", fixture.plain["small"]}});
  std::map<std::string, std::string> served = {{"blobs.tar.gz", read_file(tar)}};
  std::size_t cut = std::string::npos;
  const TestServer server([&](const Request& request) {
    Reply reply = serve(served, request);
    if (cut != std::string::npos) reply.send = cut;
    return reply;
  });
  const auto put_digest = [&] {
    const std::string location = server.url() + "blobs.tar.gz";
    fixture.entry.sources = {{SourceKind::archive, location, "", "blobs-1", sha256_hex_of_file(tar)}};
  };
  put_digest();
  SECTION("whole") {
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
  }
  SECTION("cut and continued") {
    cut = 100000;
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
    CHECK(server.requests().size() > 2);
  }
  SECTION("continued behind the beginning of another archive") {
    fixture.put_part("blobs.tar.gz.part", std::string(1000, 'x'));
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
    CHECK(server.requests().size() == 2);
  }
  SECTION("only what is missing") {
    fixture.fetch();
    std::filesystem::remove(fixture.cache / "small");
    CHECK(fixture.fetch() == 1);
    CHECK(fixture.complete());
  }
  SECTION("other than the catalogue's") {
    write_package(tar,
                  {{"blobs-1/large", fixture.plain["large"]}, {"blobs-1/small", fixture.plain["small"]}});
    SECTION("from a server") {
      served["blobs.tar.gz"] = read_file(tar);
    }
    SECTION("from a folder of one's own") {
      fixture.options.from = fixture.temporary.path();
    }
    CHECK_THAT(error_of([&] { fixture.fetch(); }).what(), Contains("wrong checksum: SHA-256"));
    CHECK(fixture.names().empty());
  }
  SECTION("damaged") {
    served["blobs.tar.gz"].resize(served["blobs.tar.gz"].size() / 2);
    write_file_atomically(tar, served["blobs.tar.gz"]);
    put_digest();
    CHECK_THAT(error_of([&] { fixture.fetch(); }).what(), Contains("damaged package"));
    CHECK(fixture.names().empty());
  }
  SECTION("with a wrong file") {
    write_package(tar, {{"blobs-1/large", fixture.plain["large"]}, {"blobs-1/small", "a few words"}});
    served["blobs.tar.gz"] = read_file(tar);
    put_digest();
    CHECK_THAT(error_of([&] { fixture.fetch(); }).message(), Contains("wrong checksum"));
    CHECK(fixture.names() == Names{"large"});
  }
  SECTION("from a folder of one's own") {
    fixture.options.from = fixture.temporary.path();
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
    CHECK(server.requests().empty());
  }
  SECTION("and a beginning of it goes when another source had the files") {
    fixture.put_part("blobs.tar.gz.part", read_file(tar).substr(0, 1000));
    fixture.options.from = fixture.temporary.path();
    CHECK(fixture.fetch() == 2);
    CHECK(fixture.complete());
  }
}
