"""The words that only the workbooks of a clarity round use, in every language."""

from collections.abc import Mapping

from exports.words import ClarityWords, SheetText
from exports.words import ColumnText as Col

ENGLISH = ClarityWords(
    pair_title="{employee} and {manager}",
    summary="In one sentence",
    no_rating="This is no rating. It shows where both mean the same, and where not yet.",
    talk=SheetText(
        "Talk", "What to talk about, in this order, with a sentence to begin.", "Nothing to clear up."
    ),
    lines=SheetText("Lines", "Every line with both views side by side.", "No answers were kept."),
    classes=SheetText(
        "What to clear up",
        "Lines per kind of gap, for groups of enough pairs.",
        "Too few pairs opened their views.",
    ),
    pulse=SheetText(
        "Role pulse", "How clear people find their role, for groups of enough people.", "Too few people."
    ),
    columns={
        "part": Col("Part of the talk", "The strength first, then three lines for now; the rest is parked."),
        "gap": Col("Kind", "What stands between the two views of this line."),
        "also": Col("Also", "Other kinds that fit as well."),
        "opener": Col("To begin with", "A sentence the manager can begin with."),
        "weight": Col(
            "Weight", "Matters most: in a top three, or part of an accomplishment of the highest weight."
        ),
        "expected": Col(
            "{name}: part of the role", "Whether this is expected in the role, in the view of {name}."
        ),
        "clear": Col(
            "{name}: clear to the employee", "How clear this is to the employee, in the view of {name}."
        ),
        "evidence": Col("{name}: clear when it is met", "Whether {name} can tell when this is met."),
        "level": Col(
            "{name}: the work today", "How close the work is to the description, in the view of {name}."
        ),
        "top3": Col("{name}: in the top three", "Whether {name} picked this as one of three."),
        "support": Col("{name}: has what is needed", "Whether {name} has what this takes."),
        "last_told": Col("{name}: last spoken about", "When {name} last spoke about this."),
        "barriers": Col("In the way", "What {name} lacks."),
        "teach_back": Col("Proof in words", "How both would see that this is great, in the words of {name}."),
        "comment": Col("Clearer with", "What would make this clearer, in the words of {name}."),
        "own_way": Col("Own way", "Another way to the same result, in the words of {name}."),
        "units": Col("Units", "The unit, or several that are only shown together."),
        "pairs": Col("Pairs", "Pairs whose two views are open."),
        "class": Col("{gap}", "Lines of this kind over all pairs of the row."),
        "statement": Col("Statement", "What people were asked about their role."),
        "people": Col("People", "People who answered."),
        "mean": Col("Mean", "Mean from 1, not at all, to 5, fully; a range at an end of the scale."),
    },
    parts={
        "strength": "Strength, first",
        "now": "Now",
        "parked": "Parked",
        "shared": "Already shared",
        "left_out": "Not part of the role",
        "waiting": "Not compared",
    },
    weights={"high": "Matters most", "normal": "Normal"},
    hr_numbers=(
        "Counts and means stand for groups of {k_hr} people or more. Units that are too small are shown together.",
        "Nobody is in two rows of a sheet, and there is no total: no difference tells of a single person.",
        "What a person or a manager answered is never in this workbook.",
    ),
    opened="Sheets counted",
    shown_how="With the name to the other of the two; to HR only as counts",
    no_unit="No unit",
)

