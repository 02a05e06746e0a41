"""The workbook's words in German (informal, like the survey texts)."""

from exports.words import ColumnText as Col
from exports.words import ColumnWords, PageWords, SheetText, SheetWords, ValueWords, Words

GERMAN = Words(
    locale="de",
    is_rtl=False,
    values=ValueWords(
        withheld="nicht gezeigt",
        not_asked="nicht gefragt",
        not_observed="nicht gesehen",
        no_answer="keine Antwort",
        no_comparison="kein Vergleich",
        no_reference="noch nicht",
        undefined="nicht bestimmt",
        cut=" … [gekürzt: länger, als eine Zelle fasst]",
    ),
    page=PageWords(
        results_of="Ergebnisse von {cycle}",
        hr_title="Arbeitsmappe für HR",
        ratee_title="Deine Ergebnisse",
        about="Über diese Arbeitsmappe",
        organisation="Organisation",
        cycle="Runde",
        kind="Art",
        profile="Rollenprofil",
        grade="Stufe des Profils",
        opened_on="Geöffnet am",
        deadline="Frist",
        closed_on="Geschlossen am",
        person="Person",
        purpose="Zweck",
        promise="Was den Antwortenden zugesagt wurde",
        withheld="Was „nicht gezeigt“ bedeutet",
        withheld_means=(
            "Die Zahl steht nicht da, weil zu wenige geantwortet haben oder weil sich sonst eine andere Zahl"
            " ausrechnen ließe, die nicht gezeigt wird.",
            "Nicht gezeigt heißt nicht null und ist kein Versehen. Das Wort ist für jeden Grund dasselbe.",
        ),
        numbers="Wie die Zahlen entstanden sind",
        numbers_made=(
            "Jede Zahl ist der Mittelwert der Antworten einer Gruppe zu einer Zeile, auf der Skala von {low} bis"
            " {top}, mit einer Nachkommastelle; halbe werden aufgerundet.",
            "Ein Wert ganz am Ende der Skala steht als Bereich da, zum Beispiel 4.7-5.0.",
            "„Das habe ich nicht gesehen“ und übersprungene Fragen zählen nicht mit. Sie sind nie null.",
            "Es gibt keine Zahl über alle Antwortenden, keine Gesamtnote und keine Rangliste.",
            "Die Messlatte ist der Mittelwert der eigenen Spitzenkräfte der Organisation zu einer Zeile, alle mit"
            " gleichem Gewicht, ab {k_baseline} Personen. Bis dahin steht dort das Ziel des Prüfkreises und heißt"
            " auch so.",
        ),
        small_groups={
            "pool": "Gruppen unter {k} gezählten Bögen werden zu „Kollegenkreis“ zusammengelegt.",
            "drop": "Gruppen unter {k} gezählten Bögen werden weggelassen.",
        },
        hr_numbers=(
            "Diese Mappe enthält nur Werte aus {k_hr} oder mehr Antworten. Werte von Selbst und Führungskraft"
            " stehen nicht darin.",
        ),
        ratee_numbers=(
            "Eine Gruppe wird ab {k} gezählten Bögen gezeigt, eine Zeile einer Gruppe ab {k} Antworten.",
            "„Andere“ ist der Mittelwert der gezeigten Gruppen, jede mit gleichem Gewicht. Selbst und"
            " Führungskraft stehen daneben.",
            "Kommentare stehen wörtlich da, wenn mindestens {k_comments} vertraulich Antwortende gefragt wurden"
            " und {min_commenters} geschrieben haben.",
        ),
        noise="Unterschiede unter {noise} Punkten sind in diesem Bericht Rauschen.",
        closing="Bögen beim Schließen",
        counted="Gezählt",
        unfinished="Nicht fertig (zählt nicht)",
        empty="Leer",
        orphans="Ohne gültigen Auftrag",
        unreadable="Nicht lesbar",
        sheets="Blätter dieser Mappe",
        renamed="Umbenannte Blätter",
    ),
    sheets=SheetWords(
        read_me="Lies mich",
        hr_groups=SheetText("Gruppen", "Wie viele je Beziehung eingeladen waren.", "Niemand war eingeladen."),
        hr_overview=SheetText(
            "Überblick",
            "Eine Zeile je Rolle und Gruppe, eine Spalte je Zeile des Fragebogens.",
            "Noch keine Rolle hat genug Personen und Antworten.",
        ),
        hr_roles=SheetText(
            "Rollen",
            "Dieselben Werte wie im Überblick, je einer pro Zeile, mit den Anzahlen dahinter.",
            "Noch keine Rolle hat genug Personen und Antworten.",
        ),
        hr_items=SheetText(
            "Zeilen",
            "Werte einzelner Personen, nur wo für HR genug geantwortet haben.",
            "Bei keiner Person ist eine Gruppe groß genug für HR.",
        ),
        hr_baseline=SheetText(
            "Messlatte", "Womit jede Zeile verglichen wird.", "Der Fragebogen dieser Runde hat keine Zeilen."
        ),
        groups=SheetText(
            "Gruppen",
            "Die gezeigten Gruppen und wie viele in jeder sind.",
            "Keine Gruppe war groß genug. Selbst und Führungskraft werden gezeigt.",
        ),
        accomplishments=SheetText(
            "Ergebnisse der Rolle",
            "Die Zeilen, zusammengefasst zu den Ergebnissen des Rollenprofils.",
            "In dieser Runde wird nichts zusammengefasst.",
        ),
        items=SheetText(
            "Zeilen", "Jede Zeile, alle Quellen nebeneinander.", "Dieser Fragebogen hat keine Zeilen."
        ),
        mental_models=SheetText(
            "Denkweisen",
            "Zeilen darüber, wie Spitzenkräfte denken. Sie gehen in keine Zusammenfassung ein.",
            "Dieser Fragebogen hat keine Zeilen zu Denkweisen.",
        ),
        comments=SheetText(
            "Kommentare",
            "Was geschrieben wurde, Wort für Wort.",
            "Kommentare können nicht gezeigt werden: zu wenige wurden gefragt oder haben geschrieben.",
        ),
        dictionary=SheetText("Wörterbuch", "Jede Spalte jedes Blattes, erklärt.", "Keine Spalten."),
        columns="Spalten",
    ),
    columns=ColumnWords(
        group=Col("Gruppe", "Die Beziehung der Antwortenden zur bewerteten Person."),
        invited=Col("Eingeladen", "Eingeladene über die ganze Runde."),
        shown_how=Col("Wie gezeigt", "Ob Antworten dieser Gruppe mit Namen stehen oder nur gemeinsam."),
        role=Col("Rolle", "Die Rolle der bewerteten Personen."),
        person_id=Col("Personen-ID", "Die ID der Person in der Personendatei."),
        person_name=Col("Name", "Der Name der bewerteten Person."),
        accomplishment=Col("Ergebnis", "Das Ergebnis des Rollenprofils, zu dem die Zeile gehört."),
        item_id=Col("Zeilen-ID", "Die ID der Zeile im Rollenprofil."),
        item=Col("Zeile", "Der Text der Zeile, wie ihn die Antwortenden sahen."),
        role_item=Col("{item}\n{line}", "Mittelwert dieser Zeile über die Personen der Rolle: {line}"),
        n_people=Col("Personen", "Personen der Rolle mit einem Wert auf dieser Zeile."),
        n_answers=Col("Antworten", "Antworten hinter dem Mittelwert."),
        mean=Col("Mittelwert", "Mittelwert der Antworten zu dieser Zeile über die Personen der Rolle."),
        group_value=Col("{group}", "Mittelwert dieser Gruppe, ein Bereich am Ende der Skala oder ein Wort."),
        group_n=Col("{group}: Antworten", "Antworten dieser Gruppe hinter ihrem Mittelwert."),
        group_range=Col(
            "{group}: 95-%-Bereich",
            "Wo der Mittelwert in 95 von 100 Wiederholungen mit ähnlichen Antwortenden läge; neben einem Bereich nicht bestimmt.",
        ),
        reference=Col("Verglichen mit", "Der Wert der Messlatte oder des Ziels."),
        reference_kind=Col("Art des Vergleichs", "Messlatte der Spitzenkräfte oder Ziel des Prüfkreises."),
        n_exemplars=Col(
            "Spitzenkräfte",
            "Spitzenkräfte mit freigegebenem Wert auf dieser Zeile. Namen werden nicht genannt.",
        ),
        n_raters=Col("Antwortende", "Gezählte Bögen in dieser Gruppe."),
        members=Col("Besteht aus", "Die Beziehungen in dieser Gruppe."),
        how_to_read=Col("Wie zu lesen", "Kleine Gruppen sind ein Hinweis, keine Messung."),
        self_value=Col("Selbst", "Deine eigene Antwort."),
        manager_value=Col("Führungskraft", "Die Antwort deiner Führungskraft."),
        others=Col("Andere", "Mittelwert der gezeigten Gruppen, jede mit gleichem Gewicht."),
        gap_others=Col("Andere minus Vergleich", "Andere minus Vergleichswert."),
        gap_self=Col("Selbst minus Andere", "Deine eigene Antwort minus Andere."),
        gap_words=Col("In Worten", "Was sich über den Unterschied sagen lässt, und nicht mehr."),
        model_id=Col("Zeilen-ID", "Die ID der Zeile im Rollenprofil."),
        model=Col("Denkweise", "Wie Spitzenkräfte über die Arbeit denken."),
        question=Col("Frage", "Die offene Frage, wie sie die Antwortenden sahen."),
        comment=Col("Kommentar", "Die Worte einer Person, unverändert."),
        signed_by=Col("Gezeigt als", "Der Name, wenn jemand unterschreiben wollte, sonst „vertraulich“."),
        sheet=Col("Blatt", "Das Blatt dieser Mappe."),
        column=Col("Spalte", "Die Überschrift der Spalte."),
        meaning=Col("Bedeutung", "Was in der Spalte steht."),
        example=Col("Beispiel", "Ein Wert, wie er eingetragen werden kann."),
    ),
    groups={
        "self": "Selbst",
        "manager": "Führungskraft",
        "peer": "Kolleginnen und Kollegen",
        "direct_report": "Mitarbeitende",
        "external": "Externe",
        "colleagues": "Kollegenkreis",
    },
    kinds={"clarity": "Klarheit", "feedback360": "360-Feedback", "pulse": "Puls"},
    grades={
        "sketched": "Skizziert: nur für Fragen zur Klarheit geeignet",
        "checked": "Geprüft: drei Personen in der Rolle sagen, dass es hier geht",
        "studied": "Untersucht: aus Spitzenkräften entstanden, nach Ergebnissen gewählt",
    },
    references={"baseline": "Messlatte", "target": "Ziel des Prüfkreises", "none": "Noch nicht"},
    shown_named="Mit Namen, vor dem Antworten gesagt",
    shown_grouped="Nur gemeinsam, ab {k_hr} Antworten",
    read_hint="Als Hinweis lesen: weniger als 5 Antwortende",
    read_normal="5 Antwortende oder mehr",
    confidential="vertraulich",
    assumed_width="angenommene Breite",
)
