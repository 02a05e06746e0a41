"""The sentences of the promise in en, es, de and ar; `key.relationship` replaces `key` for that relationship.

es, de and ar are drafts that a native speaker has to read, like the sample translations. None of them may say
"anonymous": we promise confidentiality, and we say where it ends.
"""

LOCALES = ("en", "es", "de", "ar")
SOURCE_LOCALE = "en"

TEXTS: dict[str, dict[str, str]] = {
    "the_manager": {
        "en": "the manager",
        "es": "la persona responsable",
        "de": "die Führungskraft",
        "ar": "المسؤول المباشر",
    },
    "the_coach": {"en": "the coach", "es": "la persona de coaching", "de": "der Coach", "ar": "المدرب"},
    "confidential": {
        "en": "Your answers are confidential: no score is shown unless at least {k} people of a group gave one.",
        "es": "Tus respuestas son confidenciales: no se muestra ninguna puntuación si no la dieron al menos {k} "
        "personas de un grupo.",
        "de": "Deine Antworten sind vertraulich: Ein Wert wird nur gezeigt, wenn mindestens {k} Personen einer Gruppe "
        "ihn abgegeben haben.",
        "ar": "إجاباتك سرية: لا تظهر أي درجة ما لم يعطها {k} أشخاص على الأقل من مجموعة واحدة.",
    },
    "pool": {
        "en": "Groups with fewer than {k} sheets are joined with others; if that is still too few, nothing is shown.",
        "es": "Los grupos con menos de {k} cuestionarios se unen a otros; si aun así son pocos, no se muestra nada.",
        "de": "Gruppen mit weniger als {k} Bögen werden mit anderen zusammengelegt; reicht das nicht, wird nichts "
        "gezeigt.",
        "ar": "المجموعات التي فيها أقل من {k} استمارات تُضم إلى غيرها، وإن بقيت قليلة فلا يظهر شيء.",
    },
    "drop": {
        "en": "Groups with fewer than {k} sheets are left out.",
        "es": "Los grupos con menos de {k} cuestionarios se dejan fuera.",
        "de": "Gruppen mit weniger als {k} Bögen werden weggelassen.",
        "ar": "المجموعات التي فيها أقل من {k} استمارات لا تظهر.",
    },
    "comments": {
        "en": "Comments are shown word for word, in the language you write, without your name, and only when at least "
        "{k_comments} people were asked and at least {min_commenters} wrote. Beside the box you may allow fewer, or sign.",
        "es": "Los comentarios se muestran palabra por palabra, en el idioma en que escribes, sin tu nombre, y solo si "
        "se preguntó al menos a {k_comments} personas y escribieron al menos {min_commenters}. Junto al cuadro puedes "
        "permitir menos, o firmar.",
        "de": "Kommentare werden Wort für Wort gezeigt, in der Sprache, in der du schreibst, ohne deinen Namen und nur, "
        "wenn mindestens {k_comments} Personen gefragt wurden und mindestens {min_commenters} geschrieben haben. Neben "
        "dem Feld kannst du weniger erlauben oder unterschreiben.",
        "ar": "تظهر التعليقات كما كُتبت حرفياً وبلغة كتابتها ودون اسمك، وفقط إذا سُئل {k_comments} أشخاص على الأقل وكتب "
        "منهم {min_commenters} على الأقل. بجانب الخانة يمكنك السماح بعدد أقل أو التوقيع باسمك.",
    },
    "named": {
        "en": "Your answers are shown with your name.",
        "es": "Tus respuestas se muestran con tu nombre.",
        "de": "Deine Antworten werden mit deinem Namen gezeigt.",
        "ar": "تظهر إجاباتك باسمك.",
    },
    "named.self": {
        "en": "Your own view is shown beside the views of others, as yours.",
        "es": "Tu propia visión se muestra junto a la de los demás, como tuya.",
        "de": "Deine eigene Sicht steht neben der Sicht der anderen, als deine.",
        "ar": "تظهر نظرتك إلى عملك بجانب نظرات الآخرين على أنها نظرتك أنت.",
    },
    "ratee_first": {
        "en": "{name} sees the report first.",
        "es": "{name} ve el informe en primer lugar.",
        "de": "{name} sieht den Bericht zuerst.",
        "ar": "أول من يطّلع على التقرير: {name}.",
    },
    "ratee_first.self": {
        "en": "You see the report first.",
        "es": "Tú ves el informe en primer lugar.",
        "de": "Du siehst den Bericht zuerst.",
        "ar": "أول من يطّلع على التقرير أنت.",
    },
    "manager_sees": {
        "en": "{hours} hours later the scores are shown to {managers}; comments only when {name} shares them.",
        "es": "{hours} horas después las puntuaciones se muestran a {managers}; los comentarios, solo si {name} los "
        "comparte.",
        "de": "{hours} Stunden später werden die Werte {managers} gezeigt; Kommentare nur, wenn {name} sie teilt.",
        "ar": "بعد {hours} ساعة تظهر الدرجات لـ{managers}، أما التعليقات فلا تظهر إلا إذا شاركها {name}.",
    },
    "manager_sees.self": {
        "en": "{hours} hours later the scores are shown to {managers}; comments only when you share them.",
        "es": "{hours} horas después las puntuaciones se muestran a {managers}; los comentarios, solo si tú los "
        "compartes.",
        "de": "{hours} Stunden später werden die Werte {managers} gezeigt; Kommentare nur, wenn du sie teilst.",
        "ar": "بعد {hours} ساعة تظهر الدرجات لـ{managers}، أما التعليقات فلا تظهر إلا بمشاركتك.",
    },
    "manager_sees_not": {
        "en": "The report is not shown to the manager.",
        "es": "El informe no se muestra a la persona responsable.",
        "de": "Der Führungskraft wird der Bericht nicht gezeigt.",
        "ar": "لا يظهر التقرير للمسؤول المباشر.",
    },
    "coach_sees": {
        "en": "After the same time, {coaches} as coach sees what {name} shares.",
        "es": "Tras el mismo plazo, {coaches}, como coach, ve lo que {name} comparte.",
        "de": "Nach derselben Zeit sieht {coaches} als Coach, was {name} teilt.",
        "ar": "بعد المدة نفسها يرى {coaches} بصفة مدرب ما يشاركه {name}.",
    },
    "coach_sees.self": {
        "en": "After the same time, {coaches} as coach sees what you share.",
        "es": "Tras el mismo plazo, {coaches}, como coach, ve lo que tú compartes.",
        "de": "Nach derselben Zeit sieht {coaches} als Coach, was du teilst.",
        "ar": "بعد المدة نفسها يرى {coaches} بصفة مدرب ما تشاركه أنت.",
    },
    "hr_sees": {
        "en": "HR sees figures only where at least {k_hr} people answered, and no comments.",
        "es": "Recursos humanos solo ve cifras donde respondieron al menos {k_hr} personas, y ningún comentario.",
        "de": "HR sieht Zahlen nur, wo mindestens {k_hr} Personen geantwortet haben, und keine Kommentare.",
        "ar": "لا ترى الموارد البشرية أرقاماً إلا حيث أجاب {k_hr} أشخاص على الأقل، ولا ترى أي تعليق.",
    },
    "hr_sees_not": {
        "en": "HR sees no results of this round.",
        "es": "Recursos humanos no ve resultados de esta ronda.",
        "de": "HR sieht keine Ergebnisse dieser Runde.",
        "ar": "لا ترى الموارد البشرية نتائج هذه الجولة.",
    },
    "hr_progress": {
        "en": "HR sees whether you have answered, not what you answered.",
        "es": "Recursos humanos ve si has respondido, no lo que has respondido.",
        "de": "HR sieht, ob du geantwortet hast, nicht was.",
        "ar": "ترى الموارد البشرية هل أجبت أم لا، ولا ترى ما أجبت به.",
    },
    "destroyed": {
        "en": "After closing, neither your sheet nor the record that you answered exists any more.",
        "es": "Tras el cierre ya no existen ni tu cuestionario ni la constancia de que respondiste.",
        "de": "Nach dem Abschluss gibt es weder deinen Bogen noch die Angabe, dass du geantwortet hast.",
        "ar": "بعد الإغلاق لا تبقى استمارتك ولا ما يدل على أنك أجبت.",
    },
    "kept": {
        "en": "Your answers are kept, encrypted, with the report for at most {days} days (about {months} months) after this "
        "round closes; then they are destroyed.",
        "es": "Tus respuestas se guardan cifradas con el informe como máximo {days} días (unos {months} meses) tras el "
        "cierre de esta ronda; después se destruyen.",
        "de": "Deine Antworten bleiben nach dem Ende dieser Runde höchstens {days} Tage (etwa {months} Monate) verschlüsselt "
        "beim Bericht; dann werden sie vernichtet.",
        "ar": "تُحفظ إجاباتك مشفّرة مع التقرير مدة أقصاها {days} يوماً بعد إغلاق هذه الجولة (عدد الأشهر نحو {months})، ثم "
        "تُتلف.",
    },
    "grace": {
        "en": "Sheets may still arrive {grace} hours after the deadline. A sheet that is not handed in does not count.",
        "es": "Los cuestionarios pueden llegar hasta {grace} horas después del plazo. Un cuestionario sin entregar no "
        "cuenta.",
        "de": "Bögen können noch {grace} Stunden nach der Frist ankommen. Ein nicht abgegebener Bogen zählt nicht.",
        "ar": "يمكن أن تصل الاستمارات حتى {grace} ساعة بعد الموعد. والاستمارة التي لم تُسلَّم لا تُحسب.",
    },
    "no_grace": {
        "en": "Nothing is accepted after the deadline. A sheet that is not handed in does not count.",
        "es": "Después del plazo no se acepta nada. Un cuestionario sin entregar no cuenta.",
        "de": "Nach der Frist wird nichts mehr angenommen. Ein nicht abgegebener Bogen zählt nicht.",
        "ar": "لا يُقبل شيء بعد الموعد. والاستمارة التي لم تُسلَّم لا تُحسب.",
    },
    "remind_open": {
        "en": "Reminders go to those with something open; the mail system can see whom we reminded.",
        "es": "Los recordatorios van a quien tiene algo pendiente; el sistema de correo puede ver a quién se lo "
        "recordamos.",
        "de": "Erinnerungen gehen an alle, bei denen etwas offen ist; das Mailsystem kann sehen, wen wir erinnert haben.",
        "ar": "تُرسل التذكيرات لمن بقي لديه شيء مفتوح، ويستطيع نظام البريد أن يرى من ذكّرناه.",
    },
    "remind_all": {
        "en": "Every reminder goes to everyone who was asked, so it says nothing about you.",
        "es": "Cada recordatorio va a todas las personas preguntadas, así que no dice nada de ti.",
        "de": "Jede Erinnerung geht an alle Gefragten und sagt deshalb nichts über dich.",
        "ar": "يُرسل كل تذكير إلى جميع من سُئلوا، فلا يدل على شيء يخصك.",
    },
    "not_style": {
        "en": "Not promised: your way of writing, or an example only you could know, may give you away.",
        "es": "No se promete: tu forma de escribir, o un ejemplo que solo tú conoces, puede delatarte.",
        "de": "Nicht versprochen: Deine Art zu schreiben oder ein Beispiel, das nur du kennst, kann dich verraten.",
        "ar": "ما لا نعد به: أسلوب كتابتك أو مثال لا يعرفه غيرك قد يكشفك.",
    },
    "not_other_rater": {
        "en": "Not promised: someone who rated too and sees the report can take the own answers out of the figures.",
        "es": "No se promete: quien también valoró y ve el informe puede descontar sus propias respuestas de las cifras.",
        "de": "Nicht versprochen: Wer selbst bewertet hat und den Bericht sieht, kann die eigenen Antworten herausrechnen.",
        "ar": "ما لا نعد به: من قيّم أيضاً واطّلع على التقرير يستطيع أن يستبعد إجاباته من الأرقام.",
    },
    "not_copies": {
        "en": "Not promised: copies of the whole system made while the round is open are beyond our reach.",
        "es": "No se promete: las copias de todo el sistema hechas mientras la ronda está abierta quedan fuera de "
        "nuestro alcance.",
        "de": "Nicht versprochen: Kopien des ganzen Systems, die während der Runde gemacht wurden, erreichen wir nicht.",
        "ar": "ما لا نعد به: نسخ النظام كله التي تُصنع أثناء الجولة خارجة عن سيطرتنا.",
    },
    "not_hr_server": {
        "en": "Not promised: HR runs this server; until closing, whoever looks after it could technically reach answers.",
        "es": "No se promete: recursos humanos gestiona este servidor; hasta el cierre, quien lo cuida podría llegar "
        "técnicamente a las respuestas.",
        "de": "Nicht versprochen: HR betreibt diesen Server; bis zum Abschluss könnte die betreuende Person technisch an "
        "Antworten gelangen.",
        "ar": "ما لا نعد به: الموارد البشرية تدير هذا الخادم، ومن يعتني به يستطيع تقنياً الوصول إلى الإجابات حتى الإغلاق.",
    },
}
