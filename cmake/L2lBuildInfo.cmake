# What a binary was built from, for the manifest of a run. Included while configuring it defines
# l2l_build_info(TARGET SOURCE); run as a script (at every build) it writes the header when something has changed.
if(CMAKE_SCRIPT_MODE_FILE)
  set(REVISION "unknown")
  set(DIRTY "false")
  execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse HEAD
    OUTPUT_VARIABLE found RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(REVISION ${found})
    execute_process(COMMAND git -C ${SOURCE_DIR} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      set(DIRTY "true")
    endif()
  endif()
  configure_file(${TEMPLATE} ${HEADER} @ONLY)  # leaves an equal file alone: nothing is rebuilt
  return()
endif()

# Only SOURCE sees the header, so that the other objects do not depend on where they are built (ccache).
function(l2l_build_info target source)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} $<JOIN:$<TARGET_PROPERTY:l2l_flags,INTERFACE_COMPILE_OPTIONS>, >")
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/generated)
  add_custom_target(${target}_build_info
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
      "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" "-DFLAGS=${flags}"
      -DBUILD_TYPE=${CMAKE_BUILD_TYPE} -DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/build_info.hpp.in
      -DHEADER=${folder}/build_info.hpp -P ${PROJECT_SOURCE_DIR}/cmake/L2lBuildInfo.cmake
    BYPRODUCTS ${folder}/build_info.hpp VERBATIM)
  add_dependencies(${target} ${target}_build_info)
  set_source_files_properties(${source} PROPERTIES INCLUDE_DIRECTORIES ${folder})
endfunction()
