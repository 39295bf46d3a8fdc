// The trained-optimizer file: round trip, NumPy reads it, damage and aliens are refused.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "harness/phi/npz.hpp"
#include "harness/phi/phi_file.hpp"
#include "optimizers/lstm.hpp"
#include "tests/support/errors.hpp"

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
  trained.architecture.lstm = {
      .layers = 2, .hidden = 3, .preprocessing = Preprocessing::log_and_sign, .output_scale = 0.1};
  trained.phi = initial_phi(trained.architecture, 5);
  if (two_groups) {
    trained.phi_groups = {{"weights"}, {"biases"}};
    const auto other = initial_phi(trained.architecture, 6);
    trained.phi.insert(trained.phi.end(), other.begin(), other.end());
  }
  trained.provenance = {{"job", "abc"}, {"optimizee", "mnist-mlp"}};
  return trained;
}

/// A sound zip of entries of any content.
std::string zip_of(const std::map<std::string, std::string>& entries) {
  std::string out(1 << 16, '\0');
  std::size_t used = 0;
  const std::unique_ptr<archive, int (*)(archive*)> zip(archive_write_new(), archive_write_free);
  REQUIRE(archive_write_set_format_zip(zip.get()) == ARCHIVE_OK);
  REQUIRE(archive_write_open_memory(zip.get(), out.data(), out.size(), &used) == ARCHIVE_OK);
  for (const auto& [name, bytes] : entries) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    REQUIRE(archive_write_header(zip.get(), entry.get()) == ARCHIVE_OK);
    archive_write_data(zip.get(), bytes.data(), bytes.size());
  }
  REQUIRE(archive_write_close(zip.get()) == ARCHIVE_OK);
  out.resize(used);
  return out;
}

/// A float32 array file with whatever shape its header is to name.
std::string npy_of(const std::string& shape, const std::string& data) {
  const std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}\n", shape);
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + data;
}

}  // namespace

TEST_CASE("an array that is not what it says is refused, in a sound zip") {
  const std::string two(8, '\1');
  REQUIRE(decode_npz(zip_of({{"a.npy", npy_of("2,", two)}}), "t").at("a").shape ==
          std::vector<std::size_t>{2});
  const auto [bytes, said] = GENERATE_COPY(table<std::map<std::string, std::string>, std::string>({
      {{{"a.npy", npy_of("2,", two + "x")}}, "has 9 bytes instead of 8"},
      {{{"a.npy", npy_of("3,", two)}}, "has 8 bytes instead of 12"},
      {{{"a.npy", npy_of("2,", two)}, {"a.txt", "text"}}, "'a.txt', which is no array"},
      {{{"a.npy", npy_of("2,", two).substr(0, 40)}}, "the header of 'a' is cut off"},
      {{{"a.npy", fmt::format("x{}", npy_of("2,", two).substr(1))}}, "no NumPy 1.0 array"},
      {{{"a.npy", npy_of("99999999999999999999,", two)}}, "impossible shape"},
      {{{"a.npy", npy_of("4294967296, 4294967296", two)}}, "impossible shape"},
      {{{"a.npy", npy_of("64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 0", "")}}, "impossible shape"},
  }));
  CAPTURE(said);
  CHECK_THAT(test::error_of([&, b = bytes] { decode_npz(zip_of(b), "t"); }).what(), Catch::Contains(said));
}

