// The first questions of every page, asked while its code is still on the way. Each answer is given out once, and only if it was one.
const answers = new Map<string, Promise<Response | null>>();

/** Asks at once. What the page will ask under the same address within moments comes from here. */
export function askEarly(addresses: readonly string[]): void {
  for (const address of addresses) {
    answers.set(
      address,
      fetch(address, { headers: { accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(10_000) }).then(
        (response) => (response.ok ? response : null),
        () => null,
      ),
    );
  }
}

/** The answer that is on its way, if it was asked for and comes to something; else null: ask yourself. */
export async function earlyAnswer(address: string): Promise<Response | null> {
  const answer = answers.get(address);
  answers.delete(address);
  return answer ?? null;
}

/** Whether the page at that path asks for no session: those of screens on walls. */
export const isOpen = (path: string): boolean => /^\/(shared|pair|wall\/pair)\/?$/.test(path);

/** What the page at that path begins with. */
export function firstQuestions(path: string, base = "/api/v1"): readonly string[] {
  if (isOpen(path)) return [];
  const [, board] = /^\/boards\/([^/]+)$/.exec(path) ?? [];
  return [`${base}/session`, `${base}/access`, `${base}/statistics`, `${base}/meta`, ...(board === undefined ? [] : [`${base}/boards/${board}`])];
}
