/** What a typed text becomes before it is stored; the server never alters a value. */

/** CRLF becomes LF; other control characters and halves of characters go. */
export function cleanText(typed: string): string {
  return typed
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])\p{Cc}/gu, "")
    .replace(/\p{Cs}/gu, "");
}
