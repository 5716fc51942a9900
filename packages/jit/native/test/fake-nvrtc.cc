// A libnvrtc that compiles nothing, for tests of dg-nvrtc and of what runs it on machines without NVRTC. The options of a
// compilation say what it does: -DFAKE_IMAGE=PATH is what it makes, -DFAKE_DEED=reject|crash|hang what it does instead.

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#ifndef FAKE_MINOR
#define FAKE_MINOR 9
#endif

namespace {

constexpr int kSuccess = 0;
constexpr int kCompilationFailed = 6;

struct Program {
  std::string log;
  std::string image;
};

std::string valueOf(const std::string& option, const std::string& name) {
  const std::string start = "-D" + name + "=";
  return option.rfind(start, 0) == 0 ? option.substr(start.size()) : "";
}

int sizeOf(const std::string& text, size_t* size) {
  *size = text.size() + 1;
  return kSuccess;
}

int copy(const std::string& text, char* target) {
  std::memcpy(target, text.c_str(), text.size() + 1);
  return kSuccess;
}

}  // namespace

extern "C" {

int nvrtcVersion(int* major, int* minor) {
  *major = 12;
  *minor = FAKE_MINOR;
  return kSuccess;
}

const char* nvrtcGetErrorString(int result) { return result == kSuccess ? "NVRTC_SUCCESS" : "NVRTC_ERROR_COMPILATION"; }

int nvrtcCreateProgram(Program** program, const char*, const char*, int, const char* const*, const char* const*) {
  *program = new Program();
  return kSuccess;
}

int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  program->log = "options:";
  for (int i = 0; i < count; i++) {
    const std::string option = options[i];
    program->log += " " + option;
    const std::string image = valueOf(option, "FAKE_IMAGE");
    if (!image.empty()) {
      std::ifstream file(image, std::ios::binary);
      program->image = {std::istreambuf_iterator<char>(file), {}};
    }
    const std::string deed = valueOf(option, "FAKE_DEED");
    if (deed == "crash") std::abort();
    if (deed == "hang") pause();
    if (deed == "reject") {
      program->log += "\nsource.cu(1): error: no";
      return kCompilationFailed;
    }
  }
  const char* libraries = std::getenv("LD_LIBRARY_PATH");
  program->log += std::string("\nlibraries: ") + (libraries == nullptr ? "" : libraries);
  program->log += "\nptxas info    : Compiling entry function 'k' for 'sm_90a'";
  program->log += "\nptxas info    : Function properties for k";
  program->log += "\nptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads";
  program->log += "\nptxas info    : Used 8 registers, used 0 barriers";
  return kSuccess;
}

int nvrtcGetProgramLogSize(Program* program, size_t* size) { return sizeOf(program->log, size); }
int nvrtcGetProgramLog(Program* program, char* log) { return copy(program->log, log); }
int nvrtcGetPTXSize(Program* program, size_t* size) { return sizeOf(program->image, size); }
int nvrtcGetPTX(Program* program, char* ptx) { return copy(program->image, ptx); }

// Without a zero at the end, unlike texts.
int nvrtcGetCUBINSize(Program* program, size_t* size) {
  *size = program->image.size();
  return kSuccess;
}

int nvrtcGetCUBIN(Program* program, char* cubin) {
  std::memcpy(cubin, program->image.data(), program->image.size());
  return kSuccess;
}
}
