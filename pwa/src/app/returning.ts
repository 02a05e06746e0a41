/** The phone as it was stored: at every start but the first. */

import { newPhone, type Phone, type PhoneSheet } from "../core/phone";
import type { Store, Stored, Task } from "../store/types";
import type { Keeper } from "../sync/keeper";
import { isForEver, withTasks } from "./tasks";

/** The phone as it was stored. What was out of the queue only for this start gets another chance. */
export function phoneFrom(stored: Stored, d: string): Phone {
  const phone = newPhone(d, stored.meta.loads, stored.meta.offset);
  const tasks = stored.tasks.map(
    (task): Task => ({ ...task, status: isForEver(task.status) ? task.status : "ok" }),
  );
  const sheets = [...withTasks(phone, tasks).sheets, ...strays(stored)].map((sheet) => ({
    ...sheet,
    rows: stored.rows.get(sheet.id) ?? [],
    aside: stored.asides.get(sheet.id) ?? [],
  }));
  const stamps = sheets.flatMap((sheet) => sheet.rows.map((row) => row.version.hlc));
  return {
    ...phone,
    sheets,
    nUnreadable: stored.nUnreadable,
    page: { ...phone.page, highest: Math.max(0, ...stamps) },
  };
}

/** Answers whose task could not be kept, as on a full disk: they wait for the inbox that lists it again. */
function strays({ tasks, rows, asides }: Stored): readonly PhoneSheet[] {
  const known = new Set(tasks.map((task) => task.assignment.id));
  const ids = [...new Set([...rows.keys(), ...asides.keys()])].filter((id) => !known.has(id));
  return ids.map(
    (id): PhoneSheet => ({
      id,
      cycle: "",
      write: "",
      read: null,
      status: "unknown",
      rows: [],
      aside: [],
      isFullDue: false,
    }),
  );
}

/** The person has seen that answers here do not open any more; they stay where they lie. */
export async function seeUnreadable(owner: {
  readonly keeper: Keeper;
  readonly store: Store;
}): Promise<void> {
  await owner.keeper.update((phone) => ({ ...phone, nUnreadable: 0 }));
  const { meta, nUnreadable } = await owner.store.load();
  await owner.store.saveMeta({ nSeenUnreadable: meta.nSeenUnreadable + nUnreadable });
}