TEST_CASE("an array in a zip is these bytes, as files of earlier programs have them") {
  const auto written = [](const char* dtype, const char* shape, const std::string& data) {
    std::string header =
        fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", dtype, shape);
    header.resize(117, ' ');  // magic, length and header are a multiple of 64 bytes
    return std::string("\x93NUMPY\x01\0\x76\0", 10) + header + '\n' + data;
  };
  const std::map<std::string, NdArray> arrays = {
      {"b", {{2, 1}, std::vector<float>{1, -0.0F}}},
      {"metadata", {{3}, std::vector<std::uint8_t>{'a', 'b', 'c'}}},
      {"w", {{1}, std::vector<double>{1}}},
  };
  const std::string zip = encode_npz(arrays);
  CHECK_THAT(zip, Catch::Contains(written("<f4", "2,1,", std::string("\0\0\x80\x3f\0\0\0\x80", 8))));
  CHECK_THAT(zip, Catch::Contains(written("|u1", "3,", "abc")));
  CHECK_THAT(zip, Catch::Contains(written("<f8", "1,", std::string("\0\0\0\0\0\0\xf0\x3f", 8))));
  CHECK(decode_npz(zip, "t") == arrays);
}

TEST_CASE("a flipped bit of an array is found by the zip's own checksum") {
  std::string bytes = encode_npz({{"a", {{64}, std::vector<float>(64, 1.5F)}}});
  const std::size_t at = bytes.find(std::string("\0\0\xc0\x3f\0\0\xc0\x3f", 8));
  REQUIRE(at != std::string::npos);
  bytes[at + 100] = static_cast<char>(bytes[at + 100] ^ 1);
  CHECK_THROWS_AS(decode_npz(bytes, "t"), Error);
}

TEST_CASE("a phi file that was written anew with other content is refused") {
  const Folder folder;
  const auto path = write_phi_file(folder.path, sample());
  auto arrays = decode_npz(read_file(path), "t");
  const auto refusal = [&] {
    write_file_atomically(path, encode_npz(arrays));
    return std::string(test::error_of([&] { read_phi_file(path); }).what());
  };
  SECTION("another weight") {
    std::get<std::vector<float>>(arrays.at("b1").values)[2] += 1;
    CHECK_THAT(refusal(), Catch::Contains("do not match the SHA-256"));
  }
  SECTION("another shape of the same size") {
    std::swap(arrays.at("W_hh1").shape[0], arrays.at("W_hh1").shape[1]);
    CHECK_THAT(refusal(), Catch::Contains("'W_hh1' is missing or of another shape"));
  }
  SECTION("a missing array") {
    arrays.erase("b0");
    CHECK_THAT(refusal(), Catch::Contains("'b0' is missing"));
  }
  SECTION("somebody else's metadata") {
    const std::string text = R"({"format": "another program", "version": 1})";
    arrays.at("metadata") = {{text.size()}, std::vector<std::uint8_t>(text.begin(), text.end())};
    CHECK_THAT(refusal(), Catch::Contains("is no trained optimizer of l2lbench"));
  }
}

TEST_CASE("the digest of a phi is of all that decides what it does") {
  const TrainedPhi trained = sample(true);
  TrainedPhi scaled = trained, swapped = trained;
  scaled.architecture.lstm.output_scale = 0.2;
  std::swap(swapped.phi_groups[0], swapped.phi_groups[1]);
  CHECK(scaled.digest() != trained.digest());
  CHECK(swapped.digest() != trained.digest());
}

TEST_CASE("a phi file that is there already is left alone") {
  const Folder folder;
  const auto path = write_phi_file(folder.path, sample());
  const auto early = fs::last_write_time(path) - std::chrono::hours(1);
  fs::last_write_time(path, early);
  write_phi_file(folder.path, sample());
  CHECK(fs::last_write_time(path) == early);
}

TEST_CASE("a phi file reads back in the same bits, with one phi and with two") {
  const Folder folder;
  for (const bool two : {false, true}) {
    const auto trained = sample(two);
    const auto back = read_phi_file(write_phi_file(folder.path, trained));
    CHECK(back.phi == trained.phi);
    CHECK(back.architecture == trained.architecture);
    CHECK(back.phi_groups == trained.phi_groups);
    CHECK(back.provenance == trained.provenance);
  }
}

