/** What the server says is wrong. */

/** The word an error is known by. */
export async function codeOf(reply: Response): Promise<string> {
  const problem: unknown = await reply.json().catch(() => null);
  const code = (problem as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
