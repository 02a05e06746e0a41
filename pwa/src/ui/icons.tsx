/** The few pictures of the app; all of them say what the words beside them say. */

const PATHS = {
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  phone: "M8 3h8a1 1 0 011 1v16a1 1 0 01-1 1H8a1 1 0 01-1-1V4a1 1 0 011-1zM11 18h2",
  sending: "M12 19V5M6 11l6-6 6 6",
  needs: "M12 7v6M12 16.5v.5M12 3l9.5 17h-19z",
  menu: "M4 7h16M4 12h16M4 17h16",
  chevron: "M9 5l7 7-7 7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  const turns = name === "back" || name === "chevron";
  return (
    <svg class={turns ? "icon icon-turns" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: a target seen from the shooting line. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="13" />
      <circle cx="16" cy="16" r="7.5" />
      <circle class="mark-dot" cx="16" cy="16" r="3" />
    </svg>
  );
}
