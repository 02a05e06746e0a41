/** The words of the later part. */

import type { Key, Values } from "../../core/i18n";
import en from "../../i18n/more/en.json";
import { Parts } from "../context";
import { createRoom } from "../room";

/** Addresses by language, as JSON. */
declare const MORE_CATALOGUES: string;

/** Screens of the later part speak its words and those of the first. */
export type MoreKey = Key | keyof typeof en;

const { Room, useRoom } = createRoom<keyof typeof en>(en, () => JSON.parse(MORE_CATALOGUES));

export { Room, useRoom as useMore };

/** A sentence of the later part, with names set apart. */
export function M({ k, values = {} }: { readonly k: MoreKey; readonly values?: Values }) {
  return <Parts parts={useRoom().parts(k, values)} />;
}
