/** The later part of the app: lines of a clarity form, top three, gap lists, profiles. */

export { GapsScreen } from "./gaps";
export { GreatScreen } from "./great";
export { LineScreen } from "./line";
export { TeachBackScreen, TopThreeScreen } from "./top-three";
export { Room } from "./words";
