// The trained-optimizer file: round trip, NumPy reads it, damage and aliens are refused.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/npz.hpp"
#include "harness/phi_file.hpp"
#include "optimizers/lstm.hpp"

using namespace l2l;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / fmt::format("l2l-phi-{}-{}", ::getpid(), ++count());
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  static int& count() {
    static int n = 0;
    return n;
  }
};

TrainedPhi sample(bool two_groups = false) {
  TrainedPhi trained;
  trained.lstm = {
      .layers = 2, .hidden = 3, .preprocessing = Preprocessing::log_and_sign, .output_scale = 0.1};
  trained.phi = initial_phi(trained.lstm, 5);
  if (two_groups) {
    trained.phi_groups = {{"weights"}, {"biases"}};
    const auto other = initial_phi(trained.lstm, 6);
    trained.phi.insert(trained.phi.end(), other.begin(), other.end());
  }
  trained.provenance = {{"job", "abc"}, {"optimizee", "mnist-mlp"}};
  return trained;
}

}  // namespace

TEST_CASE("a phi file reads back in the same bits, with one phi and with two") {
  const Folder folder;
  for (const bool two : {false, true}) {
    const auto trained = sample(two);
    const auto back = read_phi_file(write_phi_file(folder.path, trained));
    CHECK(back.phi == trained.phi);
    CHECK(back.lstm == trained.lstm);
    CHECK(back.phi_groups == trained.phi_groups);
    CHECK(back.provenance == trained.provenance);
  }
}

TEST_CASE("the same phi gives the same bytes and the same name") {
  const Folder a, b;
  const auto first = write_phi_file(a.path, sample()), second = write_phi_file(b.path, sample());
  CHECK(first.filename() == second.filename());
  CHECK(read_file(first) == read_file(second));
}

TEST_CASE("NumPy reads a phi file without this project") {
  const Folder folder;
  const auto trained = sample();
  const auto path = write_phi_file(folder.path, trained);
  const auto script = folder.path / "read.py";
  write_file_atomically(script, R"(
import json, sys, numpy
d = numpy.load(sys.argv[1])
m = json.loads(bytes(d['metadata']))
assert m['format'] == 'l2lbench trained optimizer' and m['version'] == 1, m
assert d['W_ih0'].shape == (12, 2) and d['W_hh1'].shape == (12, 3) and d['b_out'].shape == (1,), d['W_ih0'].shape
assert d['W_ih0'].dtype == numpy.float32
order = ['W_ih0', 'W_hh0', 'b0', 'W_ih1', 'W_hh1', 'b1', 'W_out', 'b_out']
flat = numpy.concatenate([d[k].ravel() for k in order])
flat.tofile(sys.argv[2])
)");
  const auto out = folder.path / "flat.bin";
  REQUIRE(std::system(fmt::format("/usr/bin/python3 {} {} {}", script.string(), path.string(), out.string())
                          .c_str()) == 0);
  const std::string bytes = read_file(out);
  REQUIRE(bytes.size() == trained.phi.size() * sizeof(float));
  CHECK(std::equal(bytes.begin(), bytes.end(), reinterpret_cast<const char*>(trained.phi.data())));
}

TEST_CASE("a damaged phi file is refused wherever the damage is") {
  const Folder folder;
  const auto path = write_phi_file(folder.path, sample());
  const std::string good = read_file(path);
  int refused = 0, harmless = 0;
  for (std::size_t at = 0; at < good.size(); at += 37) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    write_file_atomically(path, bad);
    try {
      // A flipped bit in the zip's own bookkeeping (a date, say) may leave the content whole.
      if (read_phi_file(path).phi == sample().phi)
        ++harmless;
      else
        FAIL("damage at byte " << at << " went unnoticed");
    } catch (const Error& e) {
      CHECK(e.where().file == path.string());
      ++refused;
    }
  }
  CHECK(refused > 2 * harmless);
  for (const std::size_t length : {std::size_t{0}, std::size_t{3}, good.size() / 3, good.size() / 2}) {
    write_file_atomically(path, good.substr(0, length));
    CHECK_THROWS_AS(read_phi_file(path), Error);
  }
}

TEST_CASE("an alien file is refused") {
  const Folder folder;
  const auto path = folder.path / "alien.npz";
  write_file_atomically(path, "not a zip at all");
  CHECK_THROWS_AS(read_phi_file(path), Error);
  write_file_atomically(path, encode_npz({{"x", {{2}, std::vector<float>{1, 2}}}}));
  CHECK_THROWS_WITH(read_phi_file(path), Catch::Contains("no metadata"));
  const std::string newer = R"({"format": "l2lbench trained optimizer", "version": 99})";
  write_file_atomically(
      path,
      encode_npz({{"metadata", {{newer.size()}, std::vector<std::uint8_t>(newer.begin(), newer.end())}}}));
  CHECK_THROWS_WITH(read_phi_file(path), Catch::Contains("version 99"));
}
