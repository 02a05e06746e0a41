/** A part that has to come: asked for again until it is here. */

const AGAIN_MS = 2_000;

export async function stubborn<T>(bring: () => Promise<T>): Promise<T> {
  for (;;) {
    const part = await bring().catch(() => null);
    if (part !== null) return part;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
