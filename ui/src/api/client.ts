// One door to the REST API: deadline, CSRF header, and three kinds of failure told apart.
import { t } from "@lingui/core/macro";

import { earlyAnswer } from "./early.ts";

const BASE = "/api/v1";
const DEADLINE_MS = 10_000;

export type FailureKind = "network" | "signed-out" | "not-permitted" | "not-found" | "overtaken" | "refused" | "server";

/** What went wrong, in the server's words where it had any. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly cure: string | null = null,
    /** The server's word for programs. */
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

/** Why something failed, as part of a sentence. */
export const failureWords = (error: unknown): string => (error instanceof Failure ? error.message : t`something unexpected happened`);

let csrf = "";

/** The session's token, sent with every request that changes something. */
export function keepToken(token: string): void {
  csrf = token;
}

/** How long an answer is waited for, and what ends the waiting before. */
interface Patience {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** `revision`: what the caller has read; the server refuses to change anything newer. */
export async function call<T>(method: "GET" | "POST" | "DELETE" | "PUT", path: string, body?: unknown, revision?: number, patience?: Patience): Promise<T> {
  const response = await answered(method, path, body, revision, patience);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new Failure("server", t`the server’s answer can’t be read`, t`another program may answer at this address`);
  }
}

async function answered(method: string, path: string, body?: unknown, revision?: number, patience?: Patience): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (revision !== undefined) headers["if-match"] = `"${revision}"`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrf !== "") headers["x-csrf"] = csrf;
  let response: Response;
  try {
    const early = method === "GET" ? await earlyAnswer(BASE + path) : null;
    response = early ?? await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      signal: patience === undefined ? AbortSignal.timeout(DEADLINE_MS) : AbortSignal.any([AbortSignal.timeout(patience.ms), patience.signal]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Failure("network", t`the server does not answer`, t`see whether Pulse runs and the network is up; this page tries again`);
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** An answer that is a text file. */
export const getText = async (path: string): Promise<string> => (await answered("GET", path)).text();

export const get = <T>(path: string, patience?: Patience): Promise<T> => call<T>("GET", path, undefined, undefined, patience);

async function failureOf(response: Response): Promise<Failure> {
  const said: unknown = await response.json().catch(() => null);
  const text = (key: string) => (typeof said === "object" && said !== null && key in said ? String((said as Record<string, unknown>)[key] ?? "") : "");
  return new Failure(kindOf(response.status), text("message") || t`the server answered ${response.status}`, text("cure") || null, text("code") || null);
}

function kindOf(status: number): FailureKind {
  if (status === 401) return "signed-out";
  if (status === 403) return "not-permitted";
  if (status === 404) return "not-found";
  if (status === 412) return "overtaken";
  return status < 500 ? "refused" : "server";
}
