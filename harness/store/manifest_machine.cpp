#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/utsname.h>
#include <tbb/version.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>
#include <xtensor/xtensor_config.hpp>

#include "build_info.hpp"
#include "core/blas.hpp"
#include "core/error.hpp"
#include "core/json.hpp"
#include "core/parallel.hpp"
#include "harness/store/manifest.hpp"
#include "optimizees/convolution.hpp"
#include "optimizers/kernels/isa.hpp"

extern "C" char* openblas_get_config(void);

namespace l2l {
namespace {

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string operating_system() {
  utsname name{};
  return ::uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "unknown";
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::size_t available_memory() {
  const auto pages = static_cast<std::size_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  std::size_t bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (const char* limit_file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream in(limit_file);
    std::size_t limit = 0;
    if (in >> limit && limit > 0) bytes = std::min(bytes, limit);  // "max" is no number: no limit
  }
  return bytes;
}

nlohmann::json program_info() {
  return {{"version", build::kVersion},   {"revision", build::kRevision}, {"dirty", build::kDirty},
          {"compiler", build::kCompiler}, {"flags", build::kFlags},       {"build_type", build::kBuildType}};
}

std::string origin_text(const std::string& what) {
  utsname name{};
  ::uname(&name);
  std::string job;
  for (const char* variable : {"SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_JOB_ID",
                               "SLURM_RESTART_COUNT", "SLURMD_NODENAME", "JOB_COMPLETION_INDEX"}) {
    if (const char* value = std::getenv(variable)) job += fmt::format(", {}={}", variable, value);
  }
  return fmt::format("{} process {}{}, {}, {} {} {}, revision {}{}, {}", name.nodename, ::getpid(), job,
                     utc_now(), cpu_model(), kernel_isa(), blas_core(),
                     std::string_view(build::kRevision).substr(0, 12), build::kDirty ? " modified" : "",
                     what);
}

nlohmann::json machine_info() {
  return {{"cpu", cpu_model()},
          {"instruction_set", kernel_isa()},
          {"blas", openblas_get_config()},
          {"blas_core", blas_core()},
          {"onednn", dnnl_description()},
          {"hardware_threads", hardware_threads()},
          {"memory_bytes", available_memory()},
          {"system", operating_system()}};
}

nlohmann::json library_versions() {
  return {{"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
          {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                        NLOHMANN_JSON_VERSION_PATCH)},
          {"oneTBB", TBB_runtime_version()},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION)},
          {"SQLite", sqlite3_libversion()},
          {"xtensor",
           fmt::format("{}.{}.{}", XTENSOR_VERSION_MAJOR, XTENSOR_VERSION_MINOR, XTENSOR_VERSION_PATCH)}};
}

}  // namespace l2l
