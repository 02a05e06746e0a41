/** What the app needs below its screens, but not before the first question: brought a second after the first screen, or
 *  at once where there is something to read back. */

export { rejoined, tidied } from "../core/rejoin";
export { besideIn } from "../store/beside";
export { openMemoryStore } from "../store/memory-store";
export { givenKey, openStored } from "../store/stored";
export { refuseIdentity } from "../sync/session";
export { endDue, noteLeaving, takeLeft } from "./leaving";
export { phoneFrom } from "./returning";
export { createSender } from "./sender";
export { bringCards, createShelf } from "./shelf";
export { asksForCode } from "./sign-in";
