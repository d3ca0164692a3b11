// The search of the guide, the same as guide/search.py to the last place of the order: a test
// holds the two against each other. `index` is made by Index.as_data().
(function (root) {
  "use strict";
  var SHORTEST = 3, FULL = 100, ALIKE = 80, BEGINNING = 60, ONE_OFF = 70, TWO_OFF = 45;
  var PHRASE = 2500, PART_OF_PHRASE = 1500;

  function fold(text) {
    return text.toLowerCase().normalize("NFD").replace(/и\u0306/g, "й")
      .replace(/[\u0300-\u036f]/g, "");
  }

  function words(text) {
    return fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  }

  function stem(word, endings) {
    for (var i = 0; i < endings.length; i++) {
      var left = word.length - endings[i].length;
      if (left >= SHORTEST && word.endsWith(endings[i])) { word = word.slice(0, left); break; }
    }
    if (word.length > SHORTEST && word[word.length - 1] === word[word.length - 2]) {
      word = word.slice(0, -1);
    }
    return word;
  }

  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    var older, before = [], row = [];
    for (var k = 0; k <= b.length; k++) { row.push(k); }
    for (var i = 1; i <= a.length; i++) {
      older = before; before = row; row = [i];
      var least = i;
      for (var j = 1; j <= b.length; j++) {
        var cost = Math.min(before[j] + 1, row[j - 1] + 1,
          before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          cost = Math.min(cost, older[j - 2] + 1);
        }
        row.push(cost);
        if (cost < least) { least = cost; }
      }
      if (least > most) { return most + 1; }
    }
    return row[row.length - 1];
  }

  function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }

  function readAs(index, word, one) {
    var found = (has(index.same, one) ? index.same[one] : []).map(function (other) {
      return [other, ALIKE];
    });
    if (has(index.weights, one)) { return [[one, FULL]].concat(found); }
    if (found.length || index.not_a_typo.indexOf(word) >= 0) { return found; }
    var allowed = one.length < 4 ? 0 : one.length < 8 ? 1 : 2;
    if (!allowed || /^\p{Nd}+$/u.test(one)) { return found; }
    var near = [];
    Object.keys(index.weights).forEach(function (known) {
      if (known[0] !== one[0]) { return; }
      if (known.startsWith(one)) { near.push([known, BEGINNING]); return; }
      var far = distance(one, known, allowed);
      if (far <= allowed) { near.push([known, far === 1 ? ONE_OFF : TWO_OFF]); }
    });
    return near;
  }

  function rank(index, query) {
    var asked = words(query);
    var meant = asked.filter(function (word) { return index.stop.indexOf(word) < 0; });
    if (!meant.length) { meant = asked; }
    var scores = new Map(), understood = new Set(), stems = [];
    new Set(meant).forEach(function (word) {
      var one = stem(word, index.endings), best = new Map();
      stems.push(one);
      readAs(index, word, one).forEach(function (read) {
        understood.add(read[0]);
        (has(index.weights, read[0]) ? index.weights[read[0]] : []).forEach(function (held) {
          var weight = Math.floor(held[1] * read[1] / 100);
          best.set(held[0], Math.max(best.get(held[0]) || 0, weight));
        });
      });
      best.forEach(function (weight, position) {
        scores.set(position, (scores.get(position) || 0) + weight);
      });
    });
    index.phrases.forEach(function (entry) {
      var position = entry[0], phrase = entry[1], more = 0;
      if (phrase.every(function (one) { return understood.has(one); })) {
        more = PHRASE * phrase.length;
      } else if (stems.length && stems.every(function (one) { return phrase.indexOf(one) >= 0; })) {
        more = PART_OF_PHRASE * stems.length;
      }
      if (more) { scores.set(position, (scores.get(position) || 0) + more); }
    });
    return Array.from(scores.keys()).filter(function (position) { return scores.get(position) > 0; })
      .sort(function (a, b) {
        return scores.get(b) - scores.get(a) || (index.ids[a] < index.ids[b] ? -1 : 1);
      }).map(function (position) { return index.ids[position]; });
  }

  var search = { rank: rank, stem: stem, words: words, distance: distance };
  if (typeof module !== "undefined" && module.exports) { module.exports = search; }
  else { root.offrampSearch = search; }
})(typeof window !== "undefined" ? window : this);
