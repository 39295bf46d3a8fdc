// A folder for what is needed for a while only.
#pragma once

#include <filesystem>
#include <string_view>

namespace l2l {

class ScratchFolder {
 public:
  /// A new folder in `parent`, its name beginning with `prefix`. Throws Error{environment}.
  explicit ScratchFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path(),
                         std::string_view prefix = "l2lbench-");
  /// Removes it with all that is in it.
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace l2l
