// Files as streams whose descriptors are closed on exec, which those of the standard library are not.
#pragma once

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <ios>
#include <streambuf>

namespace duroxide::internal {

// Owns an open descriptor (-1: everything fails). Used for reading or for writing, by one thread.
class file_buffer final : public std::streambuf {
public:
  explicit file_buffer(int descriptor) noexcept : descriptor_(descriptor) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  file_buffer(const file_buffer&) = delete;
  file_buffer& operator=(const file_buffer&) = delete;
  ~file_buffer() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // What is still in memory is not there until `pubsync`.
  int descriptor() const noexcept { return descriptor_; }

protected:
  int_type underflow() override {
    ssize_t size = 0;
    do {
      size = ::read(descriptor_, bytes_.data(), bytes_.size());
    } while (size < 0 && errno == EINTR);
    if (size <= 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + size);
    return traits_type::to_int_type(bytes_.front());
  }

  // For reading: from there on.
  pos_type seekpos(pos_type position, std::ios_base::openmode) override {
    setg(bytes_.data(), bytes_.data(), bytes_.data());
    return ::lseek(descriptor_, static_cast<off_t>(position), SEEK_SET) < 0 ? pos_type(off_type(-1))
                                                                            : position;
  }

  int_type overflow(int_type next) override {
    if (sync() != 0) return traits_type::eof();
    if (traits_type::eq_int_type(next, traits_type::eof())) return traits_type::not_eof(next);
    return sputc(traits_type::to_char_type(next));
  }

  int sync() override {
    for (const char* unwritten = pbase(); unwritten < pptr();) {
      const ssize_t size = ::write(descriptor_, unwritten, static_cast<std::size_t>(pptr() - unwritten));
      if (size < 0 && errno != EINTR) return -1;
      if (size > 0) unwritten += size;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

private:
  int descriptor_;
  std::array<char, std::size_t{64} << 10> bytes_;
};

}  // namespace duroxide::internal