SPANISH = ClarityWords(
    pair_title="{employee} y {manager}",
    summary="En una frase",
    no_rating="Esto no es una evaluación. Muestra dónde ambas partes entienden lo mismo y dónde todavía no.",
    talk=SheetText(
        "Conversación", "De qué hablar, en este orden, con una frase para empezar.", "Nada que aclarar."
    ),
    lines=SheetText("Líneas", "Cada línea con ambas visiones lado a lado.", "No se guardaron respuestas."),
    classes=SheetText(
        "Por aclarar",
        "Líneas por tipo de diferencia, para grupos con suficientes parejas.",
        "Muy pocas parejas abrieron sus visiones.",
    ),
    pulse=SheetText(
        "Pulso del puesto",
        "Cuán claro ve la gente su puesto, para grupos con suficientes personas.",
        "Muy pocas personas.",
    ),
    columns={
        "part": Col(
            "Parte de la conversación",
            "Primero la fortaleza, luego tres líneas; el resto queda para otro día.",
        ),
        "gap": Col("Tipo", "Qué hay entre las dos visiones de esta línea."),
        "also": Col("También", "Otros tipos que encajan."),
        "opener": Col("Para empezar", "Una frase con la que puede empezar la persona responsable."),
        "weight": Col("Peso", "Lo más importante: entre las tres, o parte de un logro del mayor peso."),
        "expected": Col("{name}: parte del puesto", "Si esto se espera en el puesto, según {name}."),
        "clear": Col(
            "{name}: claro para la persona", "Cuán claro está esto para la persona empleada, según {name}."
        ),
        "evidence": Col("{name}: claro cuándo se cumple", "Si {name} sabe cuándo se cumple."),
        "level": Col("{name}: el trabajo hoy", "Cuánto se parece el trabajo a la descripción, según {name}."),
        "top3": Col("{name}: entre las tres", "Si {name} lo eligió entre las tres."),
        "support": Col("{name}: tiene lo necesario", "Si {name} tiene lo que hace falta."),
        "last_told": Col("{name}: última conversación", "Cuándo habló {name} de esto por última vez."),
        "barriers": Col("Lo que lo impide", "Qué le falta a {name}."),
        "teach_back": Col(
            "Prueba en palabras", "En qué verían ambos que es excelente, con palabras de {name}."
        ),
        "comment": Col("Más claro con", "Qué lo haría más claro, con palabras de {name}."),
        "own_way": Col("A su manera", "Otra forma con el mismo resultado, con palabras de {name}."),
        "units": Col("Unidades", "La unidad, o varias que solo se muestran juntas."),
        "pairs": Col("Parejas", "Parejas con ambas visiones abiertas."),
        "class": Col("{gap}", "Líneas de este tipo en todas las parejas de la fila."),
        "statement": Col("Afirmación", "Qué se preguntó a la gente sobre su puesto."),
        "people": Col("Personas", "Personas que respondieron."),
        "mean": Col("Media", "Media de 1, nada, a 5, del todo; un intervalo en un extremo de la escala."),
    },
    parts={
        "strength": "Fortaleza, primero",
        "now": "Ahora",
        "parked": "Para otro día",
        "shared": "Ya compartido",
        "left_out": "No es parte del puesto",
        "waiting": "Sin comparar",
    },
    weights={"high": "Lo más importante", "normal": "Normal"},
    hr_numbers=(
        "Los recuentos y las medias son de grupos de {k_hr} personas o más. Las unidades pequeñas se muestran juntas.",
        "Nadie está en dos filas de una hoja y no hay total: ninguna diferencia habla de una sola persona.",
        "Lo que respondió una persona o su responsable nunca está en este libro.",
    ),
    opened="Hojas contadas",
    shown_how="Con el nombre a la otra parte; a RR. HH. solo como recuentos",
    no_unit="Sin unidad",
)

