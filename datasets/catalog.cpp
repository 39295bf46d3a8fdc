#include "datasets/catalog.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/schema_check.hpp"
#include "datasets/catalog_text.hpp"

namespace l2l {
namespace {

using yaml::Entry;
using yaml::fail;
using yaml::Value;

constexpr double kMostBytes = 1e15;

schema::Node sheet_node() {
  using namespace schema;
  return object({required("images", text(), "file of the image sheet"),
                 required("labels", text(), "file of their labels"),
                 required("first", integer(0, kMostBytes), "label of the first image in it")});
}

schema::Node source_node() {
  using namespace schema;
  Node node = object(
      {optional("url", text(), "folder on a server"), optional("suffix", choice({".gz"}), "of its files"),
       optional("archive", text(), "URL of a tar.gz"), optional("sha256", text(), "of the tar.gz"),
       optional("npm", text(), "name of a package"),
       optional("folder", text(), "of the files, in the archive or package"),
       optional("sheets", map_of_any(sheet_node()), "file -> the sheets that it is made of")});
  node.exclusive = {{"url", "archive", "npm"}};
  return node;
}

schema::Node part_node() {
  using namespace schema;
  return object({optional("images", text(), "idx: file of the images"),
                 optional("labels", text(), "idx: file of the labels"),
                 optional("files", list(text()), "cifar: files, in order"),
                 required("examples", integer(1, kMostBytes), "in it")});
}

schema::Node catalog_node() {
  using namespace schema;
  const Node file =
      object({required("name", text(), "of the file"), required("size", integer(0, kMostBytes), "in bytes"),
              required("sha256", text(), "64 lowercase hexadecimal digits")});
  return map(object(
      {required("title", text(), "for people"), required("format", choice({"idx", "cifar"}), "of its files"),
       required("image", list(integer(1, 100'000), 3, 3), "rows, columns, channels"),
       required("classes", integer(1, 256), "that its labels tell apart"),
       required("parts", map(part_node()), "train, test"), required("files", list(file), "all of them"),
       required("sources", list(source_node()), "in the order they are tried")}));
}

/// A name that becomes a file or folder name: nothing that leads out of its folder.
std::string file_name(const Value& value, const std::string& what) {
  if (value.text.empty() || value.text.front() == '.' || value.text.find('/') != std::string::npos)
    fail(value.where, fmt::format("{}: '{}' is no file name", what, value.text));
  return value.text;
}

/// The value of a field that is there in this kind of entry only.
const Value& needed(const Value& map, const std::string& key, const std::string& what) {
  const Value* value = map.find(key);
  if (value == nullptr) fail(map.where, fmt::format("{}: '{}' is missing", what, key));
  return *value;
}

std::string read_sha256(const Value& map, const std::string& what) {
  const Value& value = needed(map, "sha256", what);
  if (value.text.size() != 64 || value.text.find_first_not_of("0123456789abcdef") != std::string::npos)
    fail(value.where, fmt::format("{}.sha256: it must be 64 lowercase hexadecimal digits", what));
  return value.text;
}

std::uint64_t count(const Value& map, const std::string& key) {
  return static_cast<std::uint64_t>(map.at(key).number);
}

DatasetSource read_source(const Value& value, const std::string& what) {
  DatasetSource source;
  if (const Value* url = value.find("url"); url != nullptr) {
    source.location = url->text;
    if (!source.location.ends_with('/')) fail(url->where, fmt::format("{}.url: it must end in /", what));
    if (const Value* suffix = value.find("suffix"); suffix != nullptr) source.suffix = suffix->text;
    return source;
  }
  const Value* package = value.find("npm");
  source.kind = package != nullptr ? SourceKind::npm : SourceKind::archive;
  source.location = (package != nullptr ? *package : needed(value, "archive", what)).text;
  source.folder = needed(value, "folder", what).text;
  if (source.kind == SourceKind::archive) source.sha256 = read_sha256(value, what);
  if (const Value* sheets = value.find("sheets"); sheets != nullptr)
    for (const Entry& sheet : sheets->entries)
      source.sheets[sheet.key] = {file_name(sheet.value.at("images"), what + ".sheets.images"),
                                  file_name(sheet.value.at("labels"), what + ".sheets.labels"),
                                  count(sheet.value, "first")};
  return source;
}

DatasetPart read_part(const Value& value, const std::string& what, const DatasetEntry& entry) {
  DatasetPart part;
  part.examples = count(value, "examples");
  std::vector<const Value*> files;
  if (entry.format == DatasetFormat::idx) {
    files = {&needed(value, "images", what), &needed(value, "labels", what)};
  } else {
    for (const Value& file : needed(value, "files", what).items) files.push_back(&file);
  }
  for (const Value* file : files) {
    part.files.push_back(file_name(*file, what));
    if (std::none_of(entry.files.begin(), entry.files.end(),
                     [&](const CatalogFile& known) { return known.name == file->text; }))
      fail(file->where, fmt::format("{}: '{}' is not among the files", what, file->text));
  }
  return part;
}

DatasetEntry read_entry(const std::string& name, const Value& value) {
  DatasetEntry entry;
  entry.name = name;
  entry.title = value.at("title").text;
  entry.format = value.at("format").text == "idx" ? DatasetFormat::idx : DatasetFormat::cifar;
  const auto size = [&](std::size_t i) {
    return static_cast<std::size_t>(value.at("image").items.at(i).integer);
  };
  entry.image = {size(0), size(1), size(2)};
  entry.classes = static_cast<int>(value.at("classes").integer);
  for (const Value& file : value.at("files").items)
    entry.files.push_back({file_name(file.at("name"), name + ".files.name"), count(file, "size"),
                           read_sha256(file, name + ".files")});
  for (const Entry& part : value.at("parts").entries)
    entry.parts[part.key] = read_part(part.value, fmt::format("{}.parts.{}", name, part.key), entry);
  for (const Value& source : value.at("sources").items)
    entry.sources.push_back(read_source(source, name + ".sources"));
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

std::vector<DatasetEntry> parse_catalog(const std::string& text, const std::string& path) try {
  const Value checked = schema::check(yaml::parse(text, path), catalog_node(), "catalogue");
  std::vector<DatasetEntry> entries;
  for (const Entry& entry : checked.entries) entries.push_back(read_entry(entry.key, entry.value));
  return entries;
} catch (const Error& error) {
  throw Error(ErrorCode::format, error.where(), error.message(),
              error.hint().empty() ? "see datasets/catalog.yaml for the shape of an entry" : error.hint());
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
