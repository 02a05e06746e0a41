/** What of a form is asked now, what is still missing, and how far the person is; the same rules as `surveys/form_cells.py`. */

import type { Form, Line, Note, Question, Scale, Step } from "./form";
import { bare, isFinal, missing, readValue, type Sheet, type Value } from "./sheet";

export function valueAt(sheet: Sheet, cell: string): Value {
  return readValue(sheet[cell] ?? []);
}

export const linesOf = (form: Form): readonly Line[] => form.steps.filter((step) => step.kind === "line");

/** Whether the person said that the line is not part of the role: then nothing more is asked of it. */
export function hasEnded(line: Line, sheet: Sheet): boolean {
  if (line.gate === null) return false;
  const value = valueAt(sheet, line.gate.cell);
  return typeof value === "string" && line.gate.ends.includes(value);
}

/** The lines that count when three are picked; one that is not answered yet still does. */
export function linesInScope(form: Form, sheet: Sheet): readonly Line[] {
  return linesOf(form).filter((line) => !hasEnded(line, sheet));
}

/** The picked items that still count, in the order of the form. */
export function picked(form: Form, sheet: Sheet): readonly string[] {
  const value = valueAt(sheet, "@top3");
  const chosen = Array.isArray(value) ? value : [];
  return linesInScope(form, sheet)
    .map((line) => line.id)
    .filter((item) => chosen.includes(item));
}

/** How many more picks the form asks for; never more than there are lines in scope. */
export function picksToGo(form: Form, sheet: Sheet): number {
  const top = form.steps.find((step) => step.kind === "top3");
  if (top === undefined) return 0;
  return Math.max(0, Math.min(top.most, linesInScope(form, sheet).length) - picked(form, sheet).length);
}

/** The questions of a step that are asked now, in order. */
export function askedQuestions(step: Step, form: Form, sheet: Sheet): readonly Question[] {
  if (step.kind === "teach_back") {
    const items = picked(form, sheet);
    return step.questions.filter((question) => items.includes(question.item));
  }
  const isOver = step.kind === "line" && hasEnded(step, sheet);
  return step.questions.filter((question) => {
    if (isOver && step.kind === "line" && question.cell !== step.gate?.cell) return false;
    return isDue(question, sheet);
  });
}

function isDue(question: Question, sheet: Sheet): boolean {
  if (question.when === null) return true;
  const value = valueAt(sheet, question.when.cell);
  return typeof value === "number" && value <= question.when.atMost;
}

/** What may be written beside a rating; null where the rating asks for nothing. */
export function noteFor(step: Step | undefined, rating: Value): Note | null {
  const note = step?.kind === "line" ? step.note : null;
  return note !== null && typeof rating === "number" && note.among.includes(rating) ? note : null;
}

/** The note offered on a step now. */
export function noteNow(step: Step, sheet: Sheet): Note | null {
  const [first] = step.questions;
  return first === undefined ? null : noteFor(step, valueAt(sheet, first.cell));
}

/** The cells a final sheet must have answered in the state it is in, in the order asked. */
export function requiredNow(form: Form, sheet: Sheet): readonly string[] {
  return form.steps.flatMap((step) => requiredOf(step, form, sheet));
}

function requiredOf(step: Step, form: Form, sheet: Sheet): readonly string[] {
  if (step.kind === "top3") return step.required && linesInScope(form, sheet).length > 0 ? [step.id] : [];
  return askedQuestions(step, form, sheet)
    .filter((question) => question.required)
    .map((question) => question.cell);
}

/** The required cells that are not answered, in the order asked; too few picks are no answer. */
export function needs(form: Form, sheet: Sheet): readonly string[] {
  const lacking = new Set(missing(sheet, requiredNow(form, sheet)));
  return requiredNow(form, sheet).filter(
    (cell) => lacking.has(cell) || (cell === "@top3" && picksToGo(form, sheet) > 0),
  );
}

/** Whether the sheet was submitted with everything answered that is required now. */
export function isFinalNow(form: Form, sheet: Sheet): boolean {
  return isFinal(sheet, requiredNow(form, sheet)) && picksToGo(form, sheet) === 0;
}

/** How many of the steps that need an answer have all of it; what is optional never holds progress back. */
export function progress(form: Form, sheet: Sheet): { readonly answered: number; readonly total: number } {
  const total = form.steps.filter((step) => requiredOf(step, form, sheet).length > 0).length;
  return { answered: total - unansweredSteps(form, sheet).length, total };
}

/** Minutes the rest of the form takes, at the form's own pace; at least one while something is left. */
export function minutesLeft(form: Form, sheet: Sheet): number {
  const atFirst = requiredNow(form, bare()).length;
  return atFirst === 0 ? form.minutes : Math.ceil((form.minutes * needs(form, sheet).length) / atFirst);
}

/** The steps that still lack a required answer, by their place in the form. */
export function unansweredSteps(form: Form, sheet: Sheet): readonly number[] {
  const open = new Set(needs(form, sheet));
  return form.steps.flatMap((step, i) =>
    requiredOf(step, form, sheet).some((cell) => open.has(cell)) ? [i] : [],
  );
}

export function isStepAnswered(step: Step, form: Form, sheet: Sheet): boolean {
  const open = new Set(needs(form, sheet));
  return requiredOf(step, form, sheet).every((cell) => !open.has(cell));
}

/** The words of the point a value stands for, or null while there is no answer. */
export function pointLabel(scale: Scale, value: Value): string | null {
  if (value === "not_observed") return scale.notObserved;
  if (value === "skip") return scale.skip;
  return scale.points.find((point) => point.value === value)?.label ?? null;
}