GERMAN = ClarityWords(
    pair_title="{employee} und {manager}",
    summary="In einem Satz",
    no_rating="Das ist keine Bewertung. Es zeigt, wo beide dasselbe meinen und wo noch nicht.",
    talk=SheetText(
        "Gespräch",
        "Worüber zu sprechen ist, in dieser Reihenfolge, mit einem Satz zum Anfang.",
        "Nichts zu klären.",
    ),
    lines=SheetText(
        "Zeilen", "Jede Zeile mit beiden Sichten nebeneinander.", "Es wurden keine Antworten behalten."
    ),
    classes=SheetText(
        "Zu klären",
        "Zeilen je Art der Lücke, für Gruppen mit genügend Paaren.",
        "Zu wenige Paare haben ihre Sichten geöffnet.",
    ),
    pulse=SheetText(
        "Rollenpuls",
        "Wie klar Menschen ihre Rolle finden, für Gruppen mit genügend Personen.",
        "Zu wenige Personen.",
    ),
    columns={
        "part": Col(
            "Teil des Gesprächs", "Zuerst die Stärke, dann drei Zeilen; der Rest ist zurückgestellt."
        ),
        "gap": Col("Art", "Was zwischen den beiden Sichten dieser Zeile liegt."),
        "also": Col("Auch", "Weitere Arten, die passen."),
        "opener": Col("Zum Anfang", "Ein Satz, mit dem die Führungskraft beginnen kann."),
        "weight": Col(
            "Gewicht",
            "Zählt am meisten: unter den drei gewählten, oder Teil eines Ergebnisses mit höchstem Gewicht.",
        ),
        "expected": Col("{name}: Teil der Rolle", "Ob das in der Rolle erwartet wird, aus Sicht von {name}."),
        "clear": Col("{name}: klar für die Person", "Wie klar das der Person ist, aus Sicht von {name}."),
        "evidence": Col("{name}: klar, wann erfüllt", "Ob {name} erkennt, wann das erfüllt ist."),
        "level": Col(
            "{name}: die Arbeit heute", "Wie nah die Arbeit der Beschreibung ist, aus Sicht von {name}."
        ),
        "top3": Col("{name}: unter den drei", "Ob {name} das unter die drei gewählt hat."),
        "support": Col("{name}: hat, was nötig ist", "Ob {name} hat, was es dafür braucht."),
        "last_told": Col("{name}: zuletzt besprochen", "Wann {name} zuletzt darüber gesprochen hat."),
        "barriers": Col("Im Weg", "Was {name} fehlt."),
        "teach_back": Col(
            "Beleg in Worten", "Woran beide sehen, dass es herausragend ist, in Worten von {name}."
        ),
        "comment": Col("Klarer mit", "Was das klarer machen würde, in Worten von {name}."),
        "own_way": Col("Eigener Weg", "Ein anderer Weg zum selben Ergebnis, in Worten von {name}."),
        "units": Col("Einheiten", "Die Einheit, oder mehrere, die nur zusammen gezeigt werden."),
        "pairs": Col("Paare", "Paare, deren beide Sichten offen sind."),
        "class": Col("{gap}", "Zeilen dieser Art über alle Paare der Reihe."),
        "statement": Col("Aussage", "Was zur eigenen Rolle gefragt wurde."),
        "people": Col("Personen", "Personen, die geantwortet haben."),
        "mean": Col(
            "Mittel", "Mittel von 1, gar nicht, bis 5, voll und ganz; am Ende der Skala ein Bereich."
        ),
    },
    parts={
        "strength": "Stärke, zuerst",
        "now": "Jetzt",
        "parked": "Zurückgestellt",
        "shared": "Schon gemeinsam",
        "left_out": "Nicht Teil der Rolle",
        "waiting": "Nicht verglichen",
    },
    weights={"high": "Zählt am meisten", "normal": "Normal"},
    hr_numbers=(
        "Zahlen stehen für Gruppen von {k_hr} Personen oder mehr. Zu kleine Einheiten werden zusammen gezeigt.",
        "Niemand steht in zwei Reihen eines Blatts, und es gibt keine Summe: Keine Differenz verrät eine Person.",
        "Was eine Person oder Führungskraft geantwortet hat, steht nie in dieser Mappe.",
    ),
    opened="Gezählte Bögen",
    shown_how="Mit Namen für die andere Seite; für HR nur als Anzahl",
    no_unit="Ohne Einheit",
)

