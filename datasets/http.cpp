#include "datasets/http.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>

#include <curl/curl.h>

#include "core/files.hpp"
#include "datasets/source.hpp"
#include "datasets/stall_watch.hpp"

namespace l2l {
namespace {

using Reason = SourceFailure::Reason;
constexpr int kAttempts = 5;
constexpr int kPollMilliseconds = 20;  // how late a stall or a stop is noticed at most

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;
struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

Handle new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Handle handle(curl_easy_init());
  L2L_CHECK(handle != nullptr, "libcurl {}", LIBCURL_VERSION);
  return handle;
}

/// As curl_easy_perform, but the progress function is called at least every kPollMilliseconds: libcurl's own
/// loop may sleep for a second, and counts a slow transfer in whole seconds.
CURLcode perform(CURL* curl) {
  const std::unique_ptr<CURLM, CloseMulti> multi(curl_multi_init());
  L2L_CHECK(multi != nullptr && curl_multi_add_handle(multi.get(), curl) == CURLM_OK, "libcurl {}",
            LIBCURL_VERSION);
  CURLMcode problem = CURLM_OK;
  int running = 1;
  while (problem == CURLM_OK && running > 0) {
    problem = curl_multi_perform(multi.get(), &running);
    if (problem == CURLM_OK && running > 0)
      problem = curl_multi_poll(multi.get(), nullptr, 0, kPollMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
  const CURLcode result = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
  curl_multi_remove_handle(multi.get(), curl);
  return result;
}

std::string host_of(const std::string& url) {
  std::string host;
  CURLU* parts = curl_url();
  char* text = nullptr;
  if (curl_url_set(parts, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
      curl_url_get(parts, CURLUPART_HOST, &text, 0) == CURLUE_OK) {
    host = text;
  }
  char* port = nullptr;
  if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
    host += fmt::format(":{}", port);
  curl_free(port);
  curl_free(text);
  curl_url_cleanup(parts);
  return host;
}

/// One request of a file, from the byte the part file ends at.
class Transfer {
 public:
  Transfer(const std::string& url, const std::filesystem::path& part, std::uint64_t limit,
           const FetchOptions& options)
      : url_(url),
        label_(part.stem().string()),
        limit_(limit),
        options_(options),
        have_(existing_bytes(part)),
        resumed_at_(have_),
        file_(part, OutputFile::Mode::append),
        handle_(new_handle()),
        watch_(options.stall_timeout, std::chrono::steady_clock::now()) {}

  static std::uint64_t existing_bytes(const std::filesystem::path& part) {
    std::error_code absent;
    const std::uint64_t size = std::filesystem::file_size(part, absent);
    return absent ? 0 : size;
  }

  /// Runs the request; throws what a callback met (a full disk, an interruption).
  CURLcode run() {
    CURL* curl = handle_.get();
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "l2lbench");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    const std::string range = fmt::format("{}-", have_);
    if (have_ > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
    const CURLcode result = perform(curl);
    if (problem_) std::rethrow_exception(problem_);
    file_.close();
    return stalled_ ? CURLE_OPERATION_TIMEDOUT : result;
  }

  long status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  std::uint64_t have() const { return have_; }
  std::uint64_t resumed_at() const { return resumed_at_; }

 private:
  static std::size_t on_data(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.received_ += size;
    try {
      transfer.accept({data, size});
      return size;
    } catch (...) {
      transfer.problem_ = std::current_exception();
      return 0;  // less than size: libcurl stops
    }
  }

  static int on_progress(void* self, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.options_.stopping()) {
      transfer.problem_ =
          std::make_exception_ptr(Error(ErrorCode::interrupted, {transfer.url_}, "the download was stopped",
                                        "the same command continues it"));
      return 1;
    }
    if (transfer.watch_.stalled(transfer.received_, std::chrono::steady_clock::now())) {
      transfer.stalled_ = true;
      return 1;
    }
    if (transfer.options_.progress && transfer.begun_) {
      const std::uint64_t all = total > 0 ? transfer.resumed_at_ + static_cast<std::uint64_t>(total) : 0;
      transfer.options_.progress->advance(transfer.label_, transfer.have_, all);
    }
    return 0;
  }

  void accept(std::string_view bytes) {
    const long code = status();
    if (code != 200 && code != 206) return;  // the page of a redirection or an error
    if (!begun_) begin(code);
    if (have_ + bytes.size() > limit_) {
      throw SourceFailure(Reason::broken, ErrorCode::data, url_,
                          fmt::format("wrong size: more than {} bytes", limit_));
    }
    file_.write(bytes);
    have_ += bytes.size();
  }

  /// The first bytes: those asked for, or the whole file because the server cannot do ranges.
  void begin(long code) {
    begun_ = true;
    if (code == 206 && range_start() == have_) return;
    if (code == 206)
      throw SourceFailure(Reason::broken, ErrorCode::data, url_, "the server sent another range");
    file_.truncate();
    have_ = resumed_at_ = 0;
  }

  /// The first byte of "Content-Range: bytes 100-199/200", or the largest number if there is none.
  std::uint64_t range_start() const {
    constexpr std::string_view kUnit = "bytes ";
    std::uint64_t start = UINT64_MAX;
    curl_header* header = nullptr;
    if (curl_easy_header(handle_.get(), "Content-Range", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
      return start;
    const std::string_view value = header->value;
    if (value.starts_with(kUnit))
      std::from_chars(value.data() + kUnit.size(), value.data() + value.size(), start);
    return start;
  }

  std::string url_;
  std::string label_;
  std::uint64_t limit_;
  const FetchOptions& options_;
  std::uint64_t have_;
  std::uint64_t resumed_at_;
  OutputFile file_;
  Handle handle_;
  StallWatch watch_;
  std::uint64_t received_ = 0;  ///< of every answer, redirections included
  bool begun_ = false, stalled_ = false;
  std::exception_ptr problem_;
};

bool host_is_dead(CURLcode result, long status) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return true;
    case CURLE_OPERATION_TIMEDOUT:
      return status == 0;
    default:
      return false;
  }
}

}  // namespace

bool HttpDownloader::is_dead(const std::string& url) const {
  return dead_hosts_.contains(host_of(url));
}

bool HttpDownloader::download(const std::string& url, const std::filesystem::path& part,
                              std::uint64_t limit) {
  bool kept = Transfer::existing_bytes(part) > 0;
  std::string reason;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    Transfer transfer(url, part, limit, options_);
    const std::uint64_t before = transfer.have();
    const CURLcode result = transfer.run();
    const long status = transfer.status();
    kept = kept && transfer.resumed_at() > 0;
    if (host_is_dead(result, status)) {
      dead_hosts_.insert(host_of(url));
      throw SourceFailure(Reason::unreachable, ErrorCode::environment, url, curl_easy_strerror(result));
    }
    // 416: there is nothing after the bytes that are here already.
    if (result == CURLE_OK && (status == 200 || status == 206 || (status == 416 && before > 0))) return kept;
    if (result == CURLE_OK) {
      const bool absent = status == 404 || status == 403 || status == 410;
      throw SourceFailure(absent ? Reason::absent : Reason::broken, ErrorCode::environment, url,
                          fmt::format("the server answered with status {}", status));
    }
    reason = result == CURLE_OPERATION_TIMEDOUT
                 ? fmt::format("the transfer stalled after {} bytes", transfer.have())
                 : fmt::format("the transfer was cut after {} bytes ({})", transfer.have(),
                               curl_easy_strerror(result));
    if (transfer.have() <= before) break;
    options_.note(fmt::format("  {}; continuing", reason));
  }
  throw SourceFailure(Reason::broken, ErrorCode::environment, url, reason);
}

}  // namespace l2l
