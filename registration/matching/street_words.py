"""The words of New Zealand street addresses, as parts of regular expressions (all matched without case)."""

STRONG_TYPES = (
    r"street|str|st|road|rd|avenue|ave?|lane|ln|crescent|cres|crs|drive|drv?|terrace|tce|terr?|boulevard|blvd|bvd"
    r"|parade|pde|highway|hwy|quay|qy|esplanade|esp"
)
WEAK_TYPES = (
    r"place|pl|court|crt?|ct|close|cl|grove|grv?|rise|mews|square|sq|way|walk|wlk|path|row|track|loop|circle|circuit|cct"
    r"|promenade|wharf"
)
"""Words that are a street's type, but in texts without a house number more often something else ("Food Court")."""

SOFT_TYPES = rf"lane|ln|terrace|quay|parade|crescent|esplanade|{WEAK_TYPES}"
"""Types that are part of the name when another type follows ("Park Lane Road", "Grove Road")."""

PLURAL_TYPES = r"streets|sts|roads|rds|avenues|aves|lanes|drives|terraces|crescents|places|parades|quays"

SAINTS = (
    r"albans?|andrews?|annes?|arnaud|asaph|aubyn|barnabas|bathans|benedicts?|bernards?|catherines?|clair|davids?|francis"
    r"|georges?|heliers|ives|james|johns?|josephs?|kilda|leonards?|lukes?|margarets?|marks?|martins?|marys?|matthews?"
    r"|michaels?|nicholas|oswald|patricks?|pauls?|peters?|stephens?|thomas|vincents?"
)
"""After "St" these make it a saint: "St Asaph Street", "St Lukes Road"."""

COMPLETE = r"broadway|the\s+strand|the\s+mall|the\s+parade|the\s+boulevard|cuba\s+mall|ponsonby\s+central"
"""Streets whose name has no type."""

DIRECTION = r"north|nth|south|sth|east|west|extension|extn?|(?:(?:upper|lower|[nsew])\b(?=\W*$))"

NOT_AFTER_DIRECTION = (
    r"shore|auckland|island|dunedin|canterbury|waikato|otago|hamilton|invercargill|tamaki|harbour|melton|brighton|city"
    r"|new\s+brighton|east\s+valley|hutt|taieri|wairarapa|cape|christchurch|wellington|coast"
)
"""After these words a direction belongs to a place ("North Shore"), not to the street before it."""

UNITS = (
    r"shops?|units?|levels?|lvl|floors?|flr|suites?|ste|apt|apartments?|flats?|kiosks?|tenancy|tenancies|stores?|stalls?"
    r"|offices?|rooms?|rm|buildings?|bldg|blocks?|lots?|dp|warehouse|space|site|bay"
)

FLOORS = (
    r"ground|grd|gnd|gd|first|second|third|fourth|fifth|sixth|top|upper|lower|mezzanine|basement|\d+(?:st|nd|rd|th)"
)

POST_BOX = r"p\.?\s*o\.?\s*box|post\s+office\s+box|private\s+bag|locked\s+bag"
