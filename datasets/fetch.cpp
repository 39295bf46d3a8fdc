#include "datasets/fetch.hpp"

#include <algorithm>

#include "core/files.hpp"
#include "datasets/cache.hpp"
#include "datasets/fetch_lock.hpp"
#include "datasets/http.hpp"
#include "datasets/npm.hpp"
#include "datasets/source.hpp"
#include "datasets/tar.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using Reason = SourceFailure::Reason;

// A gzip file is never longer than what it holds by more than this.
constexpr std::uint64_t kGzipOverhead = 1 << 16;

/// One run of fetch_dataset, with the lock held.
class Fetch {
 public:
  Fetch(const DatasetEntry& entry, const fs::path& folder, const FetchOptions& options)
      : entry_(entry), folder_(folder), options_(options), http_(options) {
    for (const CatalogFile& file : entry.files) {
      const FileState state = file_state(file, folder, true);
      if (state == FileState::good) continue;
      if (state != FileState::absent) options.note(fmt::format("{}: {}", file.name, to_string(state)));
      missing_.push_back(file);
    }
  }

  std::size_t run() {
    const std::size_t wanted = missing_.size();
    if (wanted == 0) return 0;
    if (options_.from.empty()) {
      for (const DatasetSource& source : entry_.sources) try_source(source);
    } else if (options_.from.starts_with("http://") || options_.from.starts_with("https://")) {
      const std::string base = options_.from.ends_with('/') ? options_.from : options_.from + "/";
      try_source({SourceKind::url, base, ".gz", ""});
      try_source({SourceKind::url, base, "", ""});
    } else {
      try_folder(options_.from);
    }
    if (!missing_.empty()) give_up();
    for (const DatasetSource& source : entry_.sources)
      if (source.kind == SourceKind::archive) fs::remove(archive_part(source));  // a beginning of no more use
    return wanted;
  }

 private:
  void installed(const CatalogFile& file) {
    options_.note(
        fmt::format("  {} ({:.1f} MB) is in place", file.name, static_cast<double>(file.size) * 1e-6));
    std::erase_if(missing_, [&](const CatalogFile& other) { return other.name == file.name; });
    // Beginnings that other sources left.
    for (const char* suffix : {".part", ".gz.part"}) fs::remove(folder_ / (file.name + suffix));
  }

  FileOutcome outcome() {
    return {[this](const CatalogFile& file) { installed(file); },
            [this](const SourceFailure& failure) { failed(failure); }};
  }

  void try_source(const DatasetSource& source) {
    if (missing_.empty()) return;
    const std::vector<CatalogFile> wanted = missing_;
    try {
      if (source.kind == SourceKind::npm) {
        options_.note(fmt::format("{}: fetching the npm package {}", entry_.name, source.location));
        install_from_npm(source, wanted, folder_, options_, outcome());
        return;
      }
      if (http_.is_dead(source.location)) return;
      options_.note(fmt::format("{}: fetching from {}", entry_.name, source.location));
      if (source.kind == SourceKind::archive) return try_archive(source, wanted);
      for (const CatalogFile& file : wanted) try_url(source, file);
    } catch (const SourceFailure& failure) {
      failed(failure);
    }
  }

  void try_archive(const DatasetSource& source, const std::vector<CatalogFile>& wanted) {
    const fs::path part = archive_part(source);
    const bool continued = http_.download(source.location, part, entry_.bytes() + kGzipOverhead);
    try {
      install_archive(part, source.location, source, wanted);
    } catch (const SourceFailure&) {
      fs::remove(part);
      // The beginning that an earlier fetch left may be of another archive: once more, from the start.
      if (continued) return try_archive(source, missing_);
      throw;
    }
    fs::remove(part);
  }

  void install_archive(const fs::path& archive, const std::string& origin, const DatasetSource& source,
                       const std::vector<CatalogFile>& wanted) {
    if (const std::string found = sha256_hex_of_file(archive); found != source.sha256) {
      throw SourceFailure(Reason::broken, ErrorCode::data, origin,
                          fmt::format("wrong checksum: SHA-256 {}, expected {}", found, source.sha256));
    }
    install_from_tar(archive, origin, source.folder, std::vector<CatalogFile>(wanted), folder_, outcome());
  }

  /// Throws only if the source has nothing at all to give.
  void try_url(const DatasetSource& source, const CatalogFile& file) {
    const std::string url = source.location + file.name + source.suffix;
    const fs::path part = folder_ / (file.name + source.suffix + ".part");
    try {
      // The beginning that an earlier fetch left may be of another file: once more, from the start.
      if (!download_and_install(source, file, url, part)) download_and_install(source, file, url, part);
      installed(file);
    } catch (const SourceFailure& failure) {
      if (failure.reason() == Reason::unreachable) throw;
      failed(failure);
    }
  }

