/** Whoever signs in by a card that replaced another sees nothing of what they sent before; it is said, and it stays. */

import type { Task } from "../../store/types";
import { useMore } from "./words";

/** Whether answers may lie on the server that this phone is never shown. */
export const isUnseen = ({ assignment }: Task): boolean => assignment.read === undefined;

export function Unseen({ task }: { readonly task: Task }) {
  const words = useMore();
  return isUnseen(task) ? <p class="note">{words.t("unseen")}</p> : null;
}
