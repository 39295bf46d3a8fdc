#include "tests/unit/datasets/test_server.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace l2l::test {

TestServer::TestServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the test server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TestServer::~TestServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

std::string TestServer::url() const {
  return fmt::format("http://127.0.0.1:{}/", port_);
}

std::vector<Request> TestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool TestServer::readable(int descriptor) const {
  while (!ending_) {
    pollfd poll{descriptor, POLLIN, 0};
    if (::poll(&poll, 1, 5) > 0) return true;
  }
  return false;
}

void TestServer::run() {
  while (readable(listener_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    answer(connection);
    ::close(connection);
  }
}

void TestServer::answer(int connection) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    char buffer[4096];
    if (!readable(connection)) return;
    const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  Request request;
  const auto begin = text.find(' ') + 1;
  request.path = text.substr(begin, text.find(' ', begin) - begin);
  const std::string range = "Range: bytes=";
  if (const auto at = text.find(range); at != std::string::npos) {
    request.range_start = std::stoull(text.substr(at + range.size()));
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const Reply reply = handler_(request);
  std::string answer = fmt::format("HTTP/1.1 {} x\r\nConnection: close\r\n{}", reply.status, reply.headers);
  if (reply.announce_length) answer += fmt::format("Content-Length: {}\r\n", reply.body.size());
  answer += "\r\n" + reply.body.substr(0, reply.send);
  for (std::size_t sent = 0; sent < answer.size();) {
    const ssize_t now = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return;
    sent += static_cast<std::size_t>(now);
  }
  if (reply.stall) readable(connection);  // until the client gives up
}

Reply serve_whole(const std::map<std::string, std::string>& files, const Request& request) {
  const auto found = files.find(request.path.substr(1));
  Reply reply;
  if (found == files.end()) {
    reply.status = 404;
    reply.body = "there is nothing here";
  } else {
    reply.body = found->second;
  }
  return reply;
}

Reply serve(const std::map<std::string, std::string>& files, const Request& request) {
  Reply reply = serve_whole(files, request);
  if (reply.status != 200 || !request.range_start) return reply;
  const std::size_t size = reply.body.size(), start = *request.range_start;
  if (start >= size) {
    reply.status = 416;
    reply.headers = fmt::format("Content-Range: bytes */{}\r\n", size);
    reply.body.clear();
  } else {
    reply.status = 206;
    reply.headers = fmt::format("Content-Range: bytes {}-{}/{}\r\n", start, size - 1, size);
    reply.body = reply.body.substr(start);
  }
  return reply;
}

}  // namespace l2l::test
