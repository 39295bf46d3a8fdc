#include "datasets/sprites.hpp"

#include <csetjmp>
#include <cstdio>
#include <map>
#include <set>

#include <png.h>

#include "core/json.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using Reason = SourceFailure::Reason;

constexpr std::size_t kColours = 3;
constexpr std::size_t kMaxWidth = 1 << 16;

/// The rows of an RGB image of 8 bits a colour.
class PngRows {
 public:
  explicit PngRows(const fs::path& path) : file_(std::fopen(path.c_str(), "rb")) {
    if (file_ == nullptr) throw_io_error(path, "read", errno);
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_create_info_struct(png_);
    L2L_CHECK(png_ != nullptr && info_ != nullptr, "libpng {}", PNG_LIBPNG_VER_STRING);
  }
  ~PngRows() {
    png_destroy_read_struct(&png_, &info_, nullptr);
    std::fclose(file_);
  }
  PngRows(const PngRows&) = delete;
  PngRows& operator=(const PngRows&) = delete;

  /// False, with the reason in problem(), if it is no such image.
  bool open() {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_init_io(png_, file_);
    png_set_user_limits(png_, kMaxWidth, 1 << 24);
    png_read_info(png_, info_);
    if (png_get_bit_depth(png_, info_) != 8 || png_get_color_type(png_, info_) != PNG_COLOR_TYPE_RGB ||
        png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE)
      png_error(png_, "no RGB image of 8 bits a colour");
    return true;
  }
  std::size_t width() const { return png_get_image_width(png_, info_); }
  std::size_t height() const { return png_get_image_height(png_, info_); }
  /// The next row, width() * 3 bytes. False as open().
  bool read(std::vector<png_byte>& row) {
    png_byte* const bytes = row.data();
    if (setjmp(png_jmpbuf(png_))) return false;
    png_read_row(png_, bytes, nullptr);
    return true;
  }
  const std::string& problem() const { return problem_; }

 private:
  static void on_error(png_structp png, png_const_charp what) {
    static_cast<PngRows*>(png_get_error_ptr(png))->problem_ = what;
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}

  std::FILE* file_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::string problem_;
};

std::vector<std::uint8_t> read_labels(const fs::path& path, const std::string& origin) {
  try {
    std::vector<std::uint8_t> labels;
    for (const nlohmann::json& label : nlohmann::json::parse(read_file(path))) {
      if (!label.is_number_integer() || label < 0 || label > 255)
        throw SourceFailure::broken(
            origin, fmt::format("the labels hold {}, which is no label", label.dump().substr(0, 40)));
      labels.push_back(label.get<std::uint8_t>());
    }
    return labels;
  } catch (const nlohmann::json::exception& error) {
    throw SourceFailure::broken(origin, fmt::format("the labels are no JSON list: {}", error.what()));
  }
}

}  // namespace

void convert_sheet(const CatalogFile& file, const SpriteSheet& sheet, const fs::path& png,
                   const fs::path& labels, const fs::path& folder, const std::string& origin,
                   const FetchOptions& options) {
  const std::vector<std::uint8_t> all = read_labels(labels, origin);
  PngRows rows(png);
  if (!rows.open()) throw SourceFailure::broken(origin, fmt::format("damaged PNG: {}", rows.problem()));
  if (all.size() < sheet.first + rows.height())
    throw SourceFailure::broken(
        origin, fmt::format("{} labels, but the images need {}", all.size(), sheet.first + rows.height()));
  const std::size_t width = rows.width();
  std::vector<png_byte> row(width * kColours);
  std::string record(1 + row.size(), '\0');
  VerifiedFile out(file, folder, origin);
  for (std::size_t i = 0; i < rows.height(); ++i) {
    if (options.stopping())
      throw Error(ErrorCode::interrupted, {origin}, "the conversion was stopped",
                  "the same command starts it again");
    if (!rows.read(row)) throw SourceFailure::broken(origin, fmt::format("damaged PNG: {}", rows.problem()));
    record[0] = static_cast<char>(all[sheet.first + i]);
    for (std::size_t colour = 0; colour < kColours; ++colour)
      for (std::size_t pixel = 0; pixel < width; ++pixel)
        record[1 + colour * width + pixel] = static_cast<char>(row[pixel * kColours + colour]);
    out.write(record);
  }
  out.commit();
}

void install_from_sheets(const fs::path& archive_path, const std::string& origin, const DatasetSource& source,
                         const std::vector<CatalogFile>& files, const fs::path& folder,
                         const fs::path& scratch, const FetchOptions& options, const FileOutcome& outcome) {
  std::map<fs::path, fs::path> wanted;  // member -> where it goes
  for (const CatalogFile& file : files)
    if (const auto sheet = source.sheets.find(file.name); sheet != source.sheets.end())
      for (const std::string& name : {sheet->second.images, sheet->second.labels})
        wanted[fs::path(source.folder) / name] = scratch / name;
  std::set<fs::path> found;
  TarReader reader(archive_path, origin);
  for (fs::path member; reader.next(member);) {
    const auto place = wanted.find(member);
    if (place == wanted.end()) continue;
    AtomicFile out(place->second);
    reader.read([&](std::string_view bytes) { out.write(bytes); });
    out.commit();
    found.insert(place->second);
  }
  for (const CatalogFile& file : files) {
    try {
      const auto sheet = source.sheets.find(file.name);
      const auto place = [&](const std::string& name) {
        if (!found.contains(scratch / name))
          throw SourceFailure(Reason::absent, ErrorCode::environment, origin, fmt::format("has no {}", name));
        return scratch / name;
      };
      if (sheet == source.sheets.end())
        throw SourceFailure(Reason::absent, ErrorCode::environment, origin,
                            fmt::format("has no {}", file.name));
      options.note(fmt::format("  {}: converting {}", file.name, sheet->second.images));
      convert_sheet(file, sheet->second, place(sheet->second.images), place(sheet->second.labels), folder,
                    fmt::format("{}, {}", origin, sheet->second.images), options);
      outcome.installed(file);
    } catch (const SourceFailure& failure) {
      outcome.failed(failure);
    }
  }
}

}  // namespace l2l
