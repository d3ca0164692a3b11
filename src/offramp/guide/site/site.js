// Search and filters of the guide's pages. Everything is in the page already: this hides what does
// not fit and puts the best first. No request is made.
(function () {
  "use strict";
  var data = window.offrampData, search = window.offrampSearch;

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function value(id) { var field = document.getElementById(id); return field ? field.value : ""; }
  function holds(list, one) { return (list || "").split(" ").indexOf(one) >= 0; }
  function shown(count, total) {
    return data.words.shown.replace("{count}", count).replace("{total}", total);
  }

  function hideEmpty() {
    all(".family-of").forEach(function (part) {
      part.hidden = !part.querySelector("li.option:not([hidden]), li.example:not([hidden])");
    });
  }

  function fits(card) {
    var outcome = value("outcome"), sure = value("sure"), place = data.certainties;
    var ranks = outcome ? [card.dataset[outcome]]
      : [card.dataset.safety, card.dataset.health, card.dataset.confidence];
    var least = sure ? place.indexOf(sure) : outcome ? place.indexOf("very_low") : place.length;
    var best = Math.min.apply(null, ranks.map(Number));
    return best <= least &&
      (!value("ready") || card.dataset.ready === value("ready")) &&
      (!value("cost") || card.dataset.cost === value("cost")) &&
      (!value("acts") || holds(card.dataset.acts, value("acts"))) &&
      (!value("drug") || holds(card.dataset.drugs, value("drug")) || holds(card.dataset.drugs, "any"));
  }

  function options(form) {
    var cards = all("li.option"), homes = cards.map(function (card) { return card.parentNode; });
    var results = document.createElement("ul"), box = document.getElementById("options");
    results.className = "options found";
    box.insertBefore(results, box.firstChild);

    function apply() {
      var query = value("query").trim();
      var order = query ? search.rank(data.index, query) : null, count = 0;
      cards.forEach(function (card, at) {
        card.hidden = !fits(card) || (order !== null && order.indexOf(card.dataset.id) < 0);
        if (!card.hidden) { count += 1; }
        if (order === null) { homes[at].appendChild(card); }
      });
      if (order !== null) {
        order.forEach(function (id) {
          cards.forEach(function (card) {
            if (card.dataset.id === id && !card.hidden) { results.appendChild(card); }
          });
        });
        cards.forEach(function (card, at) { if (card.hidden) { homes[at].appendChild(card); } });
      }
      hideEmpty();
      document.getElementById("count").textContent = shown(count, cards.length);
      document.getElementById("nothing").hidden = count > 0;
    }
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.addEventListener("reset", function () { window.setTimeout(apply, 0); });
    form.addEventListener("submit", function (event) { event.preventDefault(); apply(); });
    form.hidden = false;
    apply();
  }

  function list(form) {
    var rows = all("table.evidence tbody tr, li.example");
    var texts = rows.map(function (row) { return search.words(row.textContent).join(" "); });

    function apply() {
      var words = search.words(value("words")), count = 0;
      rows.forEach(function (row, at) {
        var has = words.every(function (word) { return texts[at].indexOf(word) >= 0; });
        row.hidden = !(has &&
          (!value("topic") || row.dataset.topic === value("topic")) &&
          (!value("design") || row.dataset.design === value("design")) &&
          (!value("continent") || row.dataset.continent === value("continent")) &&
          (!value("status") || row.dataset.status === value("status")) &&
          (!value("option") || holds(row.dataset.options, value("option"))) &&
          (!value("drug") || holds(row.dataset.drugs, value("drug")) || holds(row.dataset.drugs, "any")));
        if (!row.hidden) { count += 1; }
        var dot = row.id && document.querySelector('a.dot[href="#' + row.id + '"]');
        if (dot) { dot.style.display = row.hidden ? "none" : ""; }
      });
      hideEmpty();
      document.getElementById("count").textContent = shown(count, rows.length);
    }
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.hidden = false;
    apply();
  }

  document.addEventListener("DOMContentLoaded", function () {
    var find = document.getElementById("find"), filter = document.getElementById("filter");
    if (find) { options(find); }
    if (filter) { list(filter); }
  });
})();
