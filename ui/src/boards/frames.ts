// Which pages from elsewhere may be shown. The server's policy refuses the others as well; this says why.
export interface Verdict {
  readonly title: string;
  readonly cure: string;
}

/** Null: it may be shown. `allowed`: origins as `https://host:port`, as the server's settings name them. */
export function frameVerdict(url: string, allowed: readonly string[], ours: string): Verdict | null {
  if (url.trim() === "") return { title: "No address yet", cure: "Its settings take the address of a page." };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { title: "This is no address", cure: "Write it as https://host/page." };
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return { title: "This is no web page", cure: "Write it as https://host/page." };
  // A page of our own origin could reach out of its sandbox.
  if (parsed.origin === ours) return { title: "Pulse does not show itself", cure: "Add its widgets to this board instead." };
  if (!allowed.includes(parsed.origin)) return { title: `Pages of ${parsed.host} are not allowed`, cure: `An administrator can add ${parsed.origin} to frame_origins in the settings of the server.` };
  return null;
}
