"use strict";
// Everything of the recording goes into the page as text (textContent), never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const moments = data.moments;
  const $ = (id) => document.getElementById(id);
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // ---- The map after operation `at`: moments are applied one by one, and taken back.

  // A slot is [tophash, key, elem], the latter two as numbers of texts, -1 if there is none.
  const fresh = (spare) => ({ spare, slots: Array.from({ length: 8 }, () => [0, -1, -1]) });
  // The present array and the old one: by chain, its buckets. A chain that is not there is one
  // bucket that was never used.
  let arrays = [[], []];
  let at = 0;
  const undo = [];
  const chainOf = (array, head) => (array[head] ??= [fresh(head)]);

  function forward(moment) {
    const back = { arrays, chains: [], slots: [] };
    if (moment.arrays & 1) arrays = [[], arrays[0]];
    if (moment.arrays & 2) arrays = [arrays[0], []];
    for (const [which, head, ...spares] of moment.chains ?? []) {
      const array = arrays[which];
      const chain = chainOf(array, head);
      back.chains.push([array, head, chain]);
      array[head] = [chain[0], ...spares.map((spare, i) => chain[i + 1] ?? fresh(spare))];
    }
    const writes = moment.slots ?? [];
    for (let i = 0; i < writes.length; i += 6) {
      const [which, head, place, ...slot] = writes.slice(i, i + 6);
      const { slots } = chainOf(arrays[which], head)[place >> 3];
      back.slots.push([slots, place & 7, slots[place & 7]]);
      slots[place & 7] = slot;
    }
    return back;
  }

  function backward(back) {
    for (const [slots, lane, slot] of back.slots.reverse()) slots[lane] = slot;
    for (const [array, head, chain] of back.chains.reverse()) array[head] = chain;
    arrays = back.arrays;
  }

  // What a moment leaves out is as it was in the moment before.
  const carried = (field) => {
    let last;
    return moments.map((moment) => (last = moment[field] ?? last));
  };
  const headers = carried("header");
  const iterators = carried("iterators");

  function seek(to) {
    to = Math.max(0, Math.min(moments.length - 1, Math.round(to) || 0));
    while (at < to) undo[++at] = forward(moments[at]);
    while (at > to) backward(undo[at--]);
    draw();
    reveal();
  }

  // Scrolls to what the operation did, or else to what a growth did in it.
  function reveal() {
    document.documentElement.style.setProperty("--top", $("top").offsetHeight + "px");
    const slot = $("arrays").querySelector(".changed:not(.moved)") ?? $("arrays").querySelector(".changed");
    slot?.scrollIntoView({ block: "nearest" });
  }

  // ---- What is drawn.

  const EVENTS = {
    inserted: ["+", "inserted"],
    overwritten: ["≠", "overwritten"],
    removed: ["−", "removed"],
    rested: ["0", "was emptyOne"],
    arrived: ["↓", "moved here"],
    evacuated: ["↗", "just evacuated"],
  };
  // What a growth does to slots stands back behind what the operation itself does.
  const MOVES = ["arrived", "evacuated"];
  const LETTERS = ["b", "o"];
  const drawn = new Map();

  const state = (top) =>
    top >= 5
      ? ["full", top.toString(16).padStart(2, "0"), "full, tophash " + top.toString(16).padStart(2, "0")]
      : [
          ["rest", "··", "emptyRest: empty, and so is all behind it"],
          ["one", "--", "emptyOne: empty, but something may follow"],
          ["x", ">X", "evacuated to X"],
          ["y", ">Y", "evacuated to Y"],
          ["gone", ">·", "evacuated, was empty"],
        ][top];

  function holds([top, key, elem]) {
    if (key < 0 && elem < 0) return "";
    const part = (name, value) => (value < 0 ? [] : [name + " " + data.values[value]]);
    const both = [...part("key", key), ...part("elem", elem)].join(", ");
    return (top >= 5 ? "; " : "; still in memory: ") + both;
  }

  // Heap buckets have no number of their own: they are counted in the order of the listing.
  function number() {
    const names = new Map();
    let heap = 0;
    arrays.forEach((array, which) =>
      array.forEach((chain) =>
        chain.forEach((bucket) => {
          names.set(bucket, bucket.spare < 0 ? "h" + heap++ : LETTERS[which] + bucket.spare);
        }),
      ),
    );
    return names;
  }

  function slotButton(slot, place, marks) {
    const [kind, mark, meaning] = state(slot[0]);
    const button = make("button", "slot " + kind, mark);
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.place = place;
    let label = place + ": " + meaning + holds(slot);
    if (marks.event) {
      const [badge, text] = EVENTS[marks.event];
      button.classList.add("changed");
      button.classList.toggle("moved", MOVES.includes(marks.event));
      button.tabIndex = 0;
      button.append(make("b", "", badge));
      label += "; " + text + " by this operation";
    }
    if (marks.iterators) {
      button.classList.add("stood-in");
      button.append(make("i", "", marks.iterators.join(" ")));
      label += "; iterator " + marks.iterators.join(", ") + " stands here";
    }
    button.setAttribute("aria-label", label);
    return button;
  }

  // The element of a chain: that of the last drawing if nothing about it is different.
  function chainElement(which, head, names, marksOf) {
    const chain = arrays[which][head] ?? [fresh(head)];
    const parts = chain.map((bucket) => {
      const name = names.get(bucket) ?? LETTERS[which] + head;
      return [name, bucket.slots.map((slot, lane) => [slot, name + "[" + lane + "]", marksOf(name, lane)])];
    });
    const key = which + ":" + head;
    const text = JSON.stringify(parts);
    const before = drawn.get(key);
    if (before?.text === text) return before.element;
    const element = make("li", which === 1 ? "chain old" : "chain");
    for (const [name, slots] of parts) {
      const row = make("div", "bucket");
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", "bucket " + name);
      row.append(make("span", "", name), ...slots.map((slot) => slotButton(...slot)));
      element.append(row);
    }
    drawn.set(key, { text, element });
    return element;
  }

  const counted = (count, what) => count.toLocaleString("en") + " " + what + (count === 1 ? "" : "s");

  // Rows of chains: a chain each, and while the map grows an old one with the one or two that its
  // entries go to. Of more rows than this only a page is drawn.
  const WHOLE = 256;
  const PAGE = 64;
  let page = 0;
  const turns = [["earlier", -1], ["later", 1]].map(([text, by]) => {
    const button = make("button", "", text);
    button.type = "button";
    button.addEventListener("click", () => {
      page += by;
      draw(true);
    });
    return button;
  });
  const note = make("span", "note");
  $("window").append(...turns, note);
  let last = "";

  function drawArrays(header, names, marksOf, changed) {
    const [, , , , , , growing, regular, oldRegular, spare, spareUsed, oldSpare, oldUsed] = header;
    const title = (name, count, spare, used) =>
      name + ": " + counted(count, "bucket") +
      (spare > 0 ? " and " + spare.toLocaleString("en") + " spare (" + used + " used)" : "");
    const titles = [title(growing ? "New array" : "Array", regular, spare, spareUsed)];
    if (growing) titles.unshift(title("Old array", oldRegular, oldSpare, oldUsed));
    if (growing === 1) titles.push("its upper half (Y)");
    $("titles").replaceChildren(...titles.map((text) => make("h3", "", text)));
    $("arrays").className = ["", "double", "same"][growing];

    const rows = growing ? oldRegular : regular;
    const row = (head) => head % rows;
    let [from, to] = [0, rows];
    if (rows > WHOLE) {
      const pages = Math.ceil(rows / PAGE);
      const pageOf = (head) => Math.floor(row(head) / PAGE);
      page = Math.min(page, pages - 1);
      if (changed.length > 0 && !changed.some((head) => pageOf(head) === page)) page = pageOf(changed[0]);
      [from, to] = [page * PAGE, Math.min(rows, (page + 1) * PAGE)];
      turns[0].disabled = page === 0;
      turns[1].disabled = page === pages - 1;
      note.textContent = "rows " + from + " to " + (to - 1) + " of " + rows.toLocaleString("en");
    } else if (rows === 0) {
      note.textContent = "No bucket yet: the first assign makes one.";
    }
    $("window").hidden = rows > 0 && rows <= WHOLE;
    for (const button of turns) button.hidden = rows <= WHOLE;

    const chains = [];
    for (let head = from; head < to; head++) {
      if (growing) chains.push(chainElement(1, head, names, marksOf));
      chains.push(chainElement(0, head, names, marksOf));
      if (growing === 1) chains.push(chainElement(0, head + rows, names, marksOf));
    }
    // Most operations leave nearly all of it as it was.
    const there = [...$("chains").children];
    const now = [growing, from, chains.length].join();
    if (now === last) {
      chains.forEach((chain, i) => chain === there[i] || there[i].replaceWith(chain));
    } else {
      $("chains").replaceChildren(...chains);
    }
    last = now;
  }

  function draw(turned) {
    const moment = moments[at];
    const header = headers[at];
    const names = number();

    // A bucket's name alone stands for all its slots.
    const events = new Map();
    for (const [event, places] of Object.entries(moment.changed ?? {})) {
      for (const place of places) events.set(place, event);
    }
    const standing = new Map();
    for (const [id, place] of iterators[at] ?? []) {
      standing.set(place, [...(standing.get(place) ?? []), "#" + id]);
    }
    const marksOf = (name, lane) => {
      const place = name + "[" + lane + "]";
      return { event: events.get(place) ?? events.get(name), iterators: standing.get(place) };
    };
    const changed = [];
    if (!turned && events.size > 0) {
      arrays.forEach((array) =>
        array.forEach((chain, head) => {
          const touched = (bucket) => {
            const name = names.get(bucket);
            return events.has(name) || bucket.slots.some((_, lane) => events.has(name + "[" + lane + "]"));
          };
          if (chain.some(touched)) changed.push(head);
        }),
      );
    }

    const focused = document.activeElement?.dataset?.place;
    drawArrays(header, names, marksOf, changed);
    const again = focused && find(focused);
    if (again) again.focus({ preventScroll: true });

    $("slider").value = at;
    $("slider").setAttribute("aria-valuetext", "operation " + at + " of " + (moments.length - 1));
    $("at").value = at;
    for (const id of ["first", "back"]) $(id).disabled = at === 0;
    for (const id of ["last", "on"]) $(id).disabled = at === moments.length - 1;
    $("operation").textContent = (at === 0 ? "" : at + ". ") + moment.operation;
    $("sentence").textContent = moment.sentence ?? "";
    $("divergence").textContent = moment.divergence ?? "";
    $("divergence").hidden = !moment.divergence;
    drawHeader(header, headers[Math.max(0, at - 1)]);
    const live = [...standing].map(([place, ids]) => ids.join(" ") + ":\u00a0" + place);
    $("iterators").textContent = "Live iterators: " + live.join(", ");
    $("iterators").hidden = live.length === 0;
    describe(again);
    if ($("listing").open) list(names);
  }

  const FLAGS = ["iterator", "oldIterator", "hashWriting", "sameSizeGrow"];
  const FIELDS = [
    ["count", String],
    ["flags", (flags) => flags + " (" + (FLAGS.filter((_, bit) => (flags >> bit) & 1).join("|") || "none") + ")"],
    ["B", String],
    ["noverflow", String],
    ["hash0", String],
    ["nevacuate", String],
    ["growing", (growing) => ["no", "double", "same size"][growing]],
  ];

  function drawHeader(header, before) {
    const fields = FIELDS.map(([name, text], index) => {
      const field = make("div", header[index] === before[index] ? "" : "changed");
      field.append(make("dt", "", name), make("dd", "", text(header[index])));
      return field;
    });
    $("header").replaceChildren(...fields);
  }

  const find = (place) => $("arrays").querySelector('[data-place="' + CSS.escape(place) + '"]');

  function describe(button) {
    $("slot").textContent = button?.getAttribute("aria-label") ?? "Point at a slot to see what it holds.";
  }

  function list(names) {
    const lines = [];
    const [, , , , , , growing, regular, oldRegular] = headers[at];
    const one = (which, count) => {
      lines.push((which ? "oldbuckets " : "buckets ") + count);
      arrays[which].forEach((chain, head) => {
        if (head >= count) return;
        for (const bucket of chain) {
          bucket.slots.forEach((slot, lane) => {
            const place = names.get(bucket) + "[" + lane + "]";
            if (slot[0] !== 0 || slot[1] >= 0) lines.push(place + ": " + state(slot[0])[2] + holds(slot));
          });
        }
      });
    };
    one(0, regular);
    if (growing) one(1, oldRegular);
    lines.push("Slots that are not listed are emptyRest and were never used.");
    $("text").textContent = lines.join("\n");
  }

  // ---- The page.

  function legend() {
    const sample = (top, text) => {
      const [kind, mark] = state(top);
      const item = make("span");
      item.append(make("span", "slot " + kind, mark), text);
      return item;
    };
    const event = ([name, [badge, text]]) => {
      const item = make("span");
      const slot = make("span", "slot changed" + (MOVES.includes(name) ? " moved" : ""));
      slot.append(make("b", "", badge));
      item.append(slot, text);
      return item;
    };
    const iterator = make("span");
    const stoodAt = make("span", "slot");
    stoodAt.append(make("i", "", "#0"));
    iterator.append(stoodAt, "iterator 0 took its last entry here");
    $("legend").replaceChildren(
      sample(0x9c, "full (its tophash)"),
      sample(1, "emptyOne"),
      sample(0, "emptyRest"),
      sample(2, "evacuated to X"),
      sample(3, "evacuated to Y"),
      sample(4, "evacuated empty"),
      ...Object.entries(EVENTS).map(event),
      iterator,
    );
  }

  const STEPS = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    PageUp: () => at + tenth(),
    PageDown: () => at - tenth(),
    Home: () => 0,
    End: () => moments.length - 1,
  };
  const tenth = () => Math.max(1, Math.round((moments.length - 1) / 10));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target === $("at")) return;
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    seek(step());
  });
  $("slider").addEventListener("input", () => seek($("slider").valueAsNumber));
  $("at").addEventListener("change", () => seek($("at").valueAsNumber));
  for (const [id, key] of [["first", "Home"], ["back", "ArrowLeft"], ["on", "ArrowRight"], ["last", "End"]]) {
    $(id).addEventListener("click", () => seek(STEPS[key]()));
  }
  $("listing").addEventListener("toggle", () => $("listing").open && list(number()));
  const slotOf = (event) => event.target.closest?.("[data-place]");
  for (const kind of ["pointerover", "focusin", "click"]) {
    $("arrays").addEventListener(kind, (event) => slotOf(event) && describe(slotOf(event)));
  }
  $("arrays").addEventListener("pointerleave", () => {
    const focused = document.activeElement;
    describe(focused?.dataset?.place ? focused : null);
  });

  document.title = data.name + " – tophash";
  $("name").textContent = data.name;
  $("about").textContent = data.about;
  $("slider").max = $("at").max = moments.length - 1;
  $("all").textContent = (moments.length - 1).toLocaleString("en");
  legend();
  seek(data.at);
  scrollTo(0, 0);
})();
