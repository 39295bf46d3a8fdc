#include "datasets/source.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

namespace l2l {
namespace {

constexpr std::size_t kChunk = 1 << 18;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Reads a file in chunks; the last one is empty.
class ChunkReader {
 public:
  explicit ChunkReader(const std::filesystem::path& path)
      : path_(path), file_(std::fopen(path.c_str(), "rb")) {
    if (!file_) throw_io_error(path_, "read", errno);
  }
  std::string_view next() {
    const std::size_t got = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    if (got == 0 && std::ferror(file_.get())) throw_io_error(path_, "read", errno);
    return {buffer_.data(), got};
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<char> buffer_ = std::vector<char>(kChunk);
};

struct FreeArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

[[noreturn]] void refuse_gzip(archive* reader, const std::string& origin) {
  const char* reason = archive_error_string(reader);
  if (reason != nullptr && std::string_view(reason).starts_with("truncated"))
    throw SourceFailure::broken(origin, "truncated gzip: the data end too early");
  throw SourceFailure::broken(origin, "damaged gzip data");
}

/// Decompresses a gzip file into `out`, whose checksum is the check of its contents.
void gunzip(const std::filesystem::path& copy, VerifiedFile& out, const std::string& origin) {
  const std::unique_ptr<archive, FreeArchive> reader(archive_read_new());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(reader.get(), copy.c_str(), kChunk) != ARCHIVE_OK ||
      archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK ||
      archive_filter_code(reader.get(), 0) != ARCHIVE_FILTER_GZIP)
    refuse_gzip(reader.get(), origin);
  std::vector<char> buffer(kChunk);
  for (;;) {
    const la_ssize_t got = archive_read_data(reader.get(), buffer.data(), buffer.size());
    if (got < 0) refuse_gzip(reader.get(), origin);
    if (got == 0) return;
    out.write({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

SourceFailure::SourceFailure(Reason reason, ErrorCode code, std::string where, std::string what)
    : Error(code, {std::move(where)}, std::move(what),
            reason == Reason::unreachable
                ? "check the network, or give a folder or mirror of your own with --from"
                : "give another folder or mirror with --from"),
      reason_(reason) {}

SourceFailure SourceFailure::broken(const std::string& origin, std::string what) {
  return {Reason::broken, ErrorCode::data, origin, std::move(what)};
}

VerifiedFile::VerifiedFile(const CatalogFile& file, const std::filesystem::path& folder, std::string origin)
    : file_(file), origin_(std::move(origin)), out_(folder / file.name) {}

void VerifiedFile::write(std::string_view bytes) {
  written_ += bytes.size();
  if (written_ > file_.size) {
    throw SourceFailure::broken(
        origin_, fmt::format("wrong size: more than the {} bytes of {}", file_.size, file_.name));
  }
  sha256_.update(bytes);
  out_.write(bytes);
}

void VerifiedFile::commit() {
  if (written_ < file_.size) {
    throw SourceFailure::broken(
        origin_, fmt::format("wrong size: {} bytes, {} has {}", written_, file_.name, file_.size));
  }
  if (const std::string found = sha256_.hex(); found != file_.sha256) {
    throw SourceFailure::broken(origin_, fmt::format("wrong checksum: the SHA-256 is {}, that of {} is {}",
                                                     found, file_.name, file_.sha256));
  }
  out_.commit();
}

void install_file(const CatalogFile& file, const std::filesystem::path& folder,
                  const std::filesystem::path& copy, bool gzip, const std::string& origin) {
  VerifiedFile out(file, folder, origin);
  if (gzip) {
    gunzip(copy, out, origin);
  } else {
    ChunkReader in(copy);
    for (std::string_view chunk = in.next(); !chunk.empty(); chunk = in.next()) out.write(chunk);
  }
  out.commit();
}

}  // namespace l2l
