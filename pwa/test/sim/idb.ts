/** Takes the place of the part `idb` in the simulated phone. */

import type { Connection, OpenOptions } from "./disk";
import { here } from "./platform";

export function openDB(name: string, version: number, options: OpenOptions): Promise<Connection> {
  const page = here();
  return page.phone.disk.connect(name, version, page, options);
}

export function deleteDB(name: string): Promise<void> {
  const page = here();
  return page.phone.disk.remove(name, page);
}
