#include "datasets/tar.hpp"

#include <algorithm>

#include <archive.h>
#include <archive_entry.h>

namespace l2l {
namespace {

using Reason = SourceFailure::Reason;

}  // namespace

void TarReader::Free::operator()(archive* handle) const {
  archive_read_free(handle);
}

void TarReader::fail_damaged() const {
  throw SourceFailure(Reason::broken, ErrorCode::data, origin_,
                      fmt::format("damaged package: {}", archive_error_string(reader_.get())));
}

TarReader::TarReader(const std::filesystem::path& path, std::string origin)
    : origin_(std::move(origin)), reader_(archive_read_new()) {
  archive_read_support_filter_gzip(reader_.get());
  archive_read_support_format_tar(reader_.get());
  constexpr std::size_t kBlock = 1 << 16;
  if (archive_read_open_filename(reader_.get(), path.c_str(), kBlock) != ARCHIVE_OK) fail_damaged();
}

bool TarReader::next(std::filesystem::path& member) {
  archive_entry* entry = nullptr;
  const int got = archive_read_next_header(reader_.get(), &entry);
  if (got == ARCHIVE_EOF) return false;
  if (got != ARCHIVE_OK) fail_damaged();
  member = archive_entry_pathname(entry);
  return true;
}

void TarReader::read(const std::function<void(std::string_view)>& chunk) {
  const void* bytes = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int got = ARCHIVE_OK;
  while ((got = archive_read_data_block(reader_.get(), &bytes, &size, &offset)) == ARCHIVE_OK)
    chunk({static_cast<const char*>(bytes), size});
  if (got != ARCHIVE_EOF) fail_damaged();
}

void install_from_tar(const std::filesystem::path& archive_path, const std::string& origin,
                      const std::string& inside, const std::vector<CatalogFile>& files,
                      const std::filesystem::path& folder, const FileOutcome& outcome) {
  TarReader reader(archive_path, origin);
  std::vector<CatalogFile> missing = files;
  for (std::filesystem::path member; reader.next(member);) {
    const auto wanted = std::find_if(missing.begin(), missing.end(), [&](const CatalogFile& file) {
      return member == std::filesystem::path(inside) / file.name;
    });
    if (wanted == missing.end()) continue;
    const CatalogFile file = *wanted;
    missing.erase(wanted);
    try {
      VerifiedFile out(file, folder, fmt::format("{}, {}", origin, member.string()));
      reader.read([&](std::string_view bytes) { out.write(bytes); });
      out.commit();
      outcome.installed(file);
    } catch (const SourceFailure& failure) {
      outcome.failed(failure);
    }
  }
  for (const CatalogFile& file : missing)
    outcome.failed(
        SourceFailure(Reason::absent, ErrorCode::environment, origin, fmt::format("has no {}", file.name)));
}

}  // namespace l2l
