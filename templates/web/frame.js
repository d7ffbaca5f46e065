// Inside the widget's frame: what the page around it knows of its visitor is filled in, and Escape closes. It trusts
// that page no more than a visitor who types: only sites that the desk names can frame it, and an identity is proved
// at the desk.
"use strict";
(() => {
  if (parent === window) return;
  const tell = (what) => parent.postMessage({ maildesk: what }, "*"); // says nothing that is secret
  const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

  function fill(form, given) {
    const fields = [...form.elements].filter((one) => one.name);
    for (const [name, value] of Object.entries(given)) {
      const field = fields.find((one) => plain(one.name) === plain(name));
      if (field && !field.value && ["text", "email", "hidden"].includes(field.type)) field.value = String(value);
    }
  }

  addEventListener("message", (event) => {
    if (event.source !== parent || event.data === null || typeof event.data !== "object") return;
    const form = document.getElementById("portal");
    if (event.data.maildesk === "fill" && form) fill(form, event.data.fields || {});
    if (event.data.maildesk === "focus") {
      const shown = form ? [...form.querySelectorAll(".field input, .field select, .field textarea")] : [];
      (shown.find((one) => !one.value) || document.querySelector("a, button"))?.focus();
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) tell("close");
  });
  tell("ready");
})();
