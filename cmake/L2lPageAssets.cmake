# The chart library and our own script and style of report.html, as strings of one generated source file.
set(L2L_DYGRAPHS_DIR "" CACHE PATH "Folder with dygraph.min.js 2.x and dygraph.min.css (empty: where Debian has it)")

# l2l_page_assets(TARGET): adds the source to the target.
function(l2l_page_assets target)
  find_path(found dygraph.min.js PATHS ${L2L_DYGRAPHS_DIR} /usr/share/javascript/dygraphs NO_DEFAULT_PATH NO_CACHE)
  if(NOT found)
    message(FATAL_ERROR "dygraph.min.js, which report.html needs for its charts, was not found. Install Debian's "
      "package (apt-get install libjs-dygraphs), or get dygraphs 2.x elsewhere (npm pack dygraphs; folder dist) and "
      "configure with -DL2L_DYGRAPHS_DIR=FOLDER.")
  endif()
  set(L2L_DYGRAPHS_SCRIPT ${found}/dygraph.min.js)
  set(L2L_DYGRAPHS_STYLE ${found}/dygraph.min.css)
  set(L2L_DYGRAPHS_LICENCE ${CMAKE_CURRENT_SOURCE_DIR}/pages/html/dygraphs-licence.txt)
  set(L2L_PAGE_SCRIPT ${CMAKE_CURRENT_SOURCE_DIR}/pages/html/report.js)
  set(L2L_PAGE_STYLE ${CMAKE_CURRENT_SOURCE_DIR}/pages/html/report.css)
  foreach(asset DYGRAPHS_SCRIPT DYGRAPHS_STYLE DYGRAPHS_LICENCE PAGE_SCRIPT PAGE_STYLE)
    file(READ ${L2L_${asset}} text)
    # A browser with its tools open would look for the maps.
    string(REGEX REPLACE "(//|/\\*)# sourceMappingURL=[^\n*]*(\\*/)?" "" text "${text}")
    set(L2L_${asset}_TEXT "${text}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${L2L_${asset}})
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/page_assets.cpp)
  configure_file(pages/page_assets.cpp.in ${source} @ONLY)
  target_sources(${target} PRIVATE ${source})
endfunction()
