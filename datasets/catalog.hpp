// The catalogue: which datasets there are, what their files must be, and where to find them. It is compiled
// into the program from catalog.yaml.
#pragma once

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

/// Which files make a part ("train", "test") of a dataset.
struct DatasetPart {
  std::string images;
  std::string labels;
  std::uint64_t examples = 0;
};

enum class SourceKind { url, npm };

struct DatasetSource {
  SourceKind kind = SourceKind::url;
  std::string location;  ///< url: a base URL, ends in '/'; npm: a package
  std::string suffix;    ///< url: "" or ".gz"
  std::string folder;    ///< npm: where the files are inside the package
};

struct DatasetEntry {
  std::string name;
  std::string title;
  std::string format;  ///< "idx"
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
