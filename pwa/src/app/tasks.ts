/** What a fresh inbox means for the tasks on this phone; pure. */

import { isFinalNow, progress, valueAt } from "../core/asked";
import type { Form } from "../core/form";
import { cellsOf, isEditable, type Phone, type PhoneSheet, sheetOf } from "../core/phone";
import type { Sheet } from "../core/sheet";
import type { Assignment, OpenPair, Status } from "../core/wire";
import type { Task } from "../store/types";

/** Keep what this phone knows of an assignment; one that left the inbox stays while it holds answers. */
export function joinTasks(
  known: readonly Task[],
  listed: readonly Assignment[],
  phone: Phone,
): readonly Task[] {
  const kept = known.flatMap((task): Task[] => {
    const isListed = listed.some((assignment) => assignment.id === task.assignment.id);
    const sheet = sheetOf(phone, task.assignment.id);
    // What the server said of it stays said, or it would be sent, and asked about, for ever.
    return isListed || sheet === undefined || sheet.rows.length === 0
      ? []
      : [{ ...task, status: sheet.status }];
  });
  const fresh = listed.map((assignment): Task => {
    const before = known.find((task) => task.assignment.id === assignment.id);
    const status = sheetOf(phone, assignment.id)?.status ?? "ok";
    const isRenewed = before?.assignment.write !== assignment.write;
    return {
      assignment,
      status: isRenewed && !isForEver(status) ? "ok" : status,
      accepted: before?.accepted ?? null,
      place: before?.place ?? null,
    };
  });
  return [...fresh, ...kept];
}

export const isForEver = (status: Status): boolean => status === "closed" || status === "opened";

/** The sheets of these tasks, with the versions they already have; a new token makes a full round due. */
export function withTasks(phone: Phone, tasks: readonly Task[]): Phone {
  const sheets = tasks.map((task): PhoneSheet => {
    const { id, cycle, write, read = null } = task.assignment;
    const before = sheetOf(phone, id);
    if (before === undefined) {
      return {
        id,
        cycle,
        write,
        read,
        status: task.status,
        rows: [],
        aside: [],
        isFullDue: task.status === "ok",
      };
    }
    const isSame = before.write === write && before.read === read && before.status === task.status;
    if (isSame) return before;
    return { ...before, cycle, write, read, status: task.status, isFullDue: task.status === "ok" };
  });
  return { ...phone, sheets };
}

/** A sheet that left the inbox is asked about once more: its pair may be open, or its round over. */
export function leftDue(phone: Phone, listed: readonly Assignment[]): Phone {
  const isListed = (sheet: PhoneSheet) => listed.some((assignment) => assignment.id === sheet.id);
  const sheets = phone.sheets.map((sheet) =>
    sheet.status === "ok" && !isListed(sheet) ? { ...sheet, isFullDue: true } : sheet,
  );
  return { ...phone, sheets };
}

/** Whether a task is a person's own side of a clarity pair: then the round is its name, not the person. */
export function isOwnSide({ assignment }: Task): boolean {
  return assignment.kind === "clarity" && assignment.relationship === "self";
}

/** What a task is called: the person it is about, or for an own side the round. */
export function nameOf(task: Task): string {
  return isOwnSide(task) ? task.assignment.title : task.assignment.ratee;
}

/** The open pair a task belonged to. */
export function openPairOf({ assignment }: Task, pairs: readonly OpenPair[]): OpenPair | undefined {
  const isSame = (pair: OpenPair) =>
    assignment.relationship === "self" ? pair.you === "employee" : pair.employee.name === assignment.ratee;
  return pairs.find((pair) => pair.cycle === assignment.cycle && isSame(pair));
}

export type TaskState =
  | "new"
  | "draft"
  | "ready"
  | "finished"
  | "received"
  | "declined"
  | "closed"
  | "opened"
  | "gone"
  | "late";

export function stateOf(task: Task, form: Form | null, phone: Phone): TaskState {
  const sheet = sheetOf(phone, task.assignment.id);
  if (sheet !== undefined && !isEditable(sheet)) return sheet.status === "opened" ? "opened" : "closed";
  if (sheet?.status === "revoked") return "gone";
  const cells = cellsOf(sheet);
  if (typeof valueAt(cells, "@decline") === "string") return "declined";
  const isClean = sheet?.rows.every((row) => !row.dirty) ?? true;
  if (form !== null && isSentIn(task, form, cells)) return isClean ? "received" : "finished";
  if (form !== null && isAllAnswered(form, cells)) return "ready";
  if (Object.keys(cells).length > 0) return "draft";
  return task.assignment.state === "grace" ? "late" : "new";
}

/** Whether a sheet is sent in, as far as this phone knows: who may not read what they sent before judges nothing by it. */
export function isSentIn({ assignment }: Task, form: Form, cells: Sheet): boolean {
  return assignment.read === undefined ? valueAt(cells, "@submit") === true : isFinalNow(form, cells);
}

/** Whether a sheet was sent in and taken back to change it. */
export const isToSendAgain = (cells: Sheet): boolean => valueAt(cells, "@submit") === false;

function isAllAnswered(form: Form, cells: Sheet): boolean {
  const { answered, total } = progress(form, cells);
  return total > 0 && answered === total;
}
