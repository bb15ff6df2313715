"""The words of New Zealand street addresses, as parts of regular expressions (all case-insensitive)."""

STRONG_TYPES = (
    r"street|str|st|road|rd|avenue|ave?|lane|ln|crescent|cres|crs|drive|drv?|terrace|tce|terr?|boulevard|blvd|bvd"
    r"|parade|pde|highway|hwy|quay|qy|esplanade|esp"
)
WEAK_TYPES = (
    r"place|pl|court|crt?|ct|close|cl|grove|grv?|rise|mews|square|sq|way|walk|wlk|path|row|track|loop|circle|circuit|cct"
    r"|promenade|wharf"
)
"""Street types that usually mean something else in a text without a house number ("Food Court")."""

SOFT_TYPES = rf"lane|ln|terrace|quay|parade|crescent|esplanade|{WEAK_TYPES}"
"""Types that belong to the name when another type follows ("Park Lane Road", "Grove Road")."""

PLURAL_TYPES = r"streets|sts|roads|rds|avenues|aves|lanes|drives|terraces|crescents|places|parades|quays"

SAINTS = (
    r"albans?|andrews?|annes?|arnaud|asaph|aubyn|barnabas|bathans|benedicts?|bernards?|catherines?|clair|davids?|francis"
    r"|georges?|heliers|ives|james|johns?|josephs?|kilda|leonards?|lukes?|margarets?|marks?|martins?|marys?|matthews?"
    r"|michaels?|nicholas|oswald|patricks?|pauls?|peters?|stephens?|thomas|vincents?"
)
"""Names before which "St" means Saint: "St Asaph Street", "St Lukes Road"."""

COMPLETE = r"broadway|the\s+strand|the\s+mall|the\s+parade|the\s+boulevard|cuba\s+mall|ponsonby\s+central"
"""Streets whose name has no type."""

DIRECTION = r"north|nth|south|sth|east|west|extension|extn?|(?:(?:upper|lower|[nsew])\b(?=\W*$))"

NOT_AFTER_DIRECTION = (
    r"shore|auckland|island|dunedin|canterbury|waikato|otago|hamilton|invercargill|tamaki|harbour|melton|brighton|city"
    r"|new\s+brighton|east\s+valley|hutt|taieri|wairarapa|cape|christchurch|wellington|coast"
)
"""Words before which a direction belongs to a town or region ("North Shore"), not to the street before it."""

UNITS = (
    r"shops?|units?|levels?|lvl|floors?|flr|suites?|ste|apt|apartments?|flats?|flt|kiosks?|tenancy|tenancies|stalls?|shp"
    r"|rooms?|rm|(?:pt\s+|part\s+)?lots?|dp|so|sec|allotment"
)
"""Words before the number of a unit, a floor or a lot; that number is never the house number."""

MANY_UNITS = r"shops|units|suites|apartments|flats|kiosks|tenancies|stalls|rooms|lots"

PARTS_OF_A_HOUSE = (
    r"stores?|offices?|buildings?|bldg|blocks?|blk|warehouse|space|site|bay|section|stage|zone|gate|hangar|pavilion|pod"
    r"|shed|pier|berth|booth|studio|villa|cabin|container|stand|trailer|van|truck|cart|carriage|wing|entrance|door|km"
    r"|kilometre"
)
"""Words for parts of a building; after another word they end a building's name ("Smith Building 12 Queen Street")."""

FLOORS = (
    r"ground|grd|gnd|gd|first|second|third|fourth|fifth|sixth|top|upper|lower|mezzanine|basement|\d+(?:st|nd|rd|th)"
)

POST_BOX = (
    r"p\.?\s*[o0]\.?\s*box|p\s*/\s*o\s+box|pob(?=\s*\d)"
    r"|(?:g\.?p\.?o\.?|post(?:\s+office)?|mail)\s*box|private\s+(?:mail\s+)?bag|locked\s+bag"
    r"|(?:pmb|cmb)(?=\s*\d)|dx(?:\s+box)?(?=\s*[a-z]{0,2}\d)|free\s*post|poste\s+restante|counter\s+delivery"
)
POST_BOX_ALONE = r"(?:box|bag|po)(?=\s*\d)"
"""Post box only at the beginning of an address or of a part of it."""

RURAL = r"r\.?\s?d\.?|rural\s+delivery"
"""Words before the number of a rural delivery route."""

BESIDE = (
    r"opposite|opp|next\s+(?:door\s+)?to|near(?:by)?|behind|beside|between|across(?:\s+from)?|adjacent(?:\s+to)?|adj|off"
    r"|past|before|after|from|close\s+to|(?:north|south|east|west|left|right)\s+of|towards?|around\s+the\s+corner"
)
"""Words before a landmark near the restaurant."""

DISTANCE = r"\d+(?:[.,]\d+)?\s*(?:m|metres?|meters?|kms?|kilomet(?:re|er)s?|mins?|minutes?|doors?|blocks)"

NOWHERE = (
    r"n\s*/?\s*a|none|nil|tb[acd]|unknown|on\s?line(?:\s+only)?|mobile|various(?:\s+locations)?|delivery\s+only"
    r"|food\s+truck|home(?:\s+based)?|same|as\s+above|new\s+zealand|aotearoa|nz"
)
"""Placeholders for a missing address."""