TEST_CASE(
    "a phi file of every architecture reads back, plain ones in the version that earlier programs read") {
  const Folder folder;
  const auto version = [](const fs::path& path) {
    const auto bytes =
        std::get<std::vector<std::uint8_t>>(decode_npz(read_file(path), path.string()).at("metadata").values);
    return nlohmann::json::parse(bytes.begin(), bytes.end()).at("version").get<int>();
  };
  for (const Architecture kind :
       {Architecture::lstm, Architecture::lstm_gac, Architecture::ntm_bfgs, Architecture::ntm_l_bfgs}) {
    TrainedPhi trained = sample();
    ArchitectureSpec& architecture = trained.architecture;
    architecture.kind = kind;
    if (kind != Architecture::lstm) architecture.global_cells = 2;
    if (architecture.has_memory()) architecture.memory_init = 0.5;
    if (architecture.has_memory()) architecture.head_init = 0.25;
    if (architecture.has_memory()) architecture.read_heads = 2;
    if (kind == Architecture::ntm_l_bfgs) architecture.history = 3;
    trained.phi = initial_phi(architecture, 5);
    const fs::path path = write_phi_file(folder.path, trained);
    const auto back = read_phi_file(path);
    CHECK(back.phi == trained.phi);
    CHECK(back.architecture == architecture);
    CHECK(version(path) == (kind == Architecture::lstm ? 1 : 2));
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

TEST_CASE("the header of an array is read as NumPy writes it, and an alien one refused, however long it is") {
  const auto decoded = [](const std::string& shape, std::size_t size) {
    const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + ", }\n";
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xff);
    bytes += static_cast<char>(header.size() >> 8);
    return decode_npy(bytes + header + std::string(size, '\0'), "alien.npz", "x").shape;
  };
  CHECK(decoded("2, 3)", 6) == std::vector<std::size_t>{2, 3});
  CHECK(decoded("6,)", 6) == std::vector<std::size_t>{6});
  CHECK(decoded(")", 1).empty());
  std::string ones;
  while (ones.size() < 60'000) ones += "1,";
  const std::string shapes[] = {"2,3",        "2,-3)",
                                "4,3)",       "4294967296,4294967296)",
                                "), 'x': ()", std::string(40, '1'),
                                ones,         std::string(60'000, '1') + ")",
                                ones + "7)"};
  for (const std::string& shape : shapes) {
    CAPTURE(shape.substr(0, 50), shape.size());
    CHECK_THROWS_AS(decoded(shape, 6), Error);
  }
}

TEST_CASE("an alien file is refused") {
  const Folder folder;
  const auto path = folder.path / "alien.npz";
  write_file_atomically(path, "not a zip at all");
  CHECK_THROWS_AS(read_phi_file(path), Error);
  write_file_atomically(path, encode_npz({{"x", {{2}, std::vector<float>{1, 2}}}}));
  CHECK_THROWS_WITH(read_phi_file(path), Catch::Contains("no metadata"));
  const auto refused_as = [&](const std::string& metadata, const std::string& said) {
    const std::vector<std::uint8_t> bytes(metadata.begin(), metadata.end());
    write_file_atomically(path, encode_npz({{"metadata", {{bytes.size()}, bytes}}}));
    CHECK_THROWS_WITH(read_phi_file(path), Catch::Contains(said));
  };
  refused_as(R"({"format": "l2lbench trained optimizer", "version": 99})", "version 99");
  refused_as("[5]", "damaged metadata");
  for (const char* lstm : {R"("layers": 1000000, "hidden": 4, "preprocessing": "none")",
                           R"("layers": 1, "hidden": -4, "preprocessing": "none")",
                           R"("layers": 1, "hidden": 4, "preprocessing": "whitening")"}) {
    refused_as(fmt::format(R"({{"format": "l2lbench trained optimizer", "version": 1, "phi_groups": [],
                               "provenance": {{}}, "sha256": "", "lstm": {{{}, "p": 10, "output_scale": 1}}}})",
                           lstm),
               "describes an architecture that this program does not know");
  }
}
