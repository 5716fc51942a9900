// dg-nvrtc LIBRARY SOURCE OUTPUT cubin|ptx OPTION...
//
// Compiles one CUDA C++ file with the libnvrtc at LIBRARY, as nvcc would with its own command line: what the compiler
// has to say goes to stderr, the image to OUTPUT. A process of its own, because NVRTC compiles one program at a time
// in a process, and because a compiler that crashes or hangs must not take a server with it.
//
// Exit status: see ExitStatus. src/nvrtc/nvrtc-exit-status.ts has the same numbers.

#include <dlfcn.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

enum ExitStatus { kCompiled = 0, kRejected = 1, kWrongUse = 2, kLibraryUnusable = 3, kLibraryTooOld = 4, kFileTrouble = 5 };

struct Failure : std::runtime_error {
  Failure(ExitStatus exitStatus, const std::string& text) : runtime_error(text), status(exitStatus) {}
  ExitStatus status;
};

// The types of nvrtc.h, so that building this needs no CUDA toolkit. Its C interface has been stable since CUDA 7.
using Result = int;
using Program = struct ProgramOfNvrtc*;
constexpr Result kSuccess = 0;

struct Version {
  int major = 0;
  int minor = 0;
  bool isAtLeast(int otherMajor, int otherMinor) const {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }
};

/** The functions of libnvrtc that are used, by their names without `nvrtc`. */
class Nvrtc {
 public:
  explicit Nvrtc(const char* path) : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw Failure(kLibraryUnusable, dlerror());
    find(version_, "nvrtcVersion");
    find(errorString, "nvrtcGetErrorString");
    find(createProgram, "nvrtcCreateProgram");
    find(compileProgram, "nvrtcCompileProgram");
    find(logSize, "nvrtcGetProgramLogSize");
    find(log, "nvrtcGetProgramLog");
    find(cubinSize, "nvrtcGetCUBINSize");
    find(cubin, "nvrtcGetCUBIN");
    find(ptxSize, "nvrtcGetPTXSize");
    find(ptx, "nvrtcGetPTX");
  }

  Version version() const {
    Version version;
    check(version_(&version.major, &version.minor), "nvrtcVersion");
    return version;
  }

  void check(Result result, const char* call) const {
    if (result != kSuccess) throw Failure(kRejected, std::string(call) + ": " + errorString(result));
  }

  const char* (*errorString)(Result) = nullptr;
  Result (*createProgram)(Program*, const char* source, const char* name, int headerCount,
                          const char* const* headers, const char* const* includeNames) = nullptr;
  Result (*compileProgram)(Program, int optionCount, const char* const* options) = nullptr;
  Result (*logSize)(Program, size_t*) = nullptr;
  Result (*log)(Program, char*) = nullptr;
  Result (*cubinSize)(Program, size_t*) = nullptr;
  Result (*cubin)(Program, char*) = nullptr;
  Result (*ptxSize)(Program, size_t*) = nullptr;
  Result (*ptx)(Program, char*) = nullptr;

 private:
  template <typename Function>
  void find(Function& function, const char* symbol) {
    function = reinterpret_cast<Function>(dlsym(library_, symbol));
    if (function == nullptr) throw Failure(kLibraryUnusable, std::string("the library has no ") + symbol);
  }

  void* library_;
  Result (*version_)(int* major, int* minor) = nullptr;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/** With the words of the system, by which the caller knows a full disk. */
[[noreturn]] void failOn(const char* path) {
  throw Failure(kFileTrouble, std::string(path) + ": " + std::strerror(errno));
}

std::string readFile(const char* path) {
  const File file(std::fopen(path, "rb"));
  if (file == nullptr) failOn(path);
  std::string text;
  char chunk[4096];
  while (const size_t count = std::fread(chunk, 1, sizeof chunk, file.get())) text.append(chunk, count);
  if (std::ferror(file.get()) != 0) failOn(path);
  return text;
}

void writeFile(const char* path, const std::string& bytes) {
  const File file(std::fopen(path, "wb"));
  if (file == nullptr) failOn(path);
  const bool isWritten = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  if (!isWritten || std::fflush(file.get()) != 0) failOn(path);
}

using SizeOf = Result (*)(Program, size_t*);
using BytesOf = Result (*)(Program, char*);

std::string fetch(const Nvrtc& nvrtc, Program program, SizeOf sizeOf, BytesOf bytesOf, const char* what) {
  size_t size = 0;
  nvrtc.check(sizeOf(program, &size), what);
  std::string bytes(size, '\0');
  nvrtc.check(bytesOf(program, bytes.data()), what);
  return bytes;
}

/** NVRTC counts the zero at the end of a text. */
std::string withoutEnd(std::string text) {
  if (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

void compile(const char* library, const char* source, const char* output, bool toPtx,
             std::vector<const char*> options) {
  const Nvrtc nvrtc(library);
  const Version version = nvrtc.version();
  // 12.3 is the first that assembles everything the sm_90a kernels use.
  if (!version.isAtLeast(12, 3)) {
    throw Failure(kLibraryTooOld, std::to_string(version.major) + "." + std::to_string(version.minor));
  }
  // Its own cache lies where the environment says, and would bring images from there.
  if (version.isAtLeast(12, 9)) options.push_back("--no-cache");

  const std::string code = readFile(source);
  Program program = nullptr;
  nvrtc.check(nvrtc.createProgram(&program, code.c_str(), source, 0, nullptr, nullptr), "nvrtcCreateProgram");
  const Result result = nvrtc.compileProgram(program, static_cast<int>(options.size()), options.data());
  const std::string log = withoutEnd(fetch(nvrtc, program, nvrtc.logSize, nvrtc.log, "nvrtcGetProgramLog"));
  std::fprintf(stderr, "%s\n", log.c_str());
  nvrtc.check(result, "nvrtcCompileProgram");
  writeFile(output, toPtx ? withoutEnd(fetch(nvrtc, program, nvrtc.ptxSize, nvrtc.ptx, "nvrtcGetPTX"))
                          : fetch(nvrtc, program, nvrtc.cubinSize, nvrtc.cubin, "nvrtcGetCUBIN"));
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int kFirstOption = 5;
  try {
    const std::string kind = count < kFirstOption ? "" : arguments[4];
    if (kind != "cubin" && kind != "ptx") {
      throw Failure(kWrongUse, "expected LIBRARY SOURCE OUTPUT cubin|ptx OPTION...");
    }
    compile(arguments[1], arguments[2], arguments[3], kind == "ptx", {arguments + kFirstOption, arguments + count});
    return kCompiled;
  } catch (const Failure& failure) {
    std::fprintf(stderr, "dg-nvrtc: %s\n", failure.what());
    return failure.status;
  }
}
