/** The code of a printed card, as the address has it. */

import { expect, test } from "vitest";
import { codeIn } from "../src/claim/card";

test.each([
  ["#K7PQ-M2XA-9RTE-4WZD", "K7PQ-M2XA-9RTE-4WZD"],
  ["#K7PQ%20M2XA", "K7PQ M2XA"],
  ["#50%", "50%"],
  ["#%FF", "%FF"],
  ["", ""],
])("%s is shown as %s, to be completed", (hash, code) => {
  expect(codeIn(hash)).toBe(code);
});
