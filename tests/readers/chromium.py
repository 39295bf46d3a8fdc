"""Headless Chromium, driven over its DevTools pipe: pages, scripts in them, screenshots and prints."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT = 120  # seconds without a word from the browser: it hangs


class BrowserError(Exception):
    pass


class Browser:
    """One process with a profile of its own, gone at the end of the `with` block. No network is used."""

    def __init__(self):
        self.program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
        if self.program is None:
            raise BrowserError("no Chromium here: ./l2lbench test installs it (apt-get install chromium)")
        self.count = 0
        self.events = []
        self.pending = b""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="l2lbench-chromium-")
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        script = f'exec 3<&{to_read} 4>&{from_write}; exec "$@"'
        arguments = [self.program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}",
                     "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync", "about:blank"]
        if os.geteuid() == 0:  # its sandbox refuses root
            arguments.insert(1, "--no-sandbox")
        self.log = open(os.path.join(self.profile, "stderr"), "wb")
        self.process = subprocess.Popen(["bash", "-c", script, "bash", *arguments], pass_fds=(to_read, from_write),
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(to_read)
        os.close(from_write)
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except (BrowserError, OSError):
            pass
        os.close(self.to_write)
        os.close(self.from_read)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.pending:
            if not select.select([self.from_read], [], [], TIMEOUT)[0]:
                raise BrowserError(f"the browser said nothing for {TIMEOUT} s")
            data = os.read(self.from_read, 1 << 20)
            if not data:
                raise BrowserError("the browser is gone: " + Path(self.profile, "stderr").read_text(errors="replace")[-2000:])
            self.pending += data
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_write, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def page(self, path, width=1200, height=900, dark=False, phone=False, script=True):
        return Page(self, path, width, height, dark, phone, script)


class Page:
    def __init__(self, browser, path, width, height, dark, phone, script):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.width = width
        self.resize(width, height, phone)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not script:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.call("Page.navigate", url=Path(path).absolute().as_uri())
        self.wait_for("Page.loadEventFired")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def resize(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        if phone:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True)

    def own_events(self, method):
        return [e["params"] for e in self.browser.events if e.get("method") == method and e.get("sessionId") == self.session]

    def wait_for(self, method):
        while not self.own_events(method):
            self.browser.events.append(self.browser.receive())

    def run(self, expression):
        """The value of a JavaScript expression (a promise is waited for)."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def complaints(self):
        """Errors and warnings on the console, exceptions, and refused or failed loads."""
        self.run("0")  # what was on its way has arrived
        found = [str(e["exceptionDetails"]) for e in self.own_events("Runtime.exceptionThrown")]
        found += [str(e["args"]) for e in self.own_events("Runtime.consoleAPICalled") if e["type"] in ("error", "warning", "assert")]
        found += [e["entry"]["text"] for e in self.own_events("Log.entryAdded") if e["entry"]["level"] in ("error", "warning")]
        return found

    def requests(self):
        """Addresses that the page asked for, itself and data: apart."""
        urls = [e["request"]["url"] for e in self.own_events("Network.requestWillBeSent")]
        return [url for url in urls[1:] if not url.startswith("data:")]

    def mouse(self, x, y, kind="mouseMoved", **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector):
        """A real click in the middle of an element."""
        box = self.run(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
                       "const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(*box, kind, button="left", clickCount=1)

    def picture(self, selector):
        """An element as PNG."""
        self.call("Page.bringToFront")  # a page behind another one is not painted
        box = self.run(f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                       "return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height, scale: 1}; })()")
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=box)["data"])

    def pdf_bytes(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
