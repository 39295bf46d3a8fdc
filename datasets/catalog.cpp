#include "datasets/catalog.hpp"

#include <algorithm>
#include <set>

#include <yaml-cpp/yaml.h>

#include "core/error.hpp"
#include "datasets/catalog_text.hpp"

namespace l2l {
namespace {

/// Reads YAML nodes with errors that point at them.
class Reader {
 public:
  explicit Reader(std::string path) : path_(std::move(path)) {}

  [[noreturn]] void fail(const YAML::Mark& mark, std::string what) const {
    throw Error(ErrorCode::format, {path_, mark.line + 1, mark.column + 1}, std::move(what),
                "see datasets/catalog.yaml for the shape of an entry");
  }

  void expect_keys(const YAML::Node& map, const std::set<std::string>& allowed) const {
    if (!map.IsMap()) fail(map.Mark(), "a mapping is expected");
    std::set<std::string> seen;
    for (const auto& item : map) {
      const auto key = item.first.as<std::string>();
      if (!allowed.contains(key)) fail(item.first.Mark(), fmt::format("unknown key {}", key));
      if (!seen.insert(key).second) fail(item.first.Mark(), fmt::format("{} is given twice", key));
    }
  }

  YAML::Node child(const YAML::Node& map, const std::string& key) const {
    const YAML::Node node = map[key];
    if (!node) fail(map.Mark(), fmt::format("{} is missing", key));
    return node;
  }

  template <class T>
  T get(const YAML::Node& map, const std::string& key) const {
    const YAML::Node node = child(map, key);
    try {
      return node.as<T>();
    } catch (const YAML::Exception&) {
      fail(node.Mark(), fmt::format("{} has the wrong type", key));
    }
  }

  /// A name that becomes a file or folder name: nothing that leads out of its folder.
  std::string file_name(const YAML::Node& map, const std::string& key) const {
    auto name = get<std::string>(map, key);
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) {
      fail(map[key].Mark(), fmt::format("{} is no file name: '{}'", key, name));
    }
    return name;
  }

