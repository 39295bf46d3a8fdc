#include "datasets/dataset.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "datasets/cache.hpp"
#include "datasets/cifar.hpp"
#include "datasets/idx.hpp"

namespace l2l {
namespace {

std::string fetch_hint(const DatasetEntry& entry) {
  return fmt::format("l2lbench datasets fetch {}", entry.name);
}

std::string read_checked(const DatasetEntry& entry, const std::string& name,
                         const std::filesystem::path& folder) {
  const CatalogFile& file = entry.file(name);
  const std::filesystem::path path = folder / name;
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorCode::data, {path.string()}, fmt::format("the dataset {} is not here", entry.name),
                fetch_hint(entry));
  }
  std::string bytes = read_file(path, ErrorCode::data);
  if (bytes.size() != file.size) {
    throw Error(ErrorCode::data, {path.string()},
                fmt::format("damaged: {} bytes, expected {}", bytes.size(), file.size), fetch_hint(entry));
  }
  if (const std::string sha256 = sha256_hex(bytes); sha256 != file.sha256) {
    throw Error(ErrorCode::data, {path.string()},
                fmt::format("damaged: its SHA-256 is {}, expected {}", sha256, file.sha256),
                fetch_hint(entry));
  }
  return bytes;
}

[[noreturn]] void inconsistent(const std::filesystem::path& path, std::string what) {
  throw Error(ErrorCode::data, {path.string()}, std::move(what), "the catalogue describes another dataset");
}

std::shared_ptr<const ImageDataset> read_idx(const DatasetEntry& entry, const DatasetPart& part,
                                             const std::filesystem::path& folder) {
  const std::string &images_name = part.files[0], &labels_name = part.files[1];
  const std::filesystem::path images_path = folder / images_name, labels_path = folder / labels_name;
  const std::string image_bytes = read_checked(entry, images_name, folder);
  const std::string label_bytes = read_checked(entry, labels_name, folder);
  const IdxView images = parse_idx(image_bytes, images_path.string(), 3);
  const IdxView labels = parse_idx(label_bytes, labels_path.string(), 1);

  if (images.sizes[0] != part.examples || labels.sizes[0] != part.examples) {
    inconsistent(images_path, fmt::format("{} images and {} labels, expected {} of each", images.sizes[0],
                                          labels.sizes[0], part.examples));
  }
  const ImageSize size{images.sizes[1], images.sizes[2], 1};
  if (size != entry.image)
    inconsistent(images_path, fmt::format("images of {} x {}, expected {} x {}", size.rows, size.columns,
                                          entry.image.rows, entry.image.columns));
  const std::uint8_t highest = *std::max_element(labels.values.begin(), labels.values.end());
  if (highest >= entry.classes) {
    inconsistent(labels_path, fmt::format("label {} in a dataset of {} classes", highest, entry.classes));
  }

  auto dataset = std::make_shared<ImageDataset>();
  dataset->count = images.sizes[0];
  dataset->rows = size.rows;
  dataset->columns = size.columns;
  dataset->channels = 1;
  dataset->pixels.assign(images.values.begin(), images.values.end());
  dataset->labels.assign(labels.values.begin(), labels.values.end());
  dataset->classes = entry.classes;
  return dataset;
}

std::shared_ptr<const ImageDataset> read_cifar(const DatasetEntry& entry, const DatasetPart& part,
                                               const std::filesystem::path& folder) {
  auto dataset = std::make_shared<ImageDataset>();
  dataset->rows = dataset->columns = kCifarSide;
  dataset->channels = kCifarChannels;
  dataset->classes = entry.classes;
  dataset->pixels.reserve(part.examples * kCifarPixels);
  dataset->labels.reserve(part.examples);
  for (const std::string& name : part.files) {
    const std::string bytes = read_checked(entry, name, folder);
    const CifarView records = parse_cifar(bytes, (folder / name).string(), entry.classes);
    for (std::size_t i = 0; i < records.count(); ++i) {
      const std::string_view pixels = records.pixels(i);
      dataset->pixels.insert(dataset->pixels.end(), pixels.begin(), pixels.end());
      dataset->labels.push_back(records.label(i));
    }
  }
  dataset->count = dataset->labels.size();
  if (dataset->count != part.examples)
    inconsistent(folder / part.files[0], fmt::format("{} images in {} files, expected {}", dataset->count,
                                                     part.files.size(), part.examples));
  return dataset;
}

}  // namespace

std::shared_ptr<const ImageDataset> read_dataset(const DatasetEntry& entry, const std::string& part,
                                                 const std::filesystem::path& folder) {
  const DatasetPart& files = entry.part(part);
  return entry.format == DatasetFormat::idx ? read_idx(entry, files, folder)
                                            : read_cifar(entry, files, folder);
}

std::shared_ptr<const ImageDataset> load_dataset(const std::string& name, const std::string& part) {
  static std::mutex mutex;
  static std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<const ImageDataset>>
      loaded;
  const std::filesystem::path folder = dataset_folder(name);
  // Held while reading: a second caller waits for the bytes instead of reading them again.
  const std::lock_guard lock(mutex);
  auto& dataset = loaded[{folder.string(), name, part}];
  if (!dataset) dataset = read_dataset(catalog_entry(name), part, folder);
  return dataset;
}

}  // namespace l2l
