// Keys, and the list of events kept up to date. Every page reads the same without it.
"use strict";

const opened = () => [...document.querySelectorAll(".events h2 a, .lines > li > a, tbody th a")];

function move(step) {
  const links = opened();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  if (next) next.focus();
}

function toSearch() {
  const field = document.querySelector(".search input, .filters input");
  if (field) field.focus(); else location.href = "/";
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  "/": toSearch,
  e: () => { location.href = "/"; },
  u: () => history.back(),
  "?": () => document.getElementById("keys").showModal(),
};

// On a layout without Latin letters, the key at the place of the letter; the Arabic question mark is one.
function asked(event) {
  if (keys[event.key]) return keys[event.key];
  if (event.key === "؟") return keys["?"];
  const latin = /^[\x20-\x7e]$/.test(event.key);
  return latin || event.shiftKey ? undefined : keys[event.code === "Slash" ? "/" : event.code.replace(/^Key/, "").toLowerCase()];
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  const act = asked(event);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !act) return;
  event.preventDefault();
  act();
});

// The server draws the list; here the old one is only put out and the new one in, with the focus where it was.
function renew(list) {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.open("GET", location.href);
  request.onload = () => {
    const fresh = request.response && request.response.getElementById("list");
    if (request.status !== 200 || !fresh) return;
    const held = document.activeElement && document.activeElement.closest("[data-key]");
    const key = held && held.dataset.key;
    list.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    const again = key && list.querySelector(`[data-key="${CSS.escape(key)}"] a`);
    if (again) again.focus({ preventScroll: true });
  };
  request.send();
}

const list = document.querySelector("[data-live]");
if (list && window.EventSource) {
  let waiting = null;
  const soon = () => {
    if (!waiting) waiting = setTimeout(() => { waiting = null; renew(list); }, 500);
  };
  const stream = new EventSource("/api/v1/stream");
  for (const kind of ["created", "joined", "left", "arrived", "merged", "absorbed", "split", "founded", "corrected", "killed"]) {
    stream.addEventListener(kind, soon);
  }
  window.addEventListener("pagehide", () => stream.close());
}
