"""What each test asks and what it cannot say, in words; the same wherever a test is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    name: str
    asks: str
    method: str
    limits: str
    value_is: str


TESTS = {
    "search_rates": Told(
        "Searches for each resident",
        "Is one group searched for drugs more often than another, for each resident?",
        "Searches a year for each 1,000 residents; exact ranges of the ratio of two rates.",
        "Residents are not the people on the street where and when police search, and visitors "
        "are searched too. A difference says that the burden differs, not why.",
        "for each 1,000 residents a year",
    ),
    "finds": Told(
        "Finds for each search (outcome test)",
        "When officers search, do they find something as often in each group?",
        "Share of searches with a find; Newcombe's range of the difference, Katz's of the ratio; "
        "within area and year by Mantel and Haenszel.",
        "Fewer finds in a group suggest that it is searched on less suspicion; but groups differ "
        "in how plain the cases are, so that equal shares do not prove equal treatment nor "
        "unequal ones the contrary. What is written down as found may itself differ.",
        "of searches",
    ),
    "threshold": Told(
        "Suspicion needed for a search (threshold test)",
        "Did officers search one group on less suspicion than another?",
        "A model of who carries and what officers see, area by area (Simoiu, Corbett-Davies and "
        "Goel 2017, with the signal of Pierson and others 2018), fitted by marginal likelihood.",
        "It mends the outcome test's weakness with a model of what officers see, and rests on "
        "that model: another form could give another answer. The level is weaker than the order. "
        "It needs a count of the people who could have been searched.",
        "chance of a find at which officers search",
    ),
    "same_find": Told(
        "How it ends, given a find",
        "When something was found, do people of each group face arrest, charge or summons as "
        "often, rather than a warning, resolution, notice, caution or referral, or nothing?",
        "Share of finds that end in arrest, charge or summons; within year, sex and age by Mantel "
        "and Haenszel.",
        "What was found (how much, which drug), earlier offences and admissions are not in the "
        "data and can explain a part. A rule that asks for an admission or a clean record can "
        "itself be the cause.",
        "of finds end in arrest, charge or summons",
    ),
    "veil_of_darkness": Told(
        "Daylight and darkness (veil of darkness)",
        "At the same clock time, is a group a larger part of those searched when it is light and "
        "people can be seen from afar?",
        "Grogger and Ridgeway 2006: logistic regression over clock times that are light on some "
        "days and dark on others; odds ratio of darkness, errors clustered by day. Ethnic groups "
        "are those that officers saw.",
        "Below 1: a smaller part in the dark, which fits searches led by looks. Street lights, "
        "who is out when, and searches on information hide or mimic it. No difference is no proof "
        "of equal treatment.",
        "odds in the dark against daylight",
    ),
}
LEAD = (
    "Five tests, each with its own blind spot. None proves or rules out discrimination: together "
    "they say where to look, and what to explain to those concerned. More searches and fewer finds "
    "of the same group count for more than either alone. q takes account of how many "
    "comparisons were made: of those with q of 0.05 or less, about one in twenty is chance."
)
