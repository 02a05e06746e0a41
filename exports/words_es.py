"""The workbook's words in Spanish (informal, like the survey texts)."""

from exports.words import ColumnText as Col
from exports.words import ColumnWords, PageWords, SheetText, SheetWords, ValueWords, Words

SPANISH = Words(
    locale="es",
    is_rtl=False,
    values=ValueWords(
        withheld="no se muestra",
        not_asked="no preguntado",
        not_observed="no observado",
        no_answer="sin respuesta",
        no_comparison="sin comparación",
        no_reference="todavía no",
        undefined="no definido",
        cut=" … [cortado: más largo de lo que cabe en una celda]",
    ),
    page=PageWords(
        results_of="Resultados de {cycle}",
        hr_title="Libro para RR. HH.",
        ratee_title="Tus resultados",
        about="Sobre este libro",
        organisation="Organización",
        cycle="Ciclo",
        kind="Tipo",
        profile="Perfil del puesto",
        grade="Grado del perfil",
        opened_on="Abierto el",
        deadline="Fecha límite",
        closed_on="Cerrado el",
        person="Persona",
        purpose="Finalidad",
        promise="Lo que se prometió a quienes valoran",
        withheld="Qué significa «no se muestra»",
        withheld_means=(
            "El número no aparece porque respondieron muy pocas personas o porque permitiría calcular otro número"
            " que no se muestra.",
            "No se muestra no quiere decir cero, ni es un descuido. La expresión es la misma para todos los motivos.",
        ),
        numbers="Cómo se hicieron los números",
        numbers_made=(
            "Cada número es la media de las respuestas de un grupo a una línea, en la escala de {low} a {top}, con"
            " un decimal; las mitades se redondean hacia arriba.",
            "Un valor en el extremo de la escala se escribe como intervalo, por ejemplo 4.7-5.0.",
            "«No lo he visto» y las preguntas omitidas no cuentan. Nunca son cero.",
            "No hay un número de todas las personas juntas, ni nota global, ni clasificación.",
            "La referencia es la media de las personas de mayor rendimiento de la organización en una línea, todas"
            " con el mismo peso, a partir de {k_baseline}. Hasta entonces figura la meta del grupo de validación,"
            " con ese nombre.",
        ),
        small_groups={
            "pool": "Los grupos con menos de {k} hojas contadas se unen como «Compañeros de trabajo».",
            "drop": "Los grupos con menos de {k} hojas contadas se omiten.",
        },
        hr_numbers=(
            "Este libro solo contiene valores de {k_hr} o más respuestas. No incluye los valores propios ni los de"
            " responsables.",
        ),
        ratee_numbers=(
            "Un grupo se muestra a partir de {k} hojas contadas, y una línea de un grupo a partir de {k} respuestas.",
            "«Los demás» es la media de los grupos que se muestran, cada uno con el mismo peso. Tu valor y el de tu"
            " responsable figuran al lado.",
            "Los comentarios aparecen palabra por palabra si se preguntó al menos a {k_comments} personas de forma"
            " confidencial y escribieron {min_commenters}.",
        ),
        noise="Las diferencias de menos de {noise} puntos son ruido en este informe.",
        closing="Hojas al cierre",
        counted="Contadas",
        unfinished="Sin terminar (no cuentan)",
        empty="Vacías",
        orphans="Sin asignación válida",
        unreadable="Ilegibles",
        sheets="Hojas de este libro",
        renamed="Hojas con otro nombre",
    ),
    sheets=SheetWords(
        read_me="Léeme",
        hr_groups=SheetText(
            "Grupos", "Cuántas personas se invitaron en cada relación.", "No se invitó a nadie."
        ),
        hr_overview=SheetText(
            "Vista general",
            "Una fila por puesto y grupo, una columna por línea del formulario.",
            "Ningún puesto tiene todavía suficientes personas y respuestas.",
        ),
        hr_roles=SheetText(
            "Puestos",
            "Los mismos valores de la vista general, uno por fila, con las cantidades que hay detrás.",
            "Ningún puesto tiene todavía suficientes personas y respuestas.",
        ),
        hr_items=SheetText(
            "Líneas",
            "Valores de personas concretas, solo donde respondió un número suficiente para RR. HH.",
            "Ninguna persona tiene un grupo lo bastante grande para RR. HH.",
        ),
        hr_baseline=SheetText(
            "Referencia", "Con qué se compara cada línea.", "El formulario de este ciclo no tiene líneas."
        ),
        groups=SheetText(
            "Grupos",
            "Los grupos que se muestran y cuántas personas hay en cada uno.",
            "Ningún grupo era lo bastante grande. Se muestran tu valor y el de tu responsable.",
        ),
        accomplishments=SheetText(
            "Logros",
            "Las líneas reunidas en los logros del perfil del puesto.",
            "En este ciclo no se reúne nada.",
        ),
        items=SheetText(
            "Líneas",
            "Cada línea, con todas las fuentes una junto a otra.",
            "Este formulario no tiene líneas.",
        ),
        mental_models=SheetText(
            "Modelos mentales",
            "Líneas sobre cómo piensan las personas de mayor rendimiento. No se suman a nada.",
            "Este formulario no tiene líneas sobre modelos mentales.",
        ),
        comments=SheetText(
            "Comentarios",
            "Lo que se escribió, palabra por palabra.",
            "No se pueden mostrar comentarios: se preguntó a muy pocas personas o escribieron muy pocas.",
        ),
        dictionary=SheetText("Diccionario", "Cada columna de cada hoja, explicada.", "Sin columnas."),
        columns="Columnas",
    ),
    columns=ColumnWords(
        group=Col("Grupo", "La relación de quienes valoran con la persona valorada."),
        invited=Col("Invitadas", "Personas invitadas en todo el ciclo."),
        shown_how=Col("Cómo se muestra", "Si las respuestas de este grupo llevan nombre o solo van juntas."),
        role=Col("Puesto", "El puesto de las personas valoradas."),
        person_id=Col("Id de la persona", "El id de la persona en el archivo de personas."),
        person_name=Col("Nombre", "El nombre de la persona valorada."),
        accomplishment=Col("Logro", "El resultado del perfil al que pertenece la línea."),
        item_id=Col("Id de línea", "El id de la línea en el perfil del puesto."),
        item=Col("Línea", "El texto de la línea tal como se leyó al valorar."),
        role_item=Col("{item}\n{line}", "Media de esta línea entre las personas del puesto: {line}"),
        n_people=Col("Personas", "Personas del puesto con un valor en esta línea."),
        n_answers=Col("Respuestas", "Respuestas que hay detrás de la media."),
        mean=Col("Media", "Media de las respuestas a esta línea entre las personas del puesto."),
        group_value=Col(
            "{group}", "Media de este grupo, un intervalo en el extremo de la escala o una palabra."
        ),
        group_n=Col("{group}: respuestas", "Respuestas de este grupo que hay detrás de su media."),
        group_range=Col(
            "{group}: intervalo del 95 %",
            "Dónde quedaría la media en 95 de 100 repeticiones con personas parecidas; no definido junto a un intervalo.",
        ),
        reference=Col("Comparado con", "El valor de la referencia o de la meta."),
        reference_kind=Col(
            "Tipo de comparación", "Referencia de mayor rendimiento o meta del grupo de validación."
        ),
        n_exemplars=Col(
            "De mayor rendimiento", "Personas de mayor rendimiento con un valor publicado. No se dan nombres."
        ),
        n_raters=Col("Personas", "Hojas contadas en este grupo."),
        members=Col("Formado por", "Las relaciones de este grupo."),
        how_to_read=Col("Cómo leerlo", "Los grupos pequeños son una pista, no una medida."),
        self_value=Col("Propio", "Tu propia respuesta."),
        manager_value=Col("Responsable", "La respuesta de tu responsable."),
        others=Col("Los demás", "Media de los grupos que se muestran, cada uno con el mismo peso."),
        gap_others=Col("Los demás menos comparación", "Los demás menos el valor de comparación."),
        gap_self=Col("Propio menos los demás", "Tu propia respuesta menos los demás."),
        gap_words=Col("En palabras", "Lo que se puede decir de la diferencia, y nada más."),
        model_id=Col("Id de línea", "El id de la línea en el perfil del puesto."),
        model=Col("Modelo mental", "Cómo piensan en el trabajo las personas de mayor rendimiento."),
        question=Col("Pregunta", "La pregunta abierta tal como se leyó."),
        comment=Col("Comentario", "Las palabras de una persona, sin cambios."),
        signed_by=Col("Se muestra como", "El nombre de quien quiso firmar, o «confidencial»."),
        sheet=Col("Hoja", "La hoja de este libro."),
        column=Col("Columna", "El encabezado de la columna."),
        meaning=Col("Significado", "Qué hay en la columna."),
        example=Col("Ejemplo", "Un valor tal como se puede escribir."),
    ),
    groups={
        "self": "Propio",
        "manager": "Responsable",
        "peer": "Pares",
        "direct_report": "Equipo a cargo",
        "external": "Externos",
        "colleagues": "Compañeros de trabajo",
    },
    kinds={"clarity": "Claridad", "feedback360": "Feedback 360", "pulse": "Pulso"},
    grades={
        "sketched": "Esbozado: sirve solo para preguntas de claridad",
        "checked": "Comprobado: tres personas del puesto dicen que aquí se puede hacer",
        "studied": "Estudiado: hecho con personas de mayor rendimiento elegidas por resultados",
    },
    references={"baseline": "Referencia", "target": "Meta del grupo de validación", "none": "Todavía no"},
    shown_named="Con nombre, dicho antes de responder",
    shown_grouped="Solo en conjunto, a partir de {k_hr} respuestas",
    read_hint="Léelo como una pista: menos de 5 personas",
    read_normal="5 personas o más",
    confidential="confidencial",
    assumed_width="anchura supuesta",
)
