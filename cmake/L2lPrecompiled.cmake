# Headers parsed once and not once a unit: a third of the time of most units.
option(L2L_PCH "Precompile the headers that most units include" ON)

# The compiler's cache takes no unit that sees a precompiled header, unless it may trust that no unit changes what is
# in there by a macro. None can: the header comes first.
if(L2L_PCH AND CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros)
endif()

# Files that compile themselves for several instruction sets: nothing may come before Highway's pragmas there.
function(l2l_skip_precompiled_kernels target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    file(STRINGS ${source} kernels LIMIT_COUNT 1 REGEX "^#include \"core/each_target.hpp\"")
    if(kernels)
      set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
endfunction()

# l2l_precompile(TARGET HEADER): TARGET makes the precompiled header (and uses it).
function(l2l_precompile target header)
  if(L2L_PCH)
    target_precompile_headers(${target} PRIVATE <${header}>)  # in <>: no path of this machine in it
    # So that the compiler's cache sees which precompiled header a unit was made with.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# l2l_use_precompiled(TARGET FROM): TARGET uses the precompiled header of FROM; their flags must be the same.
function(l2l_use_precompiled target from)
  if(L2L_PCH)
    l2l_skip_precompiled_kernels(${target})
    target_precompile_headers(${target} REUSE_FROM ${from})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
