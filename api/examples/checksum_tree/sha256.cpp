#include "examples/checksum_tree/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <new>
#include <stdexcept>
#include <system_error>

namespace checksum_tree {

namespace {

class sha256 {
public:
  sha256() {
    if (!context_) throw std::bad_alloc();
    require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  }

  void add(std::string_view bytes) { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

  std::string digest() {
    std::array<unsigned char, 32> bytes{};
    require(EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned byte : bytes) {
      text += digits[byte >> 4];
      text += digits[byte & 0xf];
    }
    return text;
  }

private:
  static void require(int succeeded) {
    if (!succeeded) throw std::runtime_error("OpenSSL has no SHA-256 here");
  }

  struct free_context {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, free_context> context_{EVP_MD_CTX_new()};
};

class input_file {
public:
  explicit input_file(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category());
  }
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  ~input_file() { ::close(descriptor_); }

  // Nothing at the end of the file.
  std::string_view read() {
    const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (count < 0) throw std::system_error(errno, std::generic_category());
    return {buffer_.data(), static_cast<std::size_t>(count)};
  }

private:
  int descriptor_;
  std::array<char, std::size_t{64} * 1024> buffer_;
};

}  // namespace

std::string sha256_of(std::string_view bytes) {
  sha256 hash;
  hash.add(bytes);
  return hash.digest();
}

std::string sha256_of_file(const std::string& path) {
  input_file file(path);
  sha256 hash;
  for (std::string_view bytes = file.read(); !bytes.empty(); bytes = file.read()) hash.add(bytes);
  return hash.digest();
}

}  // namespace checksum_tree
