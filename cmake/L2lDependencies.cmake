# Everything here is a Debian 12 package; ./l2lbench installs them (see its PACKAGES list).
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(PNG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(LibArchive REQUIRED)
find_package(xtensor REQUIRED)
find_path(L2L_BOOST_INCLUDE boost/math/distributions/students_t.hpp REQUIRED)  # Boost.Math is headers only
# oneDNN by hand: its CMake file wants OpenCL, which is used for GPUs only.
find_library(L2L_DNNL dnnl REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
