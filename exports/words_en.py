"""The workbook's words in English."""

from exports.words import ColumnText as Col
from exports.words import ColumnWords, PageWords, SheetText, SheetWords, ValueWords, Words

ENGLISH = Words(
    locale="en",
    is_rtl=False,
    values=ValueWords(
        withheld="withheld",
        not_asked="not asked",
        not_observed="not observed",
        no_answer="no answer",
        no_comparison="no comparison",
        no_reference="not yet",
        undefined="not defined",
        cut=" … [cut: longer than a cell can hold]",
    ),
    page=PageWords(
        results_of="Results of {cycle}",
        hr_title="Workbook for HR",
        ratee_title="Your results",
        about="About this workbook",
        organisation="Organisation",
        cycle="Cycle",
        kind="Kind",
        profile="Role profile",
        grade="Grade of the profile",
        opened_on="Opened on",
        deadline="Deadline",
        closed_on="Closed on",
        person="Person",
        purpose="Purpose",
        promise="What raters were promised",
        withheld="What “withheld” means",
        withheld_means=(
            "The number is not shown because too few people answered, or because it would let someone work out"
            " another number that is not shown.",
            "Withheld is not zero and not missing by mistake. The word is the same for every reason.",
        ),
        numbers="How the numbers were made",
        numbers_made=(
            "Each number is the mean of the answers of one group to one line, on the scale from {low} to {top},"
            " with one decimal; halves are rounded up.",
            "A value at the very end of the scale is printed as a range, for example 4.7-5.0.",
            "“I have not seen this” and skipped questions are not counted. They are never zero.",
            "There is no number over all raters, no overall score and no ranking.",
            "Baseline is the mean of the organisation’s own top performers on a line, each with the same weight,"
            " shown from {k_baseline} of them. Until then the target of the validation panel stands there, named"
            " as target.",
        ),
        small_groups={
            "pool": "Groups under {k} counted sheets are put together as “Colleagues”.",
            "drop": "Groups under {k} counted sheets are left out.",
        },
        hr_numbers=(
            "This workbook holds values of {k_hr} or more answers only. Values of self and manager are not in it.",
        ),
        ratee_numbers=(
            "A group is shown from {k} counted sheets, and a line of a group from {k} answers.",
            "“Others” is the mean of the groups shown, each group with the same weight. Self and manager stand"
            " beside it.",
            "Comments are shown word for word when at least {k_comments} confidential raters were asked and"
            " {min_commenters} wrote.",
        ),
        noise="Differences smaller than {noise} points are noise in this report.",
        closing="Sheets at closing",
        counted="Counted",
        unfinished="Unfinished (not counted)",
        empty="Empty",
        orphans="Without a valid assignment",
        unreadable="Unreadable",
        sheets="Sheets in this workbook",
        renamed="Renamed sheets",
    ),
    sheets=SheetWords(
        read_me="Read me",
        hr_groups=SheetText(
            "Groups", "How many raters were invited, for each relationship.", "Nobody was invited."
        ),
        hr_overview=SheetText(
            "Overview",
            "One row per role and group, one column per line of the form.",
            "No role has enough people and answers to be shown yet.",
        ),
        hr_roles=SheetText(
            "Roles",
            "The same values as in the overview, one per row, with the counts behind them.",
            "No role has enough people and answers to be shown yet.",
        ),
        hr_items=SheetText(
            "Items",
            "Values of single people, only where enough raters answered for HR.",
            "No person has a group large enough for HR to see.",
        ),
        hr_baseline=SheetText(
            "Baseline", "What each line is compared with.", "The form of this cycle has no lines."
        ),
        groups=SheetText(
            "Groups",
            "The groups that are shown and how many raters are in each.",
            "No group was large enough to be shown. Self and manager are shown.",
        ),
        accomplishments=SheetText(
            "Accomplishments",
            "The lines rolled up to the accomplishments of the role profile.",
            "Nothing rolls up in this cycle.",
        ),
        items=SheetText("Items", "Every line, with every source side by side.", "This form has no lines."),
        mental_models=SheetText(
            "Mental models",
            "Lines about how top performers think. They roll up nowhere.",
            "This form has no lines about mental models.",
        ),
        comments=SheetText(
            "Comments",
            "What raters wrote, word for word.",
            "No comments can be shown: too few raters were asked, or too few wrote.",
        ),
        dictionary=SheetText("Dictionary", "Every column of every sheet, explained.", "No columns."),
        columns="Columns",
    ),
    columns=ColumnWords(
        group=Col("Group", "The relationship of the raters to the person rated."),
        invited=Col("Invited", "Raters invited over the whole cycle."),
        shown_how=Col(
            "How it is shown", "Whether answers of this group stand under a name or only together."
        ),
        role=Col("Role", "The role of the people rated."),
        person_id=Col("Person id", "The id of the person in the people file."),
        person_name=Col("Name", "The name of the person rated."),
        accomplishment=Col("Accomplishment", "The result of the role profile that the line belongs to."),
        item_id=Col("Line id", "The id of the line in the role profile."),
        item=Col("Line", "The text of the line as raters saw it."),
        role_item=Col("{item}\n{line}", "Mean of this line over the people of the role: {line}"),
        n_people=Col("People", "People of the role with a value on this line."),
        n_answers=Col("Answers", "Answers behind the mean."),
        mean=Col("Mean", "Mean of the answers to this line over the people of the role."),
        group_value=Col(
            "{group}", "Mean of this group’s answers, a range at an end of the scale, or a word."
        ),
        group_n=Col("{group}: answers", "Answers of this group behind its mean."),
        group_range=Col(
            "{group}: 95 % range",
            "Where this group’s mean would lie in 95 of 100 repeats with like raters;"
            " not defined beside a range.",
        ),
        reference=Col("Compared with", "The value of the baseline or of the target."),
        reference_kind=Col("Kind of comparison", "Baseline of top performers, or target of the panel."),
        n_exemplars=Col(
            "Top performers", "Top performers with a released value on this line. Their names are not given."
        ),
        n_raters=Col("Raters", "Counted sheets in this group."),
        members=Col("Made of", "The relationships in this group."),
        how_to_read=Col("How to read it", "Small groups are a hint, not a measurement."),
        self_value=Col("Self", "Your own answer."),
        manager_value=Col("Manager", "The answer of your manager."),
        others=Col("Others", "Mean of the groups shown, each group with the same weight."),
        gap_others=Col("Others minus comparison", "Others minus the value compared with."),
        gap_self=Col("Self minus others", "Your own answer minus others."),
        gap_words=Col("In words", "What may be said about the difference, and no more."),
        model_id=Col("Line id", "The id of the line in the role profile."),
        model=Col("Mental model", "How top performers think about the work."),
        question=Col("Question", "The open question as raters saw it."),
        comment=Col("Comment", "The words of one rater, unchanged."),
        signed_by=Col("Shown as", "The name of a rater who chose to sign, or “confidential”."),
        sheet=Col("Sheet", "The sheet of this workbook."),
        column=Col("Column", "The heading of the column."),
        meaning=Col("Meaning", "What stands in the column."),
        example=Col("Example", "A value as it may be typed."),
    ),
    groups={
        "self": "Self",
        "manager": "Manager",
        "peer": "Peers",
        "direct_report": "Direct reports",
        "external": "Externals",
        "colleagues": "Colleagues",
    },
    kinds={"clarity": "Clarity", "feedback360": "360 feedback", "pulse": "Pulse"},
    grades={
        "sketched": "Sketched: fit for clarity questions only",
        "checked": "Checked: three holders of the role say it can be done here",
        "studied": "Studied: built from top performers chosen by outcomes",
    },
    references={"baseline": "Baseline", "target": "Target of the panel", "none": "Not yet"},
    shown_named="With the name, told before answering",
    shown_grouped="Only together, from {k_hr} answers",
    read_hint="Read as a hint: fewer than 5 raters",
    read_normal="5 raters or more",
    confidential="confidential",
    assumed_width="assumed width",
)
