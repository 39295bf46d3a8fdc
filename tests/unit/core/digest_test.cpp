#include "core/digest.hpp"

#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace l2l;

TEST_CASE("SHA-256 agrees with the vectors of FIPS 180-4") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("pieces, bytes, arrays and files of the same content have the same digest") {
  const std::string text = "four bytes and more, in all 32...";
  const std::string whole = sha256_hex(text);
  CHECK(Sha256().update(text.substr(0, 5)).update("").update(text.substr(5)).hex() == whole);
  CHECK(Sha256().update_array(std::span<const char>(text)).hex() == whole);
  CHECK(Sha256().update(text).bytes()[0] == std::stoul(whole.substr(0, 2), nullptr, 16));
  const float number = 1.0F;  // 00 00 80 3f, little endian
  CHECK(Sha256().update_array(std::span<const float>(&number, 1)).hex() ==
        sha256_hex(std::string("\0\0\x80\x3f", 4)));

  const test::TemporaryFolder folder;
  std::string large;
  while (large.size() < 3000000) large += text;
  write_file_atomically(folder.path() / "large", large);
  CHECK(sha256_hex_of_file(folder.path() / "large") == sha256_hex(large));
  const Error absent = test::error_of([&] { sha256_hex_of_file(folder.path() / "absent"); });
  CHECK(absent.code() == ErrorCode::data);
  CHECK(absent.where().file == (folder.path() / "absent").string());
}
