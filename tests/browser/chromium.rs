//! Chromium without a window, led by its own debugging protocol (Chrome DevTools Protocol 1.3) over a pair of pipes: no driver, no port,
//! no further crate. It can reach nothing but this machine.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longest wait for anything; no test waits so long unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names under which a browser of this kind may be installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A browser with one page.
pub struct Chromium {
    child: Child,
    pipe: RefCell<ChildStdin>,
    messages: Receiver<Value>,
    session: String,
    next: Cell<u64>,
    /// What the page reported and nobody has looked at yet.
    events: RefCell<Vec<Value>>,
    _profile: tempfile::TempDir,
}

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    NAMES.iter().find_map(|name| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}

impl Chromium {
    /// Starts one; `None`, with a message, where there is none. Foreign names lead nowhere, but for `evil.example`, which leads here, as
    /// one that was bound to this machine by its owner does.
    pub fn start() -> Option<Self> {
        let Some(file) = browser() else {
            eprintln!("skipped: there is no browser (Debian: chromium)");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        // The protocol runs over the handles 3 and 4.
        command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"]).arg(file);
        command.args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]);
        command.args(["--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--lang=en"]);
        // Its own sandbox needs a user other than root, or namespaces, which CI often lacks; it opens pages of this test only.
        command.arg("--no-sandbox").arg(format!("--user-data-dir={}", profile.path().display()));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (pipe, answers) = (RefCell::new(child.stdin.take().unwrap()), child.stdout.take().unwrap());
        let (send, messages) = channel();
        std::thread::spawn(move || {
            let mut answers = BufReader::new(answers);
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|n| n > 1) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { return };
                message.clear();
                if send.send(value).is_err() {
                    return;
                }
            }
        });
        let (next, events) = (Cell::new(1), RefCell::default());
        let mut browser = Self { child, pipe, messages, session: String::new(), next, events, _profile: profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Network", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    fn send(&self, method: &str, params: &Value) -> u64 {
        let id = self.next.replace(self.next.get() + 1);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut pipe = self.pipe.borrow_mut();
        pipe.write_all(format!("{message}\0").as_bytes()).and_then(|()| pipe.flush()).expect("the browser listens");
        id
    }

    /// Takes messages until one is what is waited for; the others are kept, except answers to what nobody waits for.
    fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{what}: {e}"));
            // A dialog stops the page until it is answered.
            if message["method"] == "Page.javascriptDialogOpening" {
                self.send("Page.handleJavaScriptDialog", &json!({ "accept": true }));
            }
            if message["id"].is_null() {
                self.events.borrow_mut().push(message.clone());
            }
            if wanted(&message) {
                return message;
            }
        }
    }

    /// Calls a method of the protocol; what it answers.
    pub fn call(&self, method: &str, params: Value) -> Value {
        let id = self.send(method, &params);
        let answer = self.until(method, |message| message["id"] == id);
        assert!(answer["error"].is_null(), "{method} {params}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// Does something after which another page is there, and waits for that.
    pub fn leads_on<T>(&self, act: impl FnOnce(&Self) -> T) -> T {
        let before = self.loads();
        let done = act(self);
        if self.loads() == before {
            self.until("another page", |message| message["method"] == "Page.loadEventFired");
        }
        done
    }

    fn loads(&self) -> usize {
        self.events.borrow().iter().filter(|e| e["method"] == "Page.loadEventFired").count()
    }

    /// Opens an address.
    pub fn open(&self, address: &str) {
        let answer = self.leads_on(|b| b.call("Page.navigate", json!({ "url": address })));
        assert!(answer["errorText"].is_null(), "{address}: {}", answer["errorText"]);
    }

    /// The value of an expression in the page.
    pub fn value(&self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// As [`Self::value`], of a text.
    pub fn text(&self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_default().to_owned()
    }

    /// Presses a key.
    pub fn press(&self, key: &str) {
        self.press_at("", key);
    }

    /// Presses the key at a place of the keyboard, such as `KeyJ`, that gives `key` on some layout.
    pub fn press_at(&self, place: &str, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            _ => (0, key),
        };
        let down = json!({ "type": "keyDown", "key": key, "code": place, "text": text, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }));
    }

    /// Types into the field that a selector leads to.
    pub fn fill(&self, selector: &str, text: &str) {
        let focused =
            format!("(() => {{ const f = document.querySelector({selector:?}); f.focus(); return document.activeElement === f }})()");
        assert_eq!(self.value(&focused), true, "{selector}");
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// The size of the window, and the colours that are asked for.
    pub fn looks(&self, (width, height): (u32, u32), scheme: &str) {
        let phone = width < 500;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// Whether pages may run scripts.
    pub fn scripts(&self, allowed: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed }));
    }

    /// The whole page as a picture: PNG in base64.
    pub fn picture(&self) -> String {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
        shot["data"].as_str().unwrap().to_owned()
    }

    /// What went wrong on the page since this was asked last: scripts that ran, requests to elsewhere than `base`, complaints.
    pub fn wrongs(&self, base: &str) -> Vec<String> {
        self.events.borrow_mut().drain(..).filter_map(|event| wrong(&event, base)).collect()
    }
}

fn wrong(event: &Value, base: &str) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Page.javascriptDialogOpening" => Some(format!("a script ran: {}", params["message"])),
        "Network.requestWillBeSent" => {
            let address = params["request"]["url"].as_str().unwrap_or_default();
            (!address.starts_with(&format!("{base}/"))).then(|| format!("asked elsewhere: {address}"))
        }
        "Runtime.exceptionThrown" => Some(format!("an exception: {}", params["exceptionDetails"])),
        "Runtime.consoleAPICalled" => Some(format!("the console: {}", params["args"])),
        "Log.entryAdded" => Some(format!("the console: {}", params["entry"])),
        _ => None,
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Whoever is asked may be gone already.
        let _ = self.pipe.borrow_mut().write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        if !std::thread::panicking() {
            while self.messages.recv_timeout(PATIENCE).is_ok() {}
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