 private:
  std::string path_;
};

std::string read_sha256(const Reader& reader, const YAML::Node& node) {
  auto sha256 = reader.get<std::string>(node, "sha256");
  if (sha256.size() != 64 || sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
    reader.fail(node["sha256"].Mark(), "sha256 must be 64 lowercase hexadecimal digits");
  }
  return sha256;
}

CatalogFile read_file_entry(const Reader& reader, const YAML::Node& node) {
  reader.expect_keys(node, {"name", "size", "sha256"});
  return {reader.file_name(node, "name"), reader.get<std::uint64_t>(node, "size"), read_sha256(reader, node)};
}

std::map<std::string, SpriteSheet> read_sheets(const Reader& reader, const YAML::Node& node) {
  if (!node.IsMap()) reader.fail(node.Mark(), "a mapping from file names is expected");
  std::map<std::string, SpriteSheet> sheets;
  for (const auto& item : node) {
    reader.expect_keys(item.second, {"images", "labels", "first"});
    sheets[item.first.as<std::string>()] = {reader.file_name(item.second, "images"),
                                            reader.file_name(item.second, "labels"),
                                            reader.get<std::uint64_t>(item.second, "first")};
  }
  return sheets;
}

DatasetSource read_source(const Reader& reader, const YAML::Node& node) {
  reader.expect_keys(node, {"url", "suffix", "archive", "sha256", "npm", "folder", "sheets"});
  DatasetSource source;
  if (node["npm"] || node["archive"]) {
    source.kind = node["npm"] ? SourceKind::npm : SourceKind::archive;
    source.location = reader.get<std::string>(node, node["npm"] ? "npm" : "archive");
    source.folder = reader.get<std::string>(node, "folder");
    if (source.kind == SourceKind::archive) source.sha256 = read_sha256(reader, node);
    if (node["sheets"]) source.sheets = read_sheets(reader, node["sheets"]);
    return source;
  }
  source.location = reader.get<std::string>(node, "url");
  if (!source.location.ends_with('/')) reader.fail(node["url"].Mark(), "url must end in /");
  if (node["suffix"]) source.suffix = reader.get<std::string>(node, "suffix");
  if (!source.suffix.empty() && source.suffix != ".gz") {
    reader.fail(node["suffix"].Mark(), fmt::format("suffix {} is not known, only .gz is", source.suffix));
  }
  return source;
}

DatasetFormat read_format(const Reader& reader, const YAML::Node& node) {
  const auto format = reader.get<std::string>(node, "format");
  if (format == "idx") return DatasetFormat::idx;
  if (format == "cifar") return DatasetFormat::cifar;
  reader.fail(node["format"].Mark(), fmt::format("unknown format {}", format));
}

ImageSize read_image_size(const Reader& reader, const YAML::Node& node) {
  const auto sizes = reader.get<std::vector<std::size_t>>(node, "image");
  const bool right = sizes.size() == 3 && std::all_of(sizes.begin(), sizes.end(),
                                                      [](std::size_t n) { return n >= 1 && n <= 100'000; });
  if (!right) reader.fail(node["image"].Mark(), "image must be [rows, columns, channels]");
  return {sizes[0], sizes[1], sizes[2]};
}

DatasetPart read_part(const Reader& reader, const YAML::Node& node, const DatasetEntry& entry) {
  DatasetPart part;
  if (entry.format == DatasetFormat::idx) {
    reader.expect_keys(node, {"images", "labels", "examples"});
    part.files = {reader.file_name(node, "images"), reader.file_name(node, "labels")};
  } else {
    reader.expect_keys(node, {"files", "examples"});
    part.files = reader.get<std::vector<std::string>>(node, "files");
    if (part.files.empty()) reader.fail(node["files"].Mark(), "a part without files");
  }
  part.examples = reader.get<std::uint64_t>(node, "examples");
  for (const std::string& file : part.files)
    if (std::none_of(entry.files.begin(), entry.files.end(), [&](const auto& f) { return f.name == file; }))
      reader.fail(node.Mark(), fmt::format("{} is not among the files", file));
  return part;
}

DatasetEntry read_entry(const Reader& reader, const std::string& name, const YAML::Node& node) {
  reader.expect_keys(node, {"title", "format", "image", "classes", "parts", "files", "sources"});
  DatasetEntry entry;
  entry.name = name;
  entry.title = reader.get<std::string>(node, "title");
  entry.format = read_format(reader, node);
  entry.image = read_image_size(reader, node);
  entry.classes = reader.get<int>(node, "classes");
  for (const auto& file : reader.child(node, "files")) entry.files.push_back(read_file_entry(reader, file));
  for (const auto& item : reader.child(node, "parts"))
    entry.parts[item.first.as<std::string>()] = read_part(reader, item.second, entry);
  for (const auto& source : reader.child(node, "sources"))
    entry.sources.push_back(read_source(reader, source));
  return entry;
}

template <class Items, class Name>
std::string joined(const Items& items, Name name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + name(item);
  return text;
}

}  // namespace

std::uint64_t DatasetEntry::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& item : files) sum += item.size;
  return sum;
}

const DatasetPart& DatasetEntry::part(const std::string& part_name) const {
  const auto found = parts.find(part_name);
  if (found == parts.end()) {
    throw Error(ErrorCode::usage, fmt::format("the dataset {} has no part '{}'", name, part_name),
                fmt::format("its parts: {}", joined(parts, [](const auto& item) { return item.first; })));
  }
  return found->second;
}

const CatalogFile& DatasetEntry::file(const std::string& file_name) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.name == file_name; });
  L2L_CHECK(found != files.end(), "dataset={} file={}", name, file_name);
  return *found;
}

std::vector<DatasetEntry> parse_catalog(const std::string& text, const std::string& path) {
  const Reader reader(path);
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& problem) {
    reader.fail(problem.mark, problem.msg);
  }
  if (!root.IsMap()) reader.fail(root.Mark(), "a mapping from dataset names is expected");
  std::vector<DatasetEntry> entries;
  for (const auto& item : root)
    entries.push_back(read_entry(reader, item.first.as<std::string>(), item.second));
  return entries;
}

const std::vector<DatasetEntry>& catalog() {
  static const std::vector<DatasetEntry> entries = parse_catalog(kCatalogText, "datasets/catalog.yaml");
  return entries;
}

const DatasetEntry& catalog_entry(const std::string& name) {
  const auto& entries = catalog();
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == name; });
  if (found == entries.end()) {
    throw Error(ErrorCode::usage, fmt::format("there is no dataset '{}' in the catalogue", name),
                fmt::format("datasets: {}", joined(entries, [](const auto& e) { return e.name; })));
  }
  return *found;
}

}  // namespace l2l
