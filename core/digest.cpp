#include "core/digest.hpp"

#include <fstream>
#include <vector>

#include <openssl/evp.h>

#include "core/error.hpp"

namespace l2l {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() { L2L_CHECK(evp && EVP_DigestInit_ex(evp, EVP_sha256(), nullptr) == 1, "no SHA-256 in OpenSSL"); }
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<const std::byte> data) {
  L2L_CHECK(EVP_DigestUpdate(context_->evp, data.data(), data.size()) == 1, "size={}", data.size());
  return *this;
}

Sha256& Sha256::update(std::string_view text) {
  return update(std::as_bytes(std::span(text)));
}

std::array<std::uint8_t, 32> Sha256::bytes() {
  std::array<std::uint8_t, 32> out{};
  unsigned size = 0;
  L2L_CHECK(EVP_DigestFinal_ex(context_->evp, out.data(), &size) == 1 && size == out.size(), "size={}", size);
  return out;
}

std::string Sha256::hex() {
  std::string text;
  for (const std::uint8_t byte : bytes()) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_hex(std::string_view text) {
  return Sha256().update(text).hex();
}

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ErrorCode::data, {path.string()}, "cannot be read",
                "check that it exists and its permissions");
  Sha256 sha;
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    sha.update(std::string_view(buffer.data(), static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) throw Error(ErrorCode::data, {path.string()}, "reading failed", "check the disk");
  return sha.hex();
}

}  // namespace l2l
