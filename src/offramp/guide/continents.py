"""The continent of a country, for saying which agencies are near."""

from __future__ import annotations

_COUNTRIES = {
    "africa": (
        "DZ AO BJ BW BF BI CV CM CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG "
        "MW ML MR MU MA MZ NA NE NG RW ST SN SC SL SO ZA SS SD TZ TG TN UG ZM ZW EH RE YT SH"
    ),
    "asia": (
        "AF BH BD BT BN KH CN HK IN ID IR IQ IL JP JO KZ KW KG LA LB MO MY MV MN MM NP KP "
        "OM PK PS PH QA SA SG KR LK SY TW TJ TH TL TR TM AE UZ VN YE"
    ),
    "europe": (
        "AL AD AM AZ GE AT BY BE BA BG HR CY CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE XK LV "
        "LI LT LU MT MD MC ME NL MK NO PL PT RO RU SM RS SK SI ES SE CH UA GB VA"
    ),
    "north_america": (
        "AG BS BB BZ CA CR CU DM DO SV GD GT HT HN JM MX NI PA KN LC VC TT US GL BM PR VI KY TC AW "
        "CW SX BQ AI MS VG GP MQ"
    ),
    "oceania": "AU FJ KI MH FM NR NZ PW PG WS SB TO TV VU NC PF GU AS MP CK NU",
    "south_america": "AR BO BR CL CO EC GY PY PE SR UY VE GF FK",
}
_CONTINENT = {code: name for name, codes in _COUNTRIES.items() for code in codes.split()}


def continent_of(country: str) -> str | None:
    """`south_america` for `BR`; None for a code that is not known."""
    return _CONTINENT.get(country.upper())
