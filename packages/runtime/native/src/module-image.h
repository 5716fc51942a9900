#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace dg {

/**
 * What is wrong with the image, if anything. The driver gets no length and follows the offsets that it
 * finds, so an image that was cut off has to be found out here.
 */
std::optional<std::string> findImageDefect(std::span<const uint8_t> image);

}  // namespace dg
