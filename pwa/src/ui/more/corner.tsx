/** What stands small beside other things: how many answers wait, here and for each person, and the receipt. */

import { useEffect, useState } from "preact/hooks";
import type { PhoneSheet } from "../../core/phone";
import { receiptOf } from "../../core/receipt";
import { unsentOn } from "../../core/status";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { hrefOf } from "../route";
import { ReadAloud } from "./aloud";
import { Alarm } from "./warnings";
import { M, useMore } from "./words";

/** What is sent sooner is not worth a flicker. */
const WAITING_MS = 2_000;

/** True once something has waited for a while. */
function useWaiting(n: number): boolean {
  const [isLong, setLong] = useState(false);
  const isAny = n > 0;
  useEffect(() => {
    if (!isAny) return setLong(false);
    const timer = setTimeout(() => setLong(true), WAITING_MS);
    return () => clearTimeout(timer);
  }, [isAny]);
  return isAny && isLong;
}

/** At the end of every head. */
export function Corner() {
  const { view } = useShown();
  const words = useMore();
  const isWaiting = useWaiting(view.unsent);
  return (
    <>
      <Alarm />
      {isWaiting && (
        <a class="count" href={hrefOf({ screen: "needs" })}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 19V5M6 11l6-6 6 6" />
          </svg>
          <span aria-hidden="true">{view.unsent}</span>
          <span class="unseen">{words.t("unsent", { n: view.unsent })}</span>
        </a>
      )}
      <ReadAloud />
    </>
  );
}

interface NoteProps {
  readonly task: Task;
  /** Sent in before and taken back, or perhaps begun where this phone may not look. */
  readonly isNoted: boolean;
}

/** On the card of one person. */
export function CardNote({ task, isNoted }: NoteProps) {
  const { view } = useShown();
  const words = useMore();
  const sheet = view.owner?.sheet(task);
  const n = unsentOn(sheet);
  const isWaiting = useWaiting(n);
  const isBegun = (sheet?.rows.length ?? 0) > 0;
  return (
    <>
      {isNoted && <span>{words.t(isBegun ? "state_again" : "unseen_short")}</span>}
      {isWaiting && <span class="card-count">{words.t("unsent", { n })}</span>}
      {!isWaiting && sheet !== undefined && <Receipt sheet={sheet} />}
    </>
  );
}

/** Only once the server has acknowledged all of a sheet that was sent in. */
export function Receipt({ sheet }: { readonly sheet: PhoneSheet }) {
  const [code, setCode] = useState<string | null>(null);
  const { rows } = sheet;
  const isIn = rows.some((row) => row.cell === "@submit" && row.version.v === true);
  useEffect(() => {
    let isOver = false;
    setCode(null);
    if (isIn) void receiptOf(sheet).then((found) => !isOver && setCode(found));
    return () => {
      isOver = true;
    };
  }, [rows, isIn]);
  if (code === null) return null;
  return (
    <span class="receipt">
      <M k="receipt" values={{ code }} />
    </span>
  );
}
