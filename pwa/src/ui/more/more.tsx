/** The later part of the app: what nobody needs before the first question. */

export { watchShell } from "../../app/shell";
export { Comment } from "./comment";
export { Decline } from "./decline";
export { Ended } from "./ended";
export { Extras } from "./extras";
export { GapsScreen } from "./gaps";
export { GreatScreen } from "./great";
export { LineScreen } from "./line";
export { Menu } from "./menu";
export { Needs } from "./needs";
export { Review } from "./review";
export { IdentityNote, SharedLeaving } from "./shared";
export { TeachBackScreen, TopThreeScreen } from "./top-three";
export { Room } from "./words";
