/* The policy engine for a phone: the same answers as offramp.policy.decide, from a bundle.
 *
 * A plain script without modules or network:
 *   var policy = OfframpPolicy.open(bundle);           // checks the hash; throws Error
 *   policy.decide(facts, {at: "2026-11-23", lang: "es"})
 * facts: a value for every fact; "amount" may be an amount such as "3.5 g".
 */
(function (root) {
  "use strict";
  var NOT_KNOWN = "not_known";
  var FORMAT = "offramp-policy-1";

  function canonical(value) {
    if (Array.isArray(value)) {
      return "[" + value.map(canonical).join(",") + "]";
    }
    if (value !== null && typeof value === "object") {
      return "{" + Object.keys(value).sort().map(function (key) {
        return JSON.stringify(key) + ":" + canonical(value[key]);
      }).join(",") + "}";
    }
    return JSON.stringify(value);
  }

  function rotate(x, n) {
    return (x >>> n) | (x << (32 - n));
  }

  var PRIMES = (function () {
    var found = [];
    for (var n = 2; found.length < 64; n++) {
      if (found.every(function (p) { return n % p !== 0; })) { found.push(n); }
    }
    return found;
  })();

  function fraction(x) {
    return ((x - Math.floor(x)) * 4294967296) | 0;
  }

  var ROUND = PRIMES.map(function (p) { return fraction(Math.cbrt(p)); });
  var START = PRIMES.slice(0, 8).map(function (p) { return fraction(Math.sqrt(p)); });

  function sha256(text) {
    var bytes = new TextEncoder().encode(text);
    var length = ((bytes.length + 8) >> 6) + 1;
    var block = new Uint8Array(length * 64);
    block.set(bytes);
    block[bytes.length] = 0x80;
    var view = new DataView(block.buffer);
    view.setUint32(block.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(block.length - 4, (bytes.length << 3) >>> 0);
    var state = START.slice();
    var w = new Int32Array(64);
    for (var at = 0; at < block.length; at += 64) {
      var i;
      for (i = 0; i < 16; i++) { w[i] = view.getInt32(at + i * 4); }
      for (i = 16; i < 64; i++) {
        var a0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        var a1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + a0 + w[i - 7] + a1) | 0;
      }
      var s = state.slice();
      for (i = 0; i < 64; i++) {
        var e1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
        var choose = (s[4] & s[5]) ^ (~s[4] & s[6]);
        var t1 = (s[7] + e1 + choose + ROUND[i] + w[i]) | 0;
        var e0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
        var most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        s = [(t1 + e0 + most) | 0, s[0], s[1], s[2], (s[3] + t1) | 0, s[4], s[5], s[6]];
      }
      for (i = 0; i < 8; i++) { state[i] = (state[i] + s[i]) | 0; }
    }
    return state.map(function (word) {
      return (word >>> 0).toString(16).padStart(8, "0");
    }).join("");
  }

  function has(list, value) {
    return list.indexOf(value) >= 0;
  }

  function clash(vocabulary, facts) {
    return vocabulary.impossible.find(function (one) {
      return Object.keys(one.when).every(function (fact) {
        return has(one.when[fact], facts[fact]);
      });
    });
  }

  function againstThreshold(vocabulary, table, facts) {
    var parts = /^([0-9]{1,7})(?:\.([0-9]{1,6}))?\s?([a-z]+)$/.exec(facts.amount);
    var unit = parts && Object.prototype.hasOwnProperty.call(vocabulary.units, parts[3])
      ? vocabulary.units[parts[3]] : null;
    if (!unit) { return facts.amount; }
    if (facts.found === "nothing") {
      throw new Error('amount is "' + facts.amount + '", but nothing was found');
    }
    var threshold = table.thresholds[facts.found];
    if (!threshold) { return NOT_KNOWN; }
    if (threshold.of !== unit.of) {
      throw new Error('amount is "' + facts.amount + '"; the threshold is ' + threshold.shown);
    }
    var size = (BigInt(parts[1]) * 1000000n + BigInt((parts[2] || "").padEnd(6, "0")))
      * BigInt(unit.nano);
    return size <= BigInt(threshold.size) ? "within" : "over";
  }

  function complete(vocabulary, table, given) {
    var facts = {};
    vocabulary.facts.forEach(function (fact) {
      if (!Object.prototype.hasOwnProperty.call(given, fact.id)) {
        throw new Error(fact.id + " is missing; say " + NOT_KNOWN + " if nobody knows");
      }
      facts[fact.id] = given[fact.id];
    });
    Object.keys(given).forEach(function (id) {
      if (!Object.prototype.hasOwnProperty.call(facts, id)) {
        throw new Error(id + " is not a fact");
      }
    });
    facts.amount = againstThreshold(vocabulary, table, facts);
    vocabulary.facts.forEach(function (fact) {
      if (!has(fact.values, facts[fact.id])) {
        throw new Error(fact.id + ' is "' + facts[fact.id] + '"; it must be one of '
          + fact.values.join(", "));
      }
    });
    var wrong = clash(vocabulary, facts);
    if (wrong) { throw new Error("cannot be: " + wrong.because); }
    return facts;
  }

  /* Whether any choice of values is possible. choices: list of [fact, values]. */
  function canBe(vocabulary, choices, position, facts) {
    if (position === choices.length) { return !clash(vocabulary, facts); }
    return choices[position][1].some(function (value) {
      facts[choices[position][0]] = value;
      return canBe(vocabulary, choices, position + 1, facts);
    });
  }

  /* The facts that conditions wait for: [] when they hold, null when they cannot hold. */
  function waitsFor(vocabulary, when, facts) {
    var waits = [];
    for (var fact in when) {
      var values = when[fact];
      if (has(values, facts[fact])) { continue; }
      if (facts[fact] !== NOT_KNOWN || (values.length === 1 && values[0] === NOT_KNOWN)) {
        return null;
      }
      waits.push(fact);
    }
    if (waits.some(function (one) { return has(vocabulary.linked, one); })) {
      var choices = vocabulary.linked.map(function (one) {
        return [one, has(waits, one)
          ? when[one].filter(function (value) { return value !== NOT_KNOWN; })
          : [facts[one]]];
      });
      if (!canBe(vocabulary, choices, 0, {})) { return null; }
    }
    return waits;
  }

  function said(texts, table, lang) {
    var order = [lang].concat(table.languages);
    for (var i = 0; i < order.length; i++) {
      if (Object.prototype.hasOwnProperty.call(texts, order[i])) { return texts[order[i]]; }
    }
    return "";
  }

  function spoken(row) {
    return { rule: row.id, clause: row.clause };
  }

  function optionsOf(table, match, lang) {
    var found = [];
    match.forEach(function (row) {
      row.offers.forEach(function (offer) {
        var known = found.find(function (one) { return one.id === offer.id; });
        if (known) {
          known.also.push(spoken(row));
          return;
        }
        found.push({
          id: offer.id, name: said(offer.names, table, lang) || offer.names.en, rule: row.id, clause: row.clause,
          reason: said(row.reason, table, lang), say: said(row.say, table, lang),
          record: said(row.record, table, lang),
          name_goes_to: said(row.name_goes_to, table, lang),
          terms: said(offer.terms, table, lang), also: []
        });
      });
    });
    return found;
  }

  function asksOf(vocabulary, match, open, lang) {
    var permitted = [];
    match.forEach(function (row) {
      row.offers.forEach(function (offer) { permitted.push(offer.id); });
    });
    var known = vocabulary.words[lang] || vocabulary.words.en;
    var asks = [];
    vocabulary.facts.forEach(function (fact) {
      var rows = open.filter(function (one) { return has(one.waits, fact.id); });
      if (!rows.length) { return; }
      var could = [];
      rows.forEach(function (one) {
        one.row.offers.forEach(function (offer) {
          if (!has(could, offer.id) && !has(permitted, offer.id)) { could.push(offer.id); }
        });
      });
      asks.push({
        fact: fact.id, question: known[fact.id].question, how: known[fact.id].ask,
        options: could, rules: rows.map(function (one) { return spoken(one.row); })
      });
    });
    return asks;
  }

  function inForce(versions, at) {
    var found = versions.find(function (one) {
      return one.effective_from <= at && (one.effective_to === null || at <= one.effective_to);
    });
    if (!found) { throw new Error("no version is in force on " + at); }
    return found;
  }

  function today() {
    var now = new Date();
    return now.getFullYear() + "-" + String(now.getMonth() + 1).padStart(2, "0") + "-"
      + String(now.getDate()).padStart(2, "0");
  }

  function decideIn(vocabulary, table, given, lang) {
    var facts = complete(vocabulary, table, given);
    var match = [];
    var open = [];
    table.rows.forEach(function (row) {
      var waits = waitsFor(vocabulary, row.when, facts);
      if (waits === null) { return; }
      if (waits.length) { open.push({ row: row, waits: waits }); } else { match.push(row); }
    });
    return {
      policy: {
        agency: table.agency, version: table.version,
        in_force: { from: table.effective_from, to: table.effective_to }, language: lang
      },
      options: optionsOf(table, match, lang),
      limits: match.filter(function (row) { return Object.keys(row.limit).length; })
        .map(function (row) {
          return { rule: row.id, clause: row.clause, text: said(row.limit, table, lang) };
        }),
      ask: asksOf(vocabulary, match, open, lang)
    };
  }

  function open(bundle) {
    if (!bundle || !bundle.content || bundle.content.format !== FORMAT) {
      throw new Error("this is not a policy bundle of this version");
    }
    if (sha256(canonical(bundle.content)) !== bundle.hash) {
      throw new Error("the hash of the policy is wrong: get the bundle again");
    }
    var content = bundle.content;
    return {
      hash: bundle.hash,
      decide: function (facts, how) {
        var table = inForce(content.versions, (how && how.at) || today());
        return decideIn(content.vocabulary, table, facts,
          (how && how.lang) || table.languages[0]);
      }
    };
  }

  root.OfframpPolicy = { open: open, sha256: sha256, canonical: canonical };
})(typeof globalThis === "object" ? globalThis : this);
