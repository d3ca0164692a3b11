// Reads a bundle and encounters (one a line, a digit a fact) and prints what the twin says.
"use strict";
const fs = require("fs");
const vm = require("vm");
const [twin, bundlePath, encountersPath, how, at] = process.argv.slice(2);
vm.runInThisContext(fs.readFileSync(twin, "utf8"));
const bundle = JSON.parse(fs.readFileSync(bundlePath, "utf8"));
const policy = OfframpPolicy.open(bundle);
const facts = bundle.content.vocabulary.facts;
const out = [];
for (const line of fs.readFileSync(encountersPath, "utf8").split("\n")) {
  if (!line) continue;
  let given = {};
  let lang = "en";
  if (line[0] === "{") {
    ({ facts: given, lang } = JSON.parse(line));
  } else {
    facts.forEach((fact, i) => { given[fact.id] = fact.values[Number(line[i])]; });
  }
  let answer;
  try {
    answer = policy.decide(given, { at: at, lang: lang });
  } catch (error) {
    out.push("error");
    continue;
  }
  if (how === "full") {
    out.push(JSON.stringify(answer));
  } else {
    out.push([
      answer.options.map((o) => o.id + ":" + o.rule + o.also.map((a) => "+" + a.rule).join("")),
      answer.limits.map((l) => l.rule),
      answer.ask.map((a) => a.fact + ":" + a.rules.map((r) => r.rule).join("+")
        + ">" + a.options.join("+")),
    ].map((part) => part.join(",")).join("|"));
  }
}
process.stdout.write(out.join("\n") + "\n");
