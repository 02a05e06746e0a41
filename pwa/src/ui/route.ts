/** Where the person is, as the part of the address after #; a reload comes back to the same place. */

export type Route =
  | { readonly screen: "inbox" | "menu" | "needs" | "great" }
  | { readonly screen: "gaps"; readonly cycle: string; readonly employee: string }
  | { readonly screen: "task" | "promise" | "brief" | "review" | "decline"; readonly task: string }
  | { readonly screen: "step"; readonly task: string; readonly step: number };

export type TaskRoute = Extract<Route, { readonly task: string }>;

const OF_TASK = ["promise", "brief", "review", "decline"] as const;

export function hrefOf(route: Route): string {
  switch (route.screen) {
    case "inbox":
      return "#/";
    case "menu":
    case "needs":
    case "great":
      return `#/${route.screen}`;
    case "gaps":
      return `#/gaps/${route.cycle}/${route.employee}`;
    case "task":
      return `#/a/${route.task}`;
    case "step":
      return `#/a/${route.task}/${route.step + 1}`;
    default:
      return `#/a/${route.task}/${route.screen}`;
  }
}

export function parseRoute(hash: string): Route {
  const [, first, task, rest] = hash.split("/");
  if (first === "menu" || first === "needs" || first === "great") return { screen: first };
  if (first === "gaps" && isId(task) && isId(rest)) return { screen: "gaps", cycle: task, employee: rest };
  if (first !== "a" || !isId(task)) return { screen: "inbox" };
  if (rest === undefined) return { screen: "task", task };
  if (/^[1-9]\d{0,3}$/.test(rest)) return { screen: "step", task, step: Number(rest) - 1 };
  const screen = OF_TASK.find((name) => name === rest);
  return screen === undefined ? { screen: "task", task } : { screen, task };
}

const isId = (part: string | undefined): part is string => part !== undefined && /^[0-9a-f]{32}$/.test(part);
