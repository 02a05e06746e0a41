/** A sheet read back: whether a card has turned, and what was answered, in words. */

import { askedQuestions, linesOf, noteNow, picked, pointLabel, valueAt } from "./asked";
import type { Form, Line, Question, Step } from "./form";
import { distinctTexts } from "./merge";
import type { Sheet } from "./sheet";

/** Whether a line's card shows its back: every tap is given. What gets in the way may still be told on the back. */
export function isTurned(line: Line, form: Form, sheet: Sheet): boolean {
  const taps = askedQuestions(line, form, sheet).filter((question) => question.kind === "scale");
  return taps.every((question) => valueAt(sheet, question.cell) !== null);
}

/** The place of the step a cell is answered on; -1 for a cell of the sheet itself. */
export function stepOf(form: Form, cell: string): number {
  return form.steps.findIndex(
    (step) =>
      step.id === cell ||
      step.questions.some((question) => question.cell === cell) ||
      (step.kind === "line" && [...step.after, step.note].some((one) => one?.cell === cell)),
  );
}

/** Everything answered on a step, in words; null while there is nothing. */
export function answerOf(step: Step, form: Form, sheet: Sheet): string | null {
  const parts =
    step.kind === "top3"
      ? linesOf(form)
          .filter((line) => picked(form, sheet).includes(line.id))
          .map((line) => line.text)
      : [...askedQuestions(step, form, sheet), ...beside(step, sheet)].flatMap((question) =>
          wordsOf(question, form, sheet),
        );
  return parts.length === 0
    ? null
    : parts.join(step.kind === "top3" || step.kind === "teach_back" ? "\n" : " · ");
}

/** What may be written on a line besides its taps. */
function beside(step: Step, sheet: Sheet): readonly Question[] {
  const note = noteNow(step, sheet);
  return [...(note === null ? [] : [note]), ...(step.kind === "line" ? step.after : [])];
}

function wordsOf(question: Question, form: Form, sheet: Sheet): readonly string[] {
  if (question.kind === "text") return distinctTexts(sheet[question.cell] ?? []);
  if (question.kind === "flag") return [];
  const value = valueAt(sheet, question.cell);
  if (question.kind === "chips") {
    return form.chips
      .filter((chip) => Array.isArray(value) && value.includes(chip.value))
      .map((chip) => chip.label);
  }
  const scale = form.scales[question.scale];
  const label = scale === undefined ? null : pointLabel(scale, value);
  return label === null ? [] : [label];
}
