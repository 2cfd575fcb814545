// Keys, the list of events kept up to date, and word of what is new about an event. Every page reads the same without it.
"use strict";

const opened = () => [...document.querySelectorAll(".events h2 a, .lines > li > a, tbody th a")];

function move(step) {
  const beside = document.querySelector(step > 0 ? "a[data-next]" : "a[data-previous]");
  if (beside || document.querySelector("a[data-next], a[data-previous]")) {
    if (beside) location.href = beside.href;
    return;
  }
  const links = opened();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  if (next) next.focus();
}

function toSearch() {
  const field = document.querySelector(".search input");
  if (field) field.focus(); else location.href = "/search";
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
  if (event.key === "Escape" && typing && !typing.matches("dialog")) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !act) return;
  event.preventDefault();
  act();
});

// The page that is open, as the server draws it now.
function again(use) {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.open("GET", location.href);
  request.onload = () => { if (request.status === 200 && request.response) use(request.response); };
  request.send();
}

// Where the rows stand that can be seen, unless the list is seen from its beginning.
function seen(list) {
  if (list.getBoundingClientRect().top >= 0) return [];
  const rows = [...list.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row.getBoundingClientRect()]);
  return rows.filter(([, box]) => box.bottom > 0 && box.top < innerHeight).map(([key, box]) => [key, box.top]);
}

// Here the old list is only put out and the new one in, with the focus and what is being read where they were.
function renew(list) {
  again((page) => {
    const fresh = page.getElementById("list");
    if (!fresh) return;
    const row = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const held = document.activeElement && document.activeElement.closest("[data-key]");
    const places = seen(list);
    list.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    const stays = places.find(([key]) => row(key));
    if (stays) scrollBy({ top: row(stays[0]).getBoundingClientRect().top - stays[1], behavior: "instant" });
    const link = held && row(held.dataset.key) && row(held.dataset.key).querySelector("a");
    if (link) link.focus({ preventScroll: true });
  });
}

const KINDS = ["created", "joined", "left", "arrived", "merged", "absorbed", "split", "founded", "corrected", "killed",
  "pinned", "unpinned", "marked", "headlined", "undone", "rebuilt"];

// Tells of steps as they are made, and of nothing in particular when the page is looked at again: one that nobody sees does not listen,
// since a browser has few connections for all its pages.
function listen(told) {
  let stream = null;
  const close = () => { if (stream) stream.close(); stream = null; };
  const open = () => {
    stream = new EventSource("/api/v1/stream");
    for (const kind of KINDS) stream.addEventListener(kind, (step) => told(JSON.parse(step.data)));
  };
  if (!document.hidden) open();
  document.addEventListener("visibilitychange", () => {
    close();
    if (!document.hidden) { open(); told(null); }
  });
  addEventListener("pagehide", close);
}

// Steps come in bursts: at most one look in half a second.
function soon(act) {
  let waiting = null;
  return () => { if (!waiting) waiting = setTimeout(() => { waiting = null; act(); }, 500); };
}

const list = document.querySelector("[data-live]");
const news = document.querySelector("[data-event]");
if (window.EventSource && list) listen(soon(() => renew(list)));
if (window.EventSource && news) {
  const said = (page) => [...page.querySelectorAll("main > :not([data-event])")].map((part) => part.textContent).join();
  const look = soon(() => again((page) => { news.hidden = said(page) === said(document); }));
  listen((step) => { if (!step || [step.event, step.other].includes(news.dataset.event)) look(); });
}
