# cookbook_kernels(TARGET file.cu ...)
#   Adds CUDA sources to a target.  On the cuda backend nvcc compiles them; on
#   the cpu backend softcc translates each to C++ first.
function(cookbook_kernels target)
  foreach(kernel IN LISTS ARGN)
    get_filename_component(source ${kernel} ABSOLUTE)
    if(COOKBOOK_BACKEND STREQUAL "cuda")
      target_sources(${target} PRIVATE ${source})
      target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Wall,-Wextra -Xptxas=-v>)
    else()
      get_filename_component(name ${kernel} NAME)
      set(cpp ${CMAKE_CURRENT_BINARY_DIR}/${target}.${name}.cpp)
      add_custom_command(
        OUTPUT ${cpp}
        COMMAND softcc --translate -ccbin ${CMAKE_CXX_COMPILER}
                -I ${CMAKE_SOURCE_DIR} "-I$<JOIN:$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>,;-I>"
                -MF ${cpp}.d -o ${cpp} ${source}
        DEPENDS ${source} softcc
        DEPFILE ${cpp}.d
        COMMENT "softcc ${name}"
        COMMAND_EXPAND_LISTS VERBATIM)
      target_sources(${target} PRIVATE ${cpp})
      set_source_files_properties(${cpp} PROPERTIES
        COMPILE_OPTIONS "${SOFTGPU_KERNEL_OPTIONS}")
    endif()
  endforeach()
endfunction()

# cookbook_chapter(NN_name KERNELS a b [SOURCES x.c] [USES MM_other])
#   The chapter as a library (its kernels a.cu b.cu and host sources), for
#   later chapters to link, and as a program (main.c).
function(cookbook_chapter name)
  cmake_parse_arguments(PARSE_ARGV 1 chapter "" "" "KERNELS;SOURCES;USES")
  set(library ${name}_library)
  list(TRANSFORM chapter_KERNELS APPEND .cu)
  list(TRANSFORM chapter_USES APPEND _library)

  add_library(${library} STATIC ${chapter_SOURCES})
  set_target_properties(${library} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${library} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${library} PUBLIC cookbook_common ${chapter_USES})
  cookbook_kernels(${library} ${chapter_KERNELS})

  add_executable(${name} main.c)
  target_link_libraries(${name} PRIVATE ${library})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()