ARABIC = ClarityWords(
    pair_title="{employee} و{manager}",
    summary="في جملة واحدة",
    no_rating="هذا ليس تقييماً. إنه يبيّن أين يقصد الطرفان الشيء نفسه وأين ليس بعد.",
    talk=SheetText("المحادثة", "ما يُتحدث عنه بهذا الترتيب، مع جملة للبدء.", "لا شيء للتوضيح."),
    lines=SheetText("السطور", "كل سطر مع النظرتين جنباً إلى جنب.", "لم تُحفظ إجابات."),
    classes=SheetText(
        "للتوضيح", "عدد السطور لكل نوع، للمجموعات ذات العدد الكافي.", "فتح عدد قليل جداً نظرتيهما."
    ),
    pulse=SheetText(
        "نبض الدور", "مدى وضوح الدور لدى الناس، للمجموعات ذات العدد الكافي.", "عدد الأشخاص قليل جداً."
    ),
    columns={
        "part": Col("جزء المحادثة", "نقطة القوة أولاً، ثم ثلاثة سطور؛ والباقي مؤجَّل."),
        "gap": Col("النوع", "ما يفصل بين النظرتين في هذا السطر."),
        "also": Col("أيضاً", "أنواع أخرى تنطبق."),
        "opener": Col("للبدء", "جملة يمكن للمدير أن يبدأ بها."),
        "weight": Col("الوزن", "الأهم: ضمن الثلاثة المختارة أو جزء من إنجاز بأعلى وزن."),
        "expected": Col("{name}: جزء من الدور", "هل هذا متوقع في الدور من وجهة نظر {name}."),
        "clear": Col("{name}: واضح للشخص", "مدى وضوح هذا للشخص من وجهة نظر {name}."),
        "evidence": Col("{name}: واضح متى يتحقق", "هل يعرف {name} متى يتحقق هذا."),
        "level": Col("{name}: العمل اليوم", "مدى قرب العمل من الوصف من وجهة نظر {name}."),
        "top3": Col("{name}: ضمن الثلاثة", "هل اختار {name} هذا ضمن الثلاثة."),
        "support": Col("{name}: ما يلزم متوفر", "هل لدى {name} ما يلزم لذلك."),
        "last_told": Col("{name}: آخر حديث عنه", "متى تحدث {name} عن هذا آخر مرة."),
        "barriers": Col("ما يعيق", "ما ينقص {name}."),
        "teach_back": Col("الدليل بالكلمات", "كيف يرى الطرفان أنه ممتاز، بكلمات {name}."),
        "comment": Col("يوضحه أكثر", "ما يجعله أوضح، بكلمات {name}."),
        "own_way": Col("طريقة خاصة", "طريقة أخرى بالنتيجة نفسها، بكلمات {name}."),
        "units": Col("الوحدات", "الوحدة، أو عدة وحدات لا تظهر إلا معاً."),
        "pairs": Col("الثنائيات", "ثنائيات نظرتاها مفتوحتان."),
        "class": Col("{gap}", "سطور هذا النوع لدى كل ثنائيات الصف."),
        "statement": Col("العبارة", "ما سُئل عنه الناس بشأن دورهم."),
        "people": Col("الأشخاص", "من أجابوا."),
        "mean": Col("المتوسط", "المتوسط من 1، إطلاقاً لا، إلى 5، تماماً؛ ونطاق عند طرف المقياس."),
    },
    parts={
        "strength": "نقطة قوة، أولاً",
        "now": "الآن",
        "parked": "مؤجَّل",
        "shared": "مشترك أصلاً",
        "left_out": "ليس من الدور",
        "waiting": "لم يُقارن",
    },
    weights={"high": "الأهم", "normal": "عادي"},
    hr_numbers=(
        "الأعداد والمتوسطات لمجموعات من {k_hr} أشخاص أو أكثر. والوحدات الصغيرة تظهر معاً.",
        "لا أحد في صفين من ورقة واحدة ولا يوجد مجموع: لا فرق يكشف شخصاً واحداً.",
        "ما أجاب به شخص أو مديره لا يوجد أبداً في هذا المصنف.",
    ),
    opened="الأوراق المحسوبة",
    shown_how="بالاسم للطرف الآخر؛ وللموارد البشرية كأعداد فقط",
    no_unit="بلا وحدة",
)

LANGUAGES: Mapping[str, ClarityWords] = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "ar": ARABIC}


def clarity_words(locale: str) -> ClarityWords:
    """Give the words of a language the workbooks have (`Words.locale`)."""
    return LANGUAGES[locale]
