"""The people of the fictional organisation: sixty, in three roles; the cast of `profiles/demo-cycle.yaml` among them."""

import csv
import io
from dataclasses import dataclass

SUPERVISOR = "plant-shift-supervisor"
SALES = "b2b-account-executive"
ENGINEER = "product-software-engineer"
ORGANISATION = "Quellwerk Fittings (fictional)"


@dataclass(frozen=True, slots=True)
class Someone:
    """One invented person."""

    id: str
    name: str
    role_profile: str
    job_title: str
    unit: str
    locale: str
    manager: str = ""
    is_hr: bool = False
    is_coach: bool = False


LEADERS = (
    Someone("M01", "Oskar Tellbrink", "", "Production manager", "Plant North", "de"),
    Someone("M02", "Livia Brancatone", "", "Head of sales", "Sales", "en"),
    Someone("M03", "Edvin Strandhall", "", "Head of engineering", "Engineering", "en"),
    Someone("H01", "Petra Lowickson", "", "HR admin", "People", "en", is_hr=True),
    Someone("K01", "Samir Haddounel", "", "Coach", "People", "ar", is_coach=True),
)
# Id, name, language; the first six are the cast of the demo cycle.
SUPERVISORS = (
    ("E01", "Nuria Valdekamp", "es"),
    ("T01", "Imani Rowcliffe-Sand", "en"),
    ("p1", "Jonas Weidlichs", "de"),
    ("p2", "Ana Corvalmar", "es"),
    ("p3", "Deven Marshwell", "en"),
    ("p4", "Layla Qasrani", "ar"),
    ("S07", "Marit Oldengrove", "en"),
    ("S08", "Pavel Krasnohor", "en"),
    ("S09", "Inés Torrealmar", "es"),
    ("S10", "Gerrit Fahlenkamp", "de"),
    ("S11", "Hadiya Noorwell", "ar"),
    ("S12", "Theo Brackmoor", "en"),
    ("S13", "Rike Sonnhalter", "de"),
    ("S14", "Bruno Castelvera", "es"),
)
# Id, name, language, manager.
OPERATORS = (
    ("r1", "Tomi Aaltovar", "en", "E01"),
    ("r2", "Rosa Quillamar", "es", "E01"),
    ("r3", "Bea Steinmoor", "de", "E01"),
    ("O04", "Wim Delfhaven", "en", "T01"),
    ("O05", "Salma Idrisane", "ar", "T01"),
    ("O06", "Cato Lindqvarn", "en", "T01"),
    ("O07", "Enno Pfahlberg", "de", "S07"),
    ("O08", "Lucía Peñarroyo", "es", "S07"),
    ("O09", "Gwen Tarrowby", "en", "S07"),
    ("O10", "Yusuf Belkacemi", "ar", "S08"),
    ("O11", "Anke Rodenfels", "de", "S08"),
    ("O12", "Milo Fernhurst", "en", "S08"),
    ("O13", "Dora Vlasenka", "en", "S09"),
    ("O14", "Iker Montelargo", "es", "S09"),
    ("O15", "Ruth Kessendorf", "de", "S09"),
    ("O16", "Omar Zitounel", "ar", "S10"),
    ("O17", "Finn Osterwold", "de", "S10"),
    ("O18", "Carla Rioseco-Blau", "es", "S10"),
    ("O19", "Ivy Stannerholt", "en", "S11"),
    ("O20", "Nadia Gharbawi", "ar", "S11"),
    ("O21", "Jost Hagedornik", "de", "S11"),
)
SALES_PEOPLE = (
    ("A01", "Clara Winterbourne-Oke", "en"),
    ("A02", "Mats Hjortendal", "en"),
    ("A03", "Pilar Aguasclaras", "es"),
    ("A04", "Henning Dornwald", "de"),
    ("A05", "Rana Khalilane", "ar"),
    ("A06", "Tess Ballycombe", "en"),
    ("A07", "Joaquín Pradoverde", "es"),
    ("A08", "Sanne Westerkogel", "en"),
    ("A09", "Uli Brennsteiner", "de"),
    ("A10", "Faris Almandoub", "ar"),
)
ENGINEERS = (
    ("D01", "Noor Vandersteeg", "en"),
    ("D02", "Kofi Amberdale", "en"),
    ("D03", "Lene Askelund", "en"),
    ("D04", "Matteo Rivalunga", "en"),
    ("D05", "Hanna Grubenwald", "de"),
    ("D06", "Sofía Llanoverde", "es"),
    ("D07", "Arun Thistlewood", "en"),
    ("D08", "Dalia Mansourel", "ar"),
    ("D09", "Piet Zandvoorder", "en"),
    ("D10", "Greta Kolmsdorf", "de"),
)


def everybody() -> tuple[Someone, ...]:
    """List the sixty people."""
    return (
        *LEADERS,
        *(
            Someone(i, n, SUPERVISOR, "Shift supervisor", "Plant North", lang, "M01")
            for i, n, lang in SUPERVISORS
        ),
        *(Someone(i, n, "", "Operator", "Plant North", lang, boss) for i, n, lang, boss in OPERATORS),
        *(Someone(i, n, SALES, "Account executive", "Sales", lang, "M02") for i, n, lang in SALES_PEOPLE),
        *(
            Someone(i, n, ENGINEER, "Software engineer", "Engineering", lang, "M03")
            for i, n, lang in ENGINEERS
        ),
    )


def people_csv(columns: tuple[str, ...]) -> bytes:
    """Write the people file that the demo imports like a customer's, in the importer's own columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for one in everybody():
        values = {
            "external_id": one.id,
            "name": one.name,
            "mail": f"{one.id.lower()}@quellwerk.example",
            "locale": one.locale,
            "time_zone": "Europe/Berlin",
            "role_profile": one.role_profile,
            "job_title": one.job_title,
            "unit": one.unit,
            "manager": one.manager,
            "hr": "yes" if one.is_hr else "",
            "coach": "yes" if one.is_coach else "",
        }
        writer.writerow([values.get(column, "") for column in columns])
    return text.getvalue().encode()
