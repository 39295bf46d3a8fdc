// A small HTTP server on the loopback interface that can misbehave.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace l2l::test {

struct Request {
  std::string path;                          ///< "/name"
  std::optional<std::uint64_t> range_start;  ///< of "Range: bytes=START-"
};

struct Reply {
  int status = 200;
  std::string headers = "";  ///< further ones, each with its line end
  std::string body = "";
  bool announce_length = true;  ///< send Content-Length
  std::size_t send = SIZE_MAX;  ///< cut the body after so many bytes
  bool stall = false;           ///< then keep the connection open and silent instead of closing it
};

class TestServer {
 public:
  using Handler = std::function<Reply(const Request&)>;
  explicit TestServer(Handler handler);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const;  ///< "http://127.0.0.1:PORT/"
  std::vector<Request> requests() const;

 private:
  void run();
  void answer(int connection);
  bool readable(int descriptor) const;  ///< waits; false when the server is to end

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

/// Serves files with ranges, the way a good server does.
Reply serve(const std::map<std::string, std::string>& files, const Request& request);
/// The same by a server that does not know ranges.
Reply serve_whole(const std::map<std::string, std::string>& files, const Request& request);

}  // namespace l2l::test
