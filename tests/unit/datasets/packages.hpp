// Archives and images as datasets travel in them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <png.h>

namespace l2l::test {

/// Writes a tar with these members, gzip-compressed if asked for.
inline void write_package(const std::filesystem::path& path, const std::map<std::string, std::string>& files,
                          bool compressed = true) {
  archive* out = archive_write_new();
  if (compressed) archive_write_add_filter_gzip(out);
  archive_write_set_format_ustar(out);
  archive_write_open_filename(out, path.c_str());
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(out, entry);
    archive_write_data(out, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_free(out);
}

/// A PNG of rows of `width` pixels, 8 bits a colour.
inline std::string png_bytes(std::size_t width, const std::vector<std::uint8_t>& values,
                             std::size_t colours = 3) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(values.size() / width / colours);
  image.format = colours == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, values.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, values.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

}  // namespace l2l::test
