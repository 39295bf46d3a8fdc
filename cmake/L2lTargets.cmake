# Flags every target shares. Contraction is off so that a fused multiply-add happens only where the
# source asks for one: the same bits from every compiler and instruction set.
add_library(l2l_flags INTERFACE)
target_compile_features(l2l_flags INTERFACE cxx_std_20)
target_compile_options(l2l_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -ffp-contract=off -fno-math-errno)
# GCC 12 at -O3 sees an overflow in fmt 9's format specifications that is not there.
target_compile_options(l2l_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
target_include_directories(l2l_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(L2L_SANITIZE)
  target_compile_options(l2l_flags INTERFACE -fsanitize=${L2L_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(l2l_flags INTERFACE -fsanitize=${L2L_SANITIZE})
endif()

# GCC tidies its memory from 128 MB on, again and again, for a fifth of the time of a large unit; from 512 MB on hardly
# ever. No flag of the program's (l2l_flags): it changes nothing of what is made.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)

# l2l_library(NAME [LINKS target...]): a static library of every .cpp in the current folder (and below).
function(l2l_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(path IN LISTS ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${path})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC l2l_flags ${ARG_LINKS})
  l2l_unity(${name})
endfunction()
