// A button for any page, and the web form in a frame: <script src="https://help.example.org/widget.js" async></script>.
// It keeps to itself: a shadow root with a style sheet of its own (no inline style, so a strict Content-Security-Policy
// holds), no names in the page, no cookies, nothing stored. What it knows of the visitor goes to the frame alone.
(() => {
  "use strict";
  const desk = "$DESK";
  // A module has no currentScript, nor has what a tag manager runs by itself: then its element is looked for.
  const isOurs = (one) => /\/widget\.js([?#]|$)/.test(one?.src), tags = [...document.scripts].filter(isOurs);
  const own = isOurs(document.currentScript) ? document.currentScript
    : tags.find((one) => one.src.startsWith(`${desk.base}/`)) || (desk.base ? null : tags[0]);
  const base = own ? new URL(own.src).origin : desk.base, given = own?.dataset || {};
  if (!base || !window.CSSStyleSheet?.prototype.replaceSync) return;

  const language = given.language || document.documentElement.lang || navigator.language || "";
  const words = desk.words[language.toLowerCase()] || desk.words[language.slice(0, 2).toLowerCase()] || desk.words[desk.language];
  const colour = /^#[0-9a-f]{6}$/i.test(given.colour || "") ? given.colour.toLowerCase() : desk.colour;
  const light = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ink = light > 0.179 ? "#14181c" : "#ffffff"; // WCAG 2.2, 1.4.3: the one that reads better

  const fields = { name: given.name, address: given.address, identity: given.identity };
  if (given.identity) Object.assign(fields, { "identity-name": given.name || "", "identity-address": given.address || "" });
  for (const { name, value } of own?.attributes || []) {
    if (name.startsWith("data-field-")) fields[`own-${name.slice(11)}`] = value;
  }
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name];

  const host = document.createElement("div"), root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; }
    button { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; min-width: 44px; min-height: 44px; padding: 0 20px;
      border: 0; border-radius: 22px; background: ${colour}; color: ${ink}; font: 600 15px/1.2 system-ui, sans-serif;
      cursor: pointer; box-shadow: 0 2px 10px rgb(0 0 0 / .25); }
    button:focus-visible { outline: 3px solid ${colour}; outline-offset: 3px; box-shadow: 0 0 0 3px Canvas; }
    div { position: fixed; right: 16px; bottom: 76px; z-index: 2147483000; width: 400px; max-width: calc(100vw - 32px);
      height: 640px; max-height: calc(100vh - 92px); box-sizing: border-box; overflow: hidden; border: 1px solid #c9ced4;
      border-radius: 12px; background: #f3f4f6; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
    div[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (prefers-color-scheme: dark) { div { background: #121518; border-color: #2d333a; } }
    @media (max-width: 480px) { div { inset: 0 0 76px; width: auto; max-width: none; height: auto; max-height: none; border-width: 0 0 1px; border-radius: 0; } }
    @media (forced-colors: active) { button { border: 1px solid; } }
    @media print { :host { display: none; } }`);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button"), panel = document.createElement("div");
  button.type = "button";
  panel.id = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.title);
  button.setAttribute("aria-controls", "panel");
  let frame = null;

  const tell = (what, more) => frame.contentWindow.postMessage({ maildesk: what, ...more }, base);
  const say = () => {
    button.textContent = panel.hidden ? words.open : words.close;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  };
  function enter() {
    frame.focus();
    tell("focus");
  }
  function open() {
    panel.hidden = false;
    say();
    if (frame) return enter();
    const query = new URLSearchParams({ language, colour });
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.src = `${base}/widget?${query}`;
    panel.append(frame);
  }
  function close() {
    panel.hidden = true; // the frame stays, and what was typed in it
    say();
    button.focus();
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden && !event.isComposing) close();
  });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base) return;
    const what = event.data && event.data.maildesk;
    if (what === "close" && !panel.hidden) close();
    if (what !== "ready") return;
    tell("fill", { fields });
    if (!panel.hidden) enter();
  });

  say();
  root.append(panel, button);
  host.dataset.maildesk = base;
  const show = () => document.querySelector(`div[data-maildesk="${base}"]`) || document.body.append(host); // once, however often it is loaded
  if (document.body) show(); else addEventListener("DOMContentLoaded", show);
})();
