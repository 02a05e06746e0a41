"""Words that make a line hard to see or hard to answer, by language.

Stems end in `*`. The lists are short on purpose: a hint that is often wrong is soon not read. Languages without a
list are checked for length only.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LintWords:
    """The words of one language; `joins` do not count before a negative: *and not* sharpens one thing."""

    traits: tuple[str, ...]
    vague: tuple[str, ...]
    joins: tuple[str, ...]
    pronouns: tuple[str, ...]
    negatives: tuple[str, ...]
    unseen: tuple[str, ...]  # starts that nobody can see: knows, wants, should


WORDS: Mapping[str, LintWords] = {
    "en": LintWords(
        traits=(
            *("proactive", "motivated", "reliable", "trustworthy", "passionate", "committed to", "dedicated"),
            *("flexible", "resilient", "charismatic", "empathetic", "confident", "ambitious", "professional"),
            *("team player", "positive attitude", "leadership skills", "strong communicator", "self-starter"),
            *("creative", "loyal", "integrity", "mature", "hard-working", "hardworking", "detail-oriented"),
        ),
        vague=(
            *("effectively", "efficiently", "appropriately", "adequately", "properly", "successfully"),
            *("regularly", "as needed", "when necessary", "etc", "and so on", "as appropriate", "optimally"),
        ),
        joins=("and", "or", "as well as", "and/or"),
        pronouns=("he", "she", "his", "her", "hers", "him", "himself", "herself", "you", "your", "my", "i"),
        negatives=(
            "not",
            "no",
            "never",
            "nobody",
            "nothing",
            "none",
            "without",
            "un*able",
            "cannot",
            "avoid*",
            "fail*",
            "lack*",
            "refus*",
        ),
        unseen=(
            "has",
            "have",
            "knows",
            "understands",
            "wants",
            "believes",
            "feels",
            "thinks",
            "can",
            "should",
            "must",
            "will",
            "likes",
            "values",
            "cares",
        ),
    ),
    "es": LintWords(
        traits=(
            "proactiv*",
            "motivad*",
            "fiable",
            "confiable",
            "apasionad*",
            "comprometid*",
            "flexible",
            "carismátic*",
            "empátic*",
            "profesional",
            "creativ*",
            "leal",
            "ambicios*",
            "actitud positiva",
        ),
        vague=(
            "eficazmente",
            "eficientemente",
            "adecuadamente",
            "correctamente",
            "apropiadamente",
            "regularmente",
            "cuando sea necesario",
            "etc",
            "óptimamente",
        ),
        joins=("y", "e", "o", "u", "así como", "y/o"),
        pronouns=("él", "ella", "ellos", "ellas", "usted", "tú", "tu", "tus", "yo", "mi", "mis"),
        negatives=("no", "nunca", "nadie", "nada", "ningun*", "ningún", "sin", "jamás", "evit*"),
        unseen=("tiene", "sabe", "entiende", "quiere", "cree", "siente", "piensa", "puede", "debe", "valora"),
    ),
    "de": LintWords(
        traits=(
            "proaktiv*",
            "motiviert*",
            "zuverlässig*",
            "engagiert*",
            "leidenschaftlich*",
            "flexibel",
            "flexible*",
            "belastbar*",
            "charismatisch*",
            "empathisch*",
            "professionell*",
            "kreativ*",
            "loyal*",
            "teamfähig*",
            "ehrgeizig*",
        ),
        vague=(
            "effektiv",
            "effizient",
            "angemessen",
            "ordnungsgemäß",
            "erfolgreich",
            "regelmäßig",
            "bei bedarf",
            "usw",
            "etc",
            "optimal",
        ),
        joins=("und", "oder", "sowie", "und/oder"),
        pronouns=(
            "er",
            "ihm",
            "ihr",
            "ihre",
            "ihren",
            "ihrem",
            "sein",
            "seine",
            "seinen",
            "seinem",
            "du",
            "dein",
            "deine",
            "ich",
            "mein",
            "meine",
        ),
        negatives=("nicht", "nie", "niemals", "niemand", "nichts", "kein*", "ohne", "vermeid*"),
        unseen=(
            "hat",
            "weiß",
            "versteht",
            "will",
            "glaubt",
            "fühlt",
            "denkt",
            "kann",
            "soll",
            "muss",
            "mag",
            "schätzt",
        ),
    ),
    "ar": LintWords(
        traits=("مبادر", "متحمس", "موثوق", "ملتزم", "مرن", "مبدع", "محترف", "طموح", "مخلص", "واثق"),
        vague=(
            "بفعالية",
            "بكفاءة",
            "بشكل مناسب",
            "بشكل صحيح",
            "بانتظام",
            "عند اللزوم",
            "إلخ",
            "على نحو ملائم",
        ),
        joins=("أو", "أم", "بالإضافة إلى"),
        pronouns=("هو", "هي", "أنت", "أنتِ", "أنا", "هم"),
        negatives=("لا", "لم", "لن", "ليس", "ليست", "دون", "بدون", "غير", "عدم"),
        unseen=(
            "يكون",
            "تكون",
            "لديه",
            "لديها",
            "يعرف",
            "تعرف",
            "يفهم",
            "تفهم",
            "يريد",
            "تريد",
            "يعتقد",
            "تعتقد",
        ),
    ),
}
