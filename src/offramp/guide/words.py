"""The words for choices in the catalogue. English here; `_()` shows them in other languages."""

from __future__ import annotations

from offramp.languages import N_

FAMILIES = {
    "discretion": N_("Using discretion"),
    "deflection": N_("Ways out before arrest"),
    "overdose": N_("At an overdose"),
    "services": N_("Making room for services"),
    "market": N_("The drug market"),
    "organisation": N_("How the force works"),
    "fairness": N_("Fairness"),
    "others_lead": N_("Where others lead"),
}
OUTCOMES = {"safety": N_("Safety"), "health": N_("Health"), "confidence": N_("Confidence")}
CERTAINTY = {
    "high": N_("sure"),
    "moderate": N_("fairly sure"),
    "low": N_("not very sure"),
    "very_low": N_("very unsure"),
    "none": N_("not known: nobody has measured it"),
}
DRUGS = {
    "opioids": N_("opioids"),
    "stimulants": N_("stimulants"),
    "cannabis": N_("cannabis"),
    "benzodiazepines": N_("benzodiazepines"),
    "any": N_("all drugs"),
}
ACTORS = {
    "patrol": N_("patrol officers"),
    "investigation": N_("investigators"),
    "custody": N_("custody staff"),
    "command": N_("chiefs and those who write orders"),
    "dispatch": N_("call handlers"),
    "prosecutor": N_("prosecutors"),
    "service": N_("health and social services"),
    "council": N_("councils"),
}
HURDLES = {
    "own_order": N_("police can start it by their own order in most places"),
    "agreement": N_("needs an agreement in most places"),
    "new_law": N_("needs new law in most places"),
}
COSTS = {
    "staff_time": N_("officers' time only"),
    "low": N_("low: under about US$10,000 a year for a middling force"),
    "medium": N_("medium: up to about US$250,000 a year for a middling force"),
    "high": N_("high: more than about US$250,000 a year for a middling force"),
    "not_known": N_("not known"),
}
COSTS_SHORT = {
    "staff_time": N_("staff time"),
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "not_known": N_("not known"),
}
PER = {
    "year": N_("a year"),
    "officer": N_("for each officer a year"),
    "officer_once": N_("for each officer, once"),
    "officer_carrying": N_("a year, for each officer who carries it"),
    "referral": N_("for each referral"),
    "engaged_year": N_("for each person a year"),
    "course": N_("for each course"),
    "visit": N_("for each visit"),
    "kit": N_("for each kit"),
    "client_year": N_("for each person a year"),
}
CONTINENTS = {
    "africa": N_("Africa"),
    "asia": N_("Asia"),
    "europe": N_("Europe"),
    "north_america": N_("North America"),
    "oceania": N_("Oceania"),
    "south_america": N_("South America"),
}
SIZES = {
    "under_50_thousand": N_("under 50,000 people"),
    "50_to_250_thousand": N_("50,000 to 250,000 people"),
    "250_thousand_to_1_million": N_("250,000 to 1 million people"),
    "1_to_5_million": N_("1 to 5 million people"),
    "over_5_million": N_("over 5 million people"),
}
KINDS = {
    "town": N_("town"),
    "city": N_("city"),
    "region": N_("region"),
    "country": N_("country"),
    "many_places": N_("many places"),
}
RUNS = {
    "running": N_("running"),
    "changed": N_("changed"),
    "ended": N_("ended"),
    "reversed": N_("reversed"),
    "not_known": N_("not known"),
}
LEFT_BEHIND = {
    "record": N_("Record"),
    "fee": N_("Fee"),
    "conditions": N_("Conditions"),
    "checks": N_("Checks"),
}
DESIGNS = {
    "randomised": N_("randomised trial"),
    "strong_quasi_experiment": N_("comparison over time with others, strong"),
    "weak_quasi_experiment": N_("comparison with others, weak"),
    "before_after": N_("before and after, nobody to compare"),
    "cohort": N_("people followed over time"),
    "cross_sectional": N_("people asked or counted once"),
    "meta_analysis": N_("many studies pooled"),
    "review": N_("review of studies"),
    "model": N_("model"),
    "survey": N_("survey"),
    "administrative": N_("official counts"),
    "descriptive": N_("description"),
    "costing": N_("costing"),
    "judgement": N_("our judgement"),
}
TOPICS = {
    "diversion": N_("ways out before or after arrest"),
    "enforcement": N_("harms and limits of enforcement"),
    "police_practice": N_("police practice"),
    "confidence": N_("trust and fair treatment"),
    "equity": N_("fairness between groups"),
    "treatment": N_("treatment"),
    "syringes": N_("needle and syringe programmes"),
    "overdose": N_("overdose"),
    "sites": N_("consumption sites and drug checking"),
    "infection": N_("HIV and hepatitis C"),
    "epidemiology": N_("how many, how often"),
    "law": N_("changes of law"),
    "cost": N_("costs"),
    "stimulants": N_("stimulants"),
    "model_results": N_("results of models"),
    "judgement": N_("our judgements"),
}
CHECKED = {
    "full_text": N_("read in full"),
    "abstract": N_("seen in the abstract"),
    "restatement": N_("seen as restated by another source"),
    "arithmetic": N_("worked out from other records"),
    "judgement": N_("our judgement"),
}
UNFINISHED = N_("Parts of this translation are still in English.")
NOT_REVIEWED = N_("This translation has not yet been reviewed by a native speaker.")
LOCAL_RISK = N_(
    "Reading or passing on texts about drugs may be risky where you are. This text gives no advice "
    "on getting or using drugs. Check the law of your country before you keep, send or quote it."
)
RANGE = N_(
    "Range: what the study itself allows for chance, nineteen times in twenty unless it says "
    "otherwise. Where no range stands, the source gives none."
)
