/** Keeps the browser's offer to install the app until the part that shows it is here: it comes once, whenever it likes. */

export interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

let kept: InstallOffer | null = null;

export function keepOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    kept = event as InstallOffer;
  });
}

export const keptOffer = (): InstallOffer | null => kept;

/** An offer can be taken up once. */
export function dropOffer(): void {
  kept = null;
}
