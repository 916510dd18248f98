/* Small comforts. Every page works without this file: it keeps drafts, says when the network is away, and moves the
   focus to what is new. */
(function () {
  "use strict";

  const KEPT = "poise-draft:";
  const AWAY = "We cannot reach the server just now. Your answer is still on this page. Wait a moment and press the button again.";

  function say(words) {
    const place = document.getElementById("network");
    if (place) place.textContent = words;
  }

  /* Drafts: kept in this tab only, and dropped as soon as the page they belong to is left behind. */
  function keepDrafts(storage) {
    const field = document.querySelector("textarea[data-draft]");
    const own = field ? KEPT + field.dataset.draft : "";
    for (const key of Object.keys(storage)) {
      if (key.startsWith(KEPT) && key !== own) storage.removeItem(key);
    }
    if (!field || field.dataset.kept) return;
    field.dataset.kept = "yes";
    if (!field.value && storage.getItem(own)) field.value = storage.getItem(own);
    field.addEventListener("input", function () { storage.setItem(own, field.value); });
  }

  function countCharacters() {
    const line = document.querySelector("[data-count]");
    const field = line && document.getElementById(line.dataset.count);
    if (!field || line.dataset.counting) return;
    line.dataset.counting = "yes";
    const most = Number(line.dataset.most);
    const first = line.textContent;
    function show() {
      const used = Array.from(field.value).length;
      const over = used - most;
      line.classList.toggle("is-over", over > 0);
      if (over > 0) line.textContent = over.toLocaleString("en-GB") + " characters too many";
      else line.textContent = used ? used.toLocaleString("en-GB") + " of " + most.toLocaleString("en-GB") + " characters" : first;
    }
    field.addEventListener("input", show);
    show();
  }

  function offerCopying() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.onclick = function () {
        const field = document.getElementById(button.dataset.copy);
        const said = document.getElementById("copied");
        navigator.clipboard.writeText(field.value).then(
          function () { said.textContent = "Copied. Keep it somewhere safe."; },
          function () { field.select(); said.textContent = "The link is marked. Copy it with your keyboard or a long press."; }
        );
      };
    }
  }

  /* The same sentence cannot be most and least: choosing the second takes back the first. */
  document.addEventListener("change", function (event) {
    const chosen = event.target;
    const pairs = chosen.closest && chosen.closest("[data-pairs]");
    if (!pairs || !chosen.checked) return;
    const other = chosen.name === "most" ? "least" : "most";
    const same = pairs.querySelector('input[name="' + other + '"][value="' + chosen.value + '"]');
    if (same) same.checked = false;
  });

  /* What asks for the focus: something wrong before anything else, then what is new, then the heading of a new page. */
  function moveFocus(place, fallBack) {
    const wanted = place.querySelector(".wrong[data-focus]") || place.querySelector("[data-focus]");
    const target = wanted || (fallBack && place.querySelector("main h1"));
    if (!target) return;
    if (!target.hasAttribute("tabindex") && !target.matches("input, textarea, button, a")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    if (wanted) target.scrollIntoView({ block: target.id === "latest" ? "start" : "nearest" });
  }

  function prepare() {
    try { keepDrafts(window.sessionStorage); } catch (error) { /* the browser keeps nothing: then there are no drafts */ }
    countCharacters();
    offerCopying();
  }

  document.addEventListener("DOMContentLoaded", function () {
    prepare();
    moveFocus(document, false);
  });

  /* Parts of the desk that were open stay open when the desk is drawn anew. */
  let open = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    const detail = event.detail;
    const status = detail.xhr.status;
    open = Array.from(document.querySelectorAll(".drawer[open]"), function (one) { return one.id; });
    if (status >= 500 && !detail.xhr.getResponseHeader("X-Poise-Page")) {
      detail.shouldSwap = false;
      say(AWAY);
    } else if (detail.xhr.getResponseHeader("X-Poise-Page") || status === 403) {
      detail.target = document.body;
      detail.swapOverride = "innerHTML";
      detail.selectOverride = "unset";
    }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    const whole = event.detail.target === document.body;
    for (const id of whole ? [] : open) {
      const drawer = document.getElementById(id);
      if (drawer) drawer.open = true;
    }
    prepare();
    moveFocus(whole ? document : document.getElementById("desk") || document, whole);
  });
  document.addEventListener("htmx:beforeRequest", function () { say(""); });
  document.addEventListener("htmx:sendError", function () { say(AWAY); });
  document.addEventListener("htmx:timeout", function () { say(AWAY); });
  window.addEventListener("offline", function () {
    say("You are offline. You can go on writing here. Send it when the connection is back.");
  });
  window.addEventListener("online", function () { say(""); });
})();
