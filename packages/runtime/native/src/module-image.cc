#include "module-image.h"

#include <elf.h>

#include <cstring>

namespace dg {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint32_t kFatbinMagic = 0xba55ed50;

struct FatbinHeader {
  uint32_t magic;
  uint16_t version;
  uint16_t headerBytes;
  uint64_t payloadBytes;
};

template <typename T>
std::optional<T> readAt(Bytes image, uint64_t offset) {
  if (offset > image.size() || sizeof(T) > image.size() - offset) return std::nullopt;
  T value;
  std::memcpy(&value, image.data() + offset, sizeof value);
  return value;
}

bool contains(Bytes image, uint64_t offset, uint64_t length) {
  return offset <= image.size() && length <= image.size() - offset;
}

bool isWholeElf(Bytes image) {
  const auto header = readAt<Elf64_Ehdr>(image, 0);
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64) return false;
  for (uint64_t index = 0; index < header->e_phnum; ++index) {
    const auto segment = readAt<Elf64_Phdr>(image, header->e_phoff + index * header->e_phentsize);
    if (!segment || !contains(image, segment->p_offset, segment->p_filesz)) return false;
  }
  for (uint64_t index = 0; index < header->e_shnum; ++index) {
    const auto section = readAt<Elf64_Shdr>(image, header->e_shoff + index * header->e_shentsize);
    if (!section) return false;
    const bool hasBytes = section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL;
    if (hasBytes && !contains(image, section->sh_offset, section->sh_size)) return false;
  }
  return header->e_shnum > 0;
}

bool isWholeFatbin(Bytes image) {
  const auto header = readAt<FatbinHeader>(image, 0);
  return header && contains(image, header->headerBytes, header->payloadBytes);
}

}  // namespace

std::optional<std::string> findImageDefect(Bytes image) {
  if (image.empty()) return "no bytes";
  const bool isElf = image.size() >= SELFMAG && std::memcmp(image.data(), ELFMAG, SELFMAG) == 0;
  if (isElf) {
    if (isWholeElf(image)) return std::nullopt;
    return "a damaged cubin of " + std::to_string(image.size()) + " bytes";
  }
  if (readAt<uint32_t>(image, 0) == kFatbinMagic && !isWholeFatbin(image)) {
    return "a damaged fatbin of " + std::to_string(image.size()) + " bytes";
  }
  return std::nullopt;
}

}  // namespace dg
