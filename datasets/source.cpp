#include "datasets/source.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <zlib.h>

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

/// Decompresses one gzip stream.
class Gunzip {
 public:
  Gunzip() {
    constexpr int kGzipOnly = 16;
    L2L_CHECK(inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK, "zlib {}", zlibVersion());
  }
  ~Gunzip() { inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// False if the input is no gzip stream or a damaged one.
  bool feed(std::string_view bytes, VerifiedFile& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (!finished_ && stream_.avail_in > 0) {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) return false;
      out.write({buffer_.data(), buffer_.size() - stream_.avail_out});
      finished_ = result == Z_STREAM_END;
    }
    return true;
  }
  bool finished() const { return finished_; }

 private:
  z_stream stream_{};
  bool finished_ = false;
  std::vector<char> buffer_ = std::vector<char>(kChunk);
};

SourceFailure broken(const std::string& origin, std::string what) {
  return {SourceFailure::Reason::broken, ErrorCode::data, origin, std::move(what)};
}

}  // namespace

SourceFailure::SourceFailure(Reason reason, ErrorCode code, std::string where, std::string what)
    : Error(code, {std::move(where)}, std::move(what),
            reason == Reason::unreachable
                ? "check the network, or give a folder or mirror of your own with --from"
                : "give another folder or mirror with --from"),
      reason_(reason) {}

VerifiedFile::VerifiedFile(const CatalogFile& file, const std::filesystem::path& folder, std::string origin)
    : file_(file), origin_(std::move(origin)), out_(folder / file.name) {}

void VerifiedFile::write(std::string_view bytes) {
  written_ += bytes.size();
  if (written_ > file_.size) {
    throw broken(origin_, fmt::format("wrong size: more than the {} bytes of {}", file_.size, file_.name));
  }
  sha256_.update(bytes);
  out_.write(bytes);
}

void VerifiedFile::commit() {
  if (written_ < file_.size) {
    throw broken(origin_, fmt::format("wrong size: {} bytes, {} has {}", written_, file_.name, file_.size));
  }
  if (const std::string found = sha256_.hex(); found != file_.sha256) {
    throw broken(origin_, fmt::format("wrong checksum: the SHA-256 is {}, that of {} is {}", found,
                                      file_.name, file_.sha256));
  }
  out_.commit();
}

void install_file(const CatalogFile& file, const std::filesystem::path& folder,
                  const std::filesystem::path& copy, bool gzip, const std::string& origin) {
  ChunkReader in(copy);
  VerifiedFile out(file, folder, origin);
  Gunzip gunzip;
  for (std::string_view chunk = in.next(); !chunk.empty(); chunk = in.next()) {
    if (!gzip) {
      out.write(chunk);
    } else if (!gunzip.feed(chunk, out)) {
      throw broken(origin, "damaged gzip data");
    }
  }
  if (gzip && !gunzip.finished()) throw broken(origin, "truncated gzip: the data end too early");
  out.commit();
}

}  // namespace l2l
