// Keeps an open page true: on each event, the sections that it may concern are read again and those that changed are
// replaced, marked for a moment and announced. Without this script, or without events, the page works the same.
"use strict";

(() => {
  const family = document.body.dataset.family.split(" ").filter(Boolean);
  const light = document.getElementById("direct");
  const voice = document.getElementById("annonce");
  const waiting = new Set();
  let timer = 0;

  const sections = (kind) =>
    [...document.querySelectorAll("[data-fragment]")].filter(
      (section) => kind === "resync" || section.dataset.live.split(" ").includes(kind),
    );

  const concerns = (event) =>
    event.type === "resync" || !family.length || event.territories.some((code) => family.includes(code));

  async function reread(section) {
    const address = new URL(window.location.href);
    address.searchParams.set("fragment", section.dataset.fragment);
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return false;
    const holder = document.createElement("template");
    holder.innerHTML = (await answer.text()).trim();
    const fresh = holder.content.firstElementChild;
    if (!fresh || comparable(fresh) === comparable(section)) return false;
    const focused = section.contains(document.activeElement) ? document.activeElement : null;
    if (focused && focused.matches("input, select, textarea")) return false; // never under someone's hands
    const place = focused ? [...section.querySelectorAll("a, button")].indexOf(focused) : -1;
    section.replaceWith(fresh);
    fresh.classList.add("fresh");
    if (place >= 0) fresh.querySelectorAll("a, button")[place]?.focus();
    return true;
  }

  const comparable = (element) => {
    const copy = element.cloneNode(true);
    copy.classList.remove("fresh");
    if (!copy.className) copy.removeAttribute("class");
    return copy.outerHTML.replace(/\s+/g, " ");
  };

  async function refresh() {
    const kinds = [...waiting];
    waiting.clear();
    const changed = [];
    for (const section of new Set(kinds.flatMap(sections))) {
      if (await reread(section).catch(() => false)) changed.push(section.dataset.title);
    }
    if (changed.length) {
      const time = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
      voice.textContent = `Mis à jour à ${time} : ${changed.join(", ")}.`;
    }
  }

  function plan(kind) {
    waiting.add(kind);
    clearTimeout(timer);
    timer = setTimeout(refresh, 300);
    // Ledger and alerts follow a figure by a moment.
    setTimeout(() => { waiting.add(kind); refresh(); }, 3000);
  }

  const say = (on) => {
    light.hidden = false;
    light.classList.toggle("off", !on);
    light.textContent = on ? "En direct" : "Hors ligne : la page ne se met plus à jour seule";
  };

  const source = new EventSource("/events");
  let opened = false;
  source.onopen = () => {
    say(true);
    if (opened) plan("resync"); // something may have passed while the line was cut
    opened = true;
  };
  source.onerror = () => say(false);
  for (const kind of ["rollup", "alert", "resync"]) {
    source.addEventListener(kind, (message) => {
      const event = JSON.parse(message.data);
      if (concerns(event)) plan(event.type);
    });
  }
})();
