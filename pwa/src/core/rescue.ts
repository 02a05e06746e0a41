/** Unsent answers in a file the person keeps, and what of such a file this phone can take back. */

import { answerOf } from "./answers";
import type { Form } from "./form";
import { cellsIn, isEditable, nameOf, type Phone, type PhoneSheet, sheetOf } from "./phone";
import { adopt } from "./settle";
import type { Version } from "./sheet";
import { parseVersion } from "./sync-wire";
import { list, map, record, text, WireError } from "./wire";

const SCHEMA = "sightline-unsent/1";
/** `<item>.<question>` or `@word`: no word that every object knows, such as `constructor`, is one. */
const CELL = /^(?=.*[.@])[A-Za-z0-9@._-]{1,64}$/;
const LOAD = /^[0-9a-f]{16}$/;

type Cells = Readonly<Record<string, readonly Version[]>>;

/** A sheet that may be in the file; `about` and `round` are for who opens it, no phone reads them. */
export interface Asked {
  readonly id: string;
  readonly about: string;
  readonly round: string;
  readonly form: Form | null;
}

/** What was not sent, with what the server refused; no token, so that the file opens nothing. */
export function rescueFile(phone: Phone, asked: readonly Asked[], made: string): unknown {
  const sheets = asked.flatMap(({ id, about, round, form }) => {
    const sheet = sheetOf(phone, id);
    const unsent = sheet?.rows.filter((row) => row.dirty) ?? [];
    const refused = sheet?.aside.map(({ version }) => version.v) ?? [];
    if (unsent.length + refused.length === 0) return [];
    const cells = cellsIn(unsent);
    return [
      { assignment: id, about, round, answers: form === null ? [] : said(form, cells), refused, cells },
    ];
  });
  return { schema: SCHEMA, made, sheets };
}

/** The unsent answers in words: a person may have to type them in again. */
function said(form: Form, cells: Cells): readonly string[] {
  return form.steps.flatMap((step) => {
    const answer = answerOf(step, form, cells);
    return answer === null ? [] : [`${step.text} ${answer}`];
  });
}

export interface Rescued {
  readonly assignment: string;
  readonly cells: Cells;
}

/** Read such a file; anything else throws `WireError`. */
export function parseRescue(body: unknown): readonly Rescued[] {
  const file = record(body, "file");
  if (file.schema !== SCHEMA) throw new WireError("schema", SCHEMA);
  return list(file.sheets, "sheets", (value, at) => {
    const sheet = record(value, at);
    const cells = map(sheet.cells, `${at}.cells`, (versions, where) => list(versions, where, checked));
    for (const cell of Object.keys(cells)) if (!CELL.test(cell)) throw new WireError(at, "a cell");
    return { assignment: text(sheet.assignment, `${at}.assignment`), cells };
  });
}

function checked(value: unknown, at: string): Version {
  const version = parseVersion(value, at);
  const isNamed = [version.d, ...Object.keys(version.seen)].every((d) => LOAD.test(d));
  const isCounted = version.n >= 1 && version.hlc >= 0;
  if (!isNamed || !isCounted || (version.seen[version.d] ?? 0) >= version.n)
    throw new WireError(at, "a version");
  return version;
}

interface TakenBack {
  readonly phone: Phone;
  /** How many answers were not on this phone. */
  readonly n: number;
  /** Whether any sheet of the file is here and open. */
  readonly isHere: boolean;
}

/** Take back what belongs to a sheet that is here and open; what the phone knows already changes nothing. */
export function takeBack(phone: Phone, sheets: readonly Rescued[]): TakenBack {
  let [after, n, isHere] = [phone, 0, false];
  for (const { assignment, cells } of sheets) {
    const sheet = sheetOf(after, assignment);
    if (sheet === undefined || !isEditable(sheet)) continue;
    after = adopt(after, assignment, cells, { isUnsent: true });
    const known = namesOn(sheet);
    n += [...namesOn(sheetOf(after, assignment))].filter((name) => !known.has(name)).length;
    isHere = true;
  }
  return { phone: after, n, isHere };
}

const namesOn = (sheet: PhoneSheet | undefined): ReadonlySet<string> =>
  new Set(sheet?.rows.map((row) => nameOf(row.cell, row.version)));
