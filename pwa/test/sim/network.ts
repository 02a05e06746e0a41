/** Between a phone and the server: drops requests and replies, repeats, delays, reorders, and puts portals in between. */

import { parseSyncRequest, type SyncReply, type SyncRequest } from "../../src/core/sync-wire";
import type { Held } from "./journal";
import { nameOf } from "./journal";
import type { NetState, Page } from "./phone";
import { enterPage } from "./platform";
import type { World } from "./world";

type Fate = "fine" | "request lost" | "reply lost" | "repeated" | "late" | "portal" | "failing";
type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly held: Record<string, Held | null>;
  /** How often the server had lost something when it answered. */
  readonly losses: number;
};

interface Exchange {
  readonly page: Page;
  readonly url: string;
  readonly options: RequestInit;
  readonly request: SyncRequest | null;
  readonly deliver: (answer: Answer) => void;
}

const FAIRLY_MS = 250;

export class Network {
  requests = 0;

  constructor(private readonly world: World) {}

  fetch(page: Page, url: string, options: RequestInit): Promise<Response> {
    const { timeline, chance } = this.world;
    const isSync = url === "/api/v1/sync";
    const request = isSync ? parseSyncRequest(JSON.parse(String(options.body))) : null;
    if (request !== null) this.world.checkRequest(page, request);
    this.requests += 1;
    const fate = this.fateOf(page.phone.net);
    this.world.count(`network: ${fate}`);
    this.world.note(
      () => `phone ${page.phone.index} page ${page.number}: ${options.method ?? "GET"} ${url} (${fate})`,
    );
    return new Promise((resolve, reject) => {
      let isOver = false;
      const once = (run: () => void) => () => {
        if (isOver || !page.isAlive) return;
        isOver = true;
        enterPage(page);
        run();
      };
      const fail = once(() => reject(new TypeError("network")));
      options.signal?.addEventListener("abort", fail);
      const deliver = (answer: Answer) =>
        once(() => {
          if (request !== null && options.keepalive !== true && answer.status === 200)
            this.world.replying(page, request, answer);
          resolve(responseOf(answer, true));
        })();
      const exchange: Exchange = { page, url, options, request, deliver };
      const way = () => 5 + chance.below(FAIRLY_MS);
      if (fate === "request lost") timeline.plan(chance.is(0.5) ? way() : 60_000, fail);
      else if (fate === "portal")
        timeline.plan(
          way(),
          once(() => resolve(responseOf(PORTAL, false))),
        );
      else if (fate === "failing")
        timeline.plan(
          way(),
          once(() => resolve(responseOf(this.failing(), true))),
        );
      else if (fate === "reply lost")
        timeline.plan(way(), () => this.arrive({ ...exchange, deliver: () => timeline.plan(way(), fail) }));
      else {
        const ms = fate === "late" ? chance.below(120_000) : way();
        timeline.plan(ms, () =>
          this.arrive({ ...exchange, deliver: (answer) => void timeline.plan(way(), () => deliver(answer)) }),
        );
        // A proxy that sends it once more, much later; nobody waits for what comes back.
        if (fate === "repeated" && request !== null)
          timeline.plan(chance.below(chance.is(0.5) ? 5_000 : 3_600_000), () =>
            this.arrive({ ...exchange, deliver: () => undefined }),
          );
      }
    });
  }

  private failing(): Answer {
    const status = this.world.chance.pick([500, 502, 503, 429, 503]);
    return { status, body: { code: "busy" }, held: {}, losses: 0 };
  }

  private fateOf(net: NetState): Fate {
    if (net === "off") return "request lost";
    if (net === "portal") return "portal";
    if (net === "down") return "failing";
    if (net === "good") return "fine";
    const draw = this.world.chance.next();
    if (draw < 0.2) return "request lost";
    if (draw < 0.4) return "reply lost";
    if (draw < 0.55) return "repeated";
    return draw < 0.7 ? "late" : "fine";
  }

  private arrive(exchange: Exchange): void {
    const { page, url, options, deliver } = exchange;
    const { phone } = page;
    const now = this.world.serverNow();
    const say = (status: number, body: unknown = {}) => deliver({ status, body, held: {}, losses: 0 });
    if (exchange.request !== null) {
      const opensPairs = this.world.chance.is(0.7);
      this.world.ask("sync", [String(options.body), now, opensPairs], (result) => {
        const [status, body, held] = result as [number, unknown, Record<string, Held | null>];
        this.world.answered(exchange.request as SyncRequest, status, body as SyncReply);
        deliver({ status, body, held, losses: this.world.losses });
      });
    } else if (url.startsWith("/api/v1/inbox")) {
      if (phone.session === null) say(401);
      else
        this.world.ask("inbox", [phone.session, phone.mayRead, now], (result) => {
          const [status, body] = result as [number, { assignments?: { id: string; write: string }[] }];
          for (const one of body.assignments ?? []) this.world.tokens.set(one.write, one.id);
          say(status, body);
        });
    } else if (url.startsWith("/api/v1/forms/")) say(200, this.world.forms[url.split("/")[4] ?? ""]);
    else if (url === "/api/v1/session") {
      phone.session = options.method === "DELETE" ? null : phone.nextPerson;
      say(204);
    } else say(404);
  }
}

const PORTAL: Answer = { status: 200, body: null, held: {}, losses: 0 };

function responseOf({ status, body }: Answer, isOurs: boolean): Response {
  const headers = {
    get: (name: string) =>
      name === "x-sightline" && isOurs ? "1" : name === "retry-after" && status === 503 ? "20" : null,
  };
  const json = () => (isOurs ? Promise.resolve(body) : Promise.reject(new SyntaxError("html")));
  return { status, ok: status >= 200 && status < 300, headers, json } as unknown as Response;
}

/** Every version a request names: those whose bytes it carries, and those it says are held. */
export function namedIn(
  sheet: SyncRequest["sheets"][number],
): readonly { cell: string; d: string; n: number }[] {
  return [
    ...Object.entries(sheet.cells).flatMap(([cell, all]) => all.map(({ d, n }) => ({ cell, d, n }))),
    ...Object.entries(sheet.have).flatMap(([d, cells]) =>
      Object.entries(cells).map(([cell, n]) => ({ cell, d, n })),
    ),
  ];
}

export { nameOf };
