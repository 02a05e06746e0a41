/** Canonical JSON: one value has exactly one text, the same on the phone and on the server. */

const LONE_SURROGATE = /\p{Cs}/u;

export function canonical(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return integer(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") return record(value as Record<string, unknown>);
  throw new TypeError(`a ${typeof value} has no canonical JSON form`);
}

function text(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new TypeError("half a character has no canonical JSON form");
  return JSON.stringify(value);
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is outside the integers a phone can hold`);
  return String(value === 0 ? 0 : value);
}

function record(value: Record<string, unknown>): string {
  // sort() without a comparator compares UTF-16 code units, which is the rule.
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${text(key)}:${canonical(value[key])}`).join(",")}}`;
}
