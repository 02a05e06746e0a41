/** The later part of the app: what nobody needs before the first question. */

export { BriefEnd, BriefHead, Optional } from "./brief-end";
export { CardNote, Corner } from "./corner";
export { Decline } from "./decline";
export { Ended } from "./ended";
export { GapsScreen } from "./gaps";
export { GreatScreen } from "./great";
export { LineScreen } from "./line";
export { Menu } from "./menu";
export { Needs } from "./needs";
export { LineExtras, Way } from "./note";
export { ReadyOffline } from "./ready";
export { Review } from "./review";
export { TeachBackScreen, TopThreeScreen } from "./top-three";
export { UnderList } from "./under-list";
export { Undo } from "./undo";
export { watchAll as watchShell } from "./watch";
export { Room } from "./words";
export { Written } from "./written";
