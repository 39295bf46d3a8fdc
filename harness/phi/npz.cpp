#include "harness/phi/npz.hpp"

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <archive.h>
#include <archive_entry.h>

#include "core/error.hpp"

namespace l2l {
namespace {

constexpr std::string_view kNpyMagic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kNpyAlignment = 64;

struct ArchiveCloser {
  void operator()(archive* a) const { archive_free(a); }
};
using ArchivePtr = std::unique_ptr<archive, ArchiveCloser>;
struct EntryCloser {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

[[noreturn]] void damaged(const std::string& origin, const std::string& what) {
  throw Error(ErrorCode::format, {origin}, what,
              "the file is damaged or no trained optimizer of l2lbench; write it anew");
}

std::string encode_npy(const NdArray& array) {
  std::string shape;
  for (const std::size_t n : array.shape) shape += std::to_string(n) + ",";
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   dtype_of(array.values), shape);
  const std::size_t unpadded = kNpyMagic.size() + 2 + header.size() + 1;
  header.append((kNpyAlignment - unpadded % kNpyAlignment) % kNpyAlignment, ' ');
  header += '\n';
  std::string out(kNpyMagic);
  out += static_cast<char>(header.size() & 0xff);
  out += static_cast<char>(header.size() >> 8);
  out += header;
  const std::span<const std::byte> bytes = bytes_of(array.values);
  return out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

struct NpyHeader {
  std::string_view dtype;
  std::vector<std::size_t> shape;
};

/// "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", as NumPy writes it.
std::optional<NpyHeader> parse_header(std::string_view text) {
  const auto take = [&](std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
  };
  NpyHeader header;
  if (!take("{'descr': '")) return std::nullopt;
  header.dtype = text.substr(0, 3);
  text.remove_prefix(header.dtype.size());
  if (!take("', 'fortran_order': False, 'shape': (")) return std::nullopt;
  while (!take(")")) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), header.shape.emplace_back());
    if (error == std::errc::result_out_of_range)
      header.shape.back() = SIZE_MAX;  // impossible, whoever asks
    else if (error != std::errc{})
      return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    take(",");
    take(" ");
  }
  take(",");
  while (take(" ")) continue;
  if (!take("}") || text.find_first_not_of(" \n") != std::string_view::npos) return std::nullopt;
  return header;
}

la_ssize_t append_to_string(archive*, void* out, const void* data, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

std::string encode_npz(const std::map<std::string, NdArray>& arrays) {
  std::string out;
  const ArchivePtr zip(archive_write_new());
  const auto check = [&](int code) {
    L2L_CHECK(code == ARCHIVE_OK, "libarchive: {}", archive_error_string(zip.get()));
  };
  check(archive_write_set_format_zip(zip.get()));
  check(archive_write_set_options(zip.get(), "zip:compression=store"));
  check(archive_write_set_bytes_in_last_block(zip.get(), 1));
  check(archive_write_open(zip.get(), &out, nullptr, append_to_string, nullptr));
  for (const auto& [name, array] : arrays) {
    const std::string npy = encode_npy(array);
    const std::unique_ptr<archive_entry, EntryCloser> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), (name + ".npy").c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(npy.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 315532800, 0);  // 1980-01-01, the first instant a zip can name
    check(archive_write_header(zip.get(), entry.get()));
    L2L_CHECK(archive_write_data(zip.get(), npy.data(), npy.size()) == static_cast<la_ssize_t>(npy.size()),
              "libarchive: {}", archive_error_string(zip.get()));
  }
  check(archive_write_close(zip.get()));
  return out;
}

NdArray decode_npy(std::string_view bytes, const std::string& origin, const std::string& name) {
  if (bytes.size() < 10 || bytes.substr(0, 8) != kNpyMagic)
    damaged(origin, fmt::format("'{}' is no NumPy 1.0 array", name));
  const std::size_t length = static_cast<std::uint8_t>(bytes[8]) |
                             (static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[9])) << 8);
  if (bytes.size() < 10 + length) damaged(origin, fmt::format("the header of '{}' is cut off", name));
  const std::optional<NpyHeader> header = parse_header(bytes.substr(10, length));
  const auto data = std::as_bytes(std::span(bytes.substr(10 + length)));
  std::optional<NdArray::Values> values;
  if (header) values = values_from(header->dtype, data);
  if (!values) damaged(origin, fmt::format("'{}' is not a C-ordered float32, float64 or uint8 array", name));
  std::size_t count = 1;
  for (const std::size_t n : header->shape) {
    if (n > bytes.size() || count * n > bytes.size())
      damaged(origin, fmt::format("'{}' has an impossible shape", name));
    count *= n;
  }
  const std::size_t expected = count * width_of(*values);
  if (data.size() != expected)
    damaged(origin, fmt::format("array '{}' has {} bytes instead of {}", name, data.size(), expected));
  return {header->shape, std::move(*values)};
}

std::map<std::string, NdArray> decode_npz(const std::string& bytes, const std::string& origin) {
  const ArchivePtr zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  const auto check = [&](int code) {
    if (code != ARCHIVE_OK)
      damaged(origin, fmt::format("no readable .npz: {}", archive_error_string(zip.get())));
  };
  check(archive_read_open_memory(zip.get(), bytes.data(), bytes.size()));
  std::map<std::string, NdArray> arrays;
  archive_entry* entry = nullptr;
  for (int code; (code = archive_read_next_header(zip.get(), &entry)) != ARCHIVE_EOF;) {
    check(code);
    std::string name = archive_entry_pathname(entry);
    if (!name.ends_with(".npy")) damaged(origin, fmt::format("holds '{}', which is no array", name));
    std::string npy;
    char buffer[1 << 14];
    la_ssize_t size = 0;
    while ((size = archive_read_data(zip.get(), buffer, sizeof buffer)) > 0)
      npy.append(buffer, static_cast<std::size_t>(size));
    if (size < 0) check(static_cast<int>(size));
    name.resize(name.size() - 4);
    arrays[name] = decode_npy(npy, origin, name);
  }
  return arrays;
}

}  // namespace l2l
