// What makes the web form, and that of a request's page, a little better where scripts run; nothing needs it. Without
// it files are chosen and sent as ever, and whoever sends takes a moment more. It talks to this site alone.
"use strict";
(() => {
  // SHA-256 (FIPS 180-4) of a text of one block, as the first word of the digest.
  const primes = [], K = [], H = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.some((p) => n % p === 0)) continue;
    if (primes.length < 8) H.push((Math.sqrt(n) % 1) * 2 ** 32 | 0);
    K.push((Math.cbrt(n) % 1) * 2 ** 32 | 0);
    primes.push(n);
  }
  const W = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  function firstWord(text) {
    W.fill(0);
    for (let i = 0; i < text.length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
    W[text.length >> 2] |= 0x80 << (24 - (text.length & 3) * 8);
    W[15] = text.length * 8;
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15], b = W[i - 2];
      W[i] = (W[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + W[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = H;
    for (let i = 0; i < 64; i++) {
      const t = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const u = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
    }
    return (H[0] + a) >>> 0;
  }

  // A number that makes the digest begin with so many zero bits, looked for while somebody writes.
  function work(form) {
    const bits = Number(form.dataset.bits);
    const signature = form.elements.form.value.split(".").pop();
    return new Promise((done) => {
      let number = 0;
      const look = () => {
        for (const until = performance.now() + 12; performance.now() < until;) {
          for (let n = 0; n < 200; n++, number++) {
            if (bits && firstWord(`${signature}:${number}`) >>> (32 - bits)) continue;
            form.elements.proof.value = String(number);
            return done();
          }
        }
        setTimeout(look, 4);
      };
      look();
    });
  }

  // Files: dropped anywhere on their field, listed with their size, taken out again one by one.
  function files(form, before) {
    const field = form.querySelector(".drop"), input = form.elements.files, list = form.querySelector(".chosen");
    const size = (octets) => {
      const { b, kb, mb } = field.dataset, [form, step] = octets < 2 ** 10 ? [b, 1] : octets < 2 ** 20 ? [kb, 2 ** 10] : [mb, 2 ** 20];
      const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
      return form.replace("1", number.format(octets / step));
    };
    let chosen = before;
    const show = () => {
      const all = new DataTransfer();
      for (const file of chosen) all.items.add(file);
      input.files = all.files;
      const most = Number(field.dataset.most), mostOfOne = Number(field.dataset.mostOfOne);
      const large = chosen.find((file) => file.size > mostOfOne), isTooMuch = chosen.reduce((sum, file) => sum + file.size, 0) > most;
      input.setCustomValidity(large ? field.dataset.tooLargeOne.replace("{file}", large.name) : isTooMuch ? field.dataset.tooLarge : "");
      list.replaceChildren(...chosen.map((file) => {
        const row = document.createElement("li"), name = document.createElement("bdi"), octets = document.createElement("span");
        const out = document.createElement("button");
        name.textContent = file.name;
        octets.textContent = size(file.size);
        octets.className = "muted";
        out.type = "button";
        out.textContent = field.dataset.remove;
        out.setAttribute("aria-label", `${field.dataset.remove}: ${file.name}`);
        out.addEventListener("click", () => {
          chosen = chosen.filter((one) => one !== file);
          show();
          input.focus();
        });
        row.append(name, octets, out);
        return row;
      }));
      input.reportValidity();
    };
    const add = (more) => {
      const isKnown = (file) => chosen.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified);
      chosen = chosen.concat([...more].filter((file) => !isKnown(file)));
      show();
    };
    if (before.length) show();
    input.addEventListener("change", () => add([...input.files]));
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      form.addEventListener(name, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        field.classList.toggle("over", name === "dragenter" || name === "dragover");
        if (name === "drop") add(event.dataTransfer.files);
      });
    }
  }

  // Sending: the page stays until it has arrived, and shows how far it is.
  function sending(form) {
    const isOwn = () => (form.dataset.own || "").split(" ").includes(form.elements.address.value.trim().toLowerCase());
    let worked = form.elements.proof && !isOwn() ? work(form) : null; // of their own, nobody asks for it
    const buttons = form.querySelectorAll(".doing button"), bar = form.querySelector(".sending"), status = form.querySelector(".doing [role=status]");
    const say = (words, isUnderWay) => {
      status.textContent = words;
      for (const button of buttons) button.disabled = isUnderWay;
      bar.hidden = !isUnderWay;
      bar.removeAttribute("value");
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const all = new FormData(form), by = event.submitter;
      if (by && by.name) all.append(by.name, by.value);
      if (form.elements.proof && !isOwn()) {
        say(form.dataset.working, true);
        await (worked ||= work(form));
        all.set("proof", form.elements.proof.value);
      }
      say(status.dataset.sending, true);
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (sent) => {
        if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
      });
      request.addEventListener("load", () => {
        if (request.status === 200) return location.assign(request.responseURL);
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        // without a form it has no words either, and these stay where they are
        if (!page.querySelector(".drop")) return say(request.status === 429 ? page.querySelector("h1").textContent : status.dataset.failed, false);
        document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
        scrollTo(0, 0);
        begin([...form.elements.files.files]);
        const wrong = document.querySelector("[aria-invalid]");
        if (wrong) wrong.focus();
      });
      request.addEventListener("error", () => say(status.dataset.failed, false));
      request.open("POST", form.action);
      request.send(all);
    });
  }

  // Articles that may help: asked for while somebody writes, shown where they change.
  function suggesting(form) {
    const box = form.querySelector(".suggested"), shown = box && box.querySelector("ul");
    if (!box) return;
    let timer = 0, last = "", asked;
    const [path, query] = box.dataset.at.split("?"), said = new Set();
    const told = (name, fields) => {
      const body = new URLSearchParams(fields);
      return fetch(`${path}${name}?${query || ""}`, { method: "POST", body, keepalive: Boolean(name), signal: name ? undefined : asked.signal });
    };
    const tell = (name, fields) => {
      const { form: once, bits } = form.elements;
      told(name, { form: once.value, bits: bits.value, ...fields }).catch(() => {});
    };
    // Whether an article that was opened has helped, asked where its reader comes back to.
    const askWhether = (item, slug) => {
      if (said.has(slug)) return;
      said.add(slug);
      const line = document.createElement("p");
      line.className = "small helping";
      line.setAttribute("role", "status");
      const both = document.createElement("span");
      both.append(...["yes", "no"].map((say) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = box.dataset[say];
        button.addEventListener("click", () => {
          tell("/helped", { slug, say });
          line.textContent = box.dataset[say === "yes" ? "saidYes" : "saidNo"];
        });
        return button;
      }));
      line.append(box.dataset.question, " ", both);
      item.append(line);
    };
    const row = (one) => {
      const item = document.createElement("li"), link = document.createElement("a"), words = document.createElement("span");
      link.href = one.href;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = one.title;
      words.textContent = one.beginning;
      words.className = "small muted";
      const slug = decodeURIComponent(new URL(link.href).pathname.split("/").pop());
      link.addEventListener("click", () => {
        tell("/opened", { slug });
        askWhether(item, slug);
      });
      item.append(link, " ", words);
      return item;
    };
    const ask = async () => {
      const subject = form.elements.subject.value.trim(), text = form.elements.text.value.slice(0, 4000);
      if (`${subject}\n${text}` === last || subject.length < 3) return;
      last = `${subject}\n${text}`;
      if (asked) asked.abort();
      asked = new AbortController();
      try {
        const answer = await told("", { subject, text });
        if (!answer.ok) return;
        const { articles } = await answer.json();
        const before = [...shown.querySelectorAll("a")].map((link) => link.href).join(" ");
        const rows = articles.map(row);
        if (rows.map((one) => one.firstChild.href).join(" ") === before) return;
        shown.replaceChildren(...rows);
        box.hidden = !rows.length;
      } catch {} // it is no harm: the form works without
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    };
    form.elements.subject.addEventListener("input", soon);
    form.elements.text.addEventListener("input", soon);
    if (form.elements.subject.value) ask();
  }

  function begin(before) {
    const form = document.querySelector(".drop")?.closest("form");
    if (!form) return;
    if (before.length) form.parentElement.querySelector(".again")?.remove();
    files(form, before);
    sending(form);
    suggesting(form);
  }

  begin([]);
})();