  /// False if the bytes were wrong, but began with those of an earlier download.
  bool download_and_install(const DatasetSource& source, const CatalogFile& file, const std::string& url,
                            const fs::path& part) {
    bool continued = bytes_in(part) > 0;
    try {
      continued = http_.download(url, part, file.size + kGzipOverhead);
      install_file(file, folder_, part, source.suffix == ".gz", url);
    } catch (const SourceFailure& failure) {
      // Wrong bytes are of no use to a later fetch; those of a transfer that broke off are.
      if (failure.code() == ErrorCode::data || bytes_in(part) == 0) fs::remove(part);
      if (failure.code() == ErrorCode::data && continued) return false;
      throw;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted) fs::remove(part);
      throw;
    }
    return true;
  }

  static std::string archive_name(const DatasetSource& source) {
    return source.location.substr(source.location.rfind('/') + 1);
  }
  fs::path archive_part(const DatasetSource& source) const {
    return folder_ / (archive_name(source) + ".part");
  }

  void try_folder(const std::string& from) {
    constexpr std::string_view kFileUrl = "file://";
    const fs::path source = from.starts_with(kFileUrl) ? from.substr(kFileUrl.size()) : from;
    if (!fs::is_directory(source)) {
      throw Error(ErrorCode::usage, {source.string()}, "--from: there is no such folder",
                  "give a folder, or a URL that begins with http://, https:// or file://");
    }
    for (const DatasetSource& offered : entry_.sources) {
      const fs::path copy = source / archive_name(offered);
      if (offered.kind != SourceKind::archive || !fs::exists(copy)) continue;
      try {
        install_archive(copy, copy.string(), offered, missing_);
      } catch (const SourceFailure& failure) {
        failed(failure);
      }
      return;
    }
    for (const CatalogFile& file : std::vector<CatalogFile>(missing_)) {
      try {
        const fs::path plain = source / file.name, gzip = source / (file.name + ".gz");
        if (fs::exists(plain)) {
          install_file(file, folder_, plain, false, plain.string());
        } else if (fs::exists(gzip)) {
          install_file(file, folder_, gzip, true, gzip.string());
        } else {
          throw SourceFailure(Reason::absent, ErrorCode::data, plain.string(),
                              "is not there, nor is it with .gz");
        }
        installed(file);
      } catch (const SourceFailure& failure) {
        failed(failure);
      }
    }
  }

  void failed(const SourceFailure& failure) {
    options_.note(fmt::format("  {}: {}", failure.where().to_string(), failure.message()));
    failures_.push_back(failure);
  }

  [[noreturn]] void give_up() {
    // That a mirror has no .gz says nothing when its plain file is wrong.
    if (std::any_of(failures_.begin(), failures_.end(),
                    [](const auto& f) { return f.reason() != Reason::absent; })) {
      std::erase_if(failures_, [](const SourceFailure& f) { return f.reason() == Reason::absent; });
    }
    if (failures_.size() == 1) throw Error(failures_[0]);
    std::string reasons;
    for (const SourceFailure& failure : failures_) {
      reasons += fmt::format("\n    {}: {}", failure.where().to_string(), failure.message());
    }
    throw Error(failures_.empty() ? ErrorCode::environment : failures_[0].code(),
                fmt::format("the dataset {} could not be fetched: {} of its {} files are missing{}",
                            entry_.name, missing_.size(), entry_.files.size(), reasons),
                fmt::format("check the network, or bring the files (plain or .gz) into a folder and run: "
                            "l2lbench datasets fetch {} --from FOLDER",
                            entry_.name));
  }

  static std::uint64_t bytes_in(const fs::path& part) {
    std::error_code absent;
    const std::uint64_t size = fs::file_size(part, absent);
    return absent ? 0 : size;
  }

  const DatasetEntry& entry_;
  const fs::path& folder_;
  const FetchOptions& options_;
  HttpDownloader http_;
  std::vector<CatalogFile> missing_;
  std::vector<SourceFailure> failures_;
};

/// What a killed fetch left behind, apart from .part files.
void remove_leftovers(const fs::path& folder) {
  for (const auto& item : fs::directory_iterator(folder)) {
    const bool scratch = item.path().filename().string().starts_with(kNpmScratch);
    if (scratch || AtomicFile::is_temporary(item.path())) fs::remove_all(item.path());
  }
}

}  // namespace

std::size_t fetch_dataset(const DatasetEntry& entry, const fs::path& folder, const FetchOptions& options) {
  create_folders(folder);
  const FetchLock lock(folder, options);
  remove_leftovers(folder);
  return Fetch(entry, folder, options).run();
}

void ensure_dataset(const std::string& name, const FetchOptions& options) {
  const DatasetEntry& entry = catalog_entry(name);
  const fs::path folder = dataset_folder(name);
  const bool complete = std::all_of(entry.files.begin(), entry.files.end(), [&](const CatalogFile& file) {
    return file_state(file, folder, false) == FileState::good;
  });
  if (!complete) fetch_dataset(entry, folder, options);
}

}  // namespace l2l
