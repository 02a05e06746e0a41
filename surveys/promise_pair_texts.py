"""The sentences of the promise to a clarity pair in en, es, de and ar; `key.relationship` replaces `key` for that side.

es, de and ar are drafts that a native speaker has to read. Sentences about time, reminders and copies are those of
`surveys.promise_texts`.
"""

PAIR_TEXTS: dict[str, dict[str, str]] = {
    "pair_named.self": {
        "en": "You and {manager} answer about the same lines. {manager} sees your answers with your name; nobody "
        "else does.",
        "es": "Tú y {manager} respondéis sobre las mismas líneas. {manager} ve tus respuestas con tu nombre; nadie "
        "más las ve.",
        "de": "Du und {manager} antwortet zu denselben Zeilen. {manager} sieht deine Antworten mit deinem Namen, "
        "sonst niemand.",
        "ar": "تجيب أنت و{manager} عن الأسطر نفسها. تظهر إجاباتك باسمك لـ{manager} ولا تظهر لأي شخص آخر.",
    },
    "pair_named.manager": {
        "en": "You and {employee} answer about the same lines. {employee} sees your answers with your name; nobody "
        "else does.",
        "es": "Tú y {employee} respondéis sobre las mismas líneas. {employee} ve tus respuestas con tu nombre; "
        "nadie más las ve.",
        "de": "Du und {employee} antwortet zu denselben Zeilen. {employee} sieht deine Antworten mit deinem Namen, "
        "sonst niemand.",
        "ar": "تجيب أنت و{employee} عن الأسطر نفسها. تظهر إجاباتك باسمك لـ{employee} ولا تظهر لأي شخص آخر.",
    },
    "pair_blind": {
        "en": "Neither of you sees what the other answered until both have handed in. Then both sheets are frozen "
        "and shown to both.",
        "es": "Ninguna de las dos personas ve lo que respondió la otra hasta que ambas hayan entregado. Entonces "
        "los dos cuestionarios quedan fijos y se muestran a ambas.",
        "de": "Keine Seite sieht die Antworten der anderen, bevor beide abgegeben haben. Dann sind beide Bögen fest"
        " und werden beiden gezeigt.",
        "ar": "لا يرى أي منكما إجابات الآخر قبل أن يسلّم كلاكما. بعد ذلك تُثبَّت الاستمارتان وتظهران لكليكما.",
    },
    "pair_no_rating": {
        "en": "This is not a rating. It is for a talk between {employee} and {manager}.",
        "es": "Esto no es una evaluación. Sirve para una conversación entre {employee} y {manager}.",
        "de": "Das ist keine Bewertung. Es dient einem Gespräch zwischen {employee} und {manager}.",
        "ar": "هذا ليس تقييماً. إنه لحديث بين {employee} و{manager}.",
    },
    "pair_results": {
        "en": "Your three results in your own words stay yours: {manager} does not see them.",
        "es": "Tus tres resultados con tus palabras son solo tuyos: {manager} no los ve.",
        "de": "Deine drei Ergebnisse in eigenen Worten bleiben deine: {manager} sieht sie nicht.",
        "ar": "نتائجك الثلاث بكلماتك تبقى لك: لا تظهر لـ{manager}.",
    },
    "pair_pulse": {
        "en": "The first six questions are never shown to {manager}. HR sees only their averages over at least "
        "{k_hr} people.",
        "es": "Las seis primeras preguntas nunca se muestran a {manager}. Recursos humanos solo ve sus medias de al"
        " menos {k_hr} personas.",
        "de": "Die ersten sechs Fragen sieht {manager} nie. HR sieht nur ihre Mittelwerte über mindestens {k_hr} "
        "Personen.",
        "ar": "الأسئلة الستة الأولى لا تظهر لـ{manager} أبداً. لا ترى الموارد البشرية سوى متوسطاتها عند {k_hr} "
        "أشخاص على الأقل.",
    },
    "pair_hr": {
        "en": "HR sees whether you have answered, and later how often each kind of gap occurs among at least {k_hr}"
        " pairs. HR never sees your answers or your gaps.",
        "es": "Recursos humanos ve si has respondido y, más tarde, con qué frecuencia aparece cada tipo de "
        "diferencia entre al menos {k_hr} parejas. Nunca ve tus respuestas ni tus diferencias.",
        "de": "HR sieht, ob du geantwortet hast, und später, wie oft jede Art von Lücke bei mindestens {k_hr} "
        "Paaren vorkommt. Deine Antworten und deine Lücken sieht HR nie.",
        "ar": "ترى الموارد البشرية هل أجبت، ثم كم يتكرر كل نوع من الفجوات لدى {k_hr} أزواج على الأقل. ولا ترى "
        "إجاباتك ولا فجواتك أبداً.",
    },
    "pair_kept": {
        "en": "Both sheets are kept, encrypted, for the two of you for at most {days} days (about {months} months) after this "
        "round closes; then they are destroyed.",
        "es": "Los dos cuestionarios se guardan cifrados para ambas personas como máximo {days} días (unos {months} meses) "
        "tras el cierre de esta ronda; después se destruyen.",
        "de": "Beide Bögen bleiben nach dem Ende dieser Runde höchstens {days} Tage (etwa {months} Monate) verschlüsselt für "
        "euch beide; dann werden sie vernichtet.",
        "ar": "تُحفظ الاستمارتان مشفّرتين لكما مدة أقصاها {days} يوماً بعد إغلاق هذه الجولة (عدد الأشهر نحو {months})، ثم "
        "تُتلفان.",
    },
    "pair_alone": {
        "en": "If only one of you hands in, that one keeps the own answers; what the other had begun is destroyed, "
        "and nothing is shown to anyone else.",
        "es": "Si solo entrega una de las dos personas, esa conserva sus propias respuestas; lo que la otra había "
        "empezado se destruye y no se muestra nada a nadie más.",
        "de": "Gibt nur eine Seite ab, behält sie die eigenen Antworten; was die andere begonnen hat, wird "
        "vernichtet, und niemand sonst sieht etwas.",
        "ar": "إذا سلّم أحدكما فقط بقيت له إجاباته، وما بدأه الآخر يُتلف، ولا يظهر شيء لأي شخص آخر.",
    },
    "pair_not_the_talk": {
        "en": "Not promised: what either of you tells others about the talk is beyond our reach.",
        "es": "No se promete: lo que cualquiera de las dos personas cuente sobre la conversación queda fuera de "
        "nuestro alcance.",
        "de": "Nicht versprochen: Was eine Seite anderen über das Gespräch erzählt, erreichen wir nicht.",
        "ar": "ما لا نعد به: ما يحكيه أي منكما لغيره عن الحديث خارج عن سيطرتنا.",
    },
    "pair_not_hr_server": {
        "en": "Not promised: HR runs this server; until they are destroyed, whoever looks after it could "
        "technically reach answers.",
        "es": "No se promete: recursos humanos gestiona este servidor; hasta que se destruyan, quien lo "
        "cuida podría llegar técnicamente a las respuestas.",
        "de": "Nicht versprochen: HR betreibt diesen Server; bis zur Vernichtung könnte die betreuende Person "
        "technisch an Antworten gelangen.",
        "ar": "ما لا نعد به: الموارد البشرية تدير هذا الخادم، ومن يعتني به يستطيع تقنياً الوصول إلى الإجابات حتى "
        "إتلافها.",
    },
}
