// The socket: opens, re-opens with growing pauses, gives parsed frames to its listener. No knowledge of rows.
import { parseFrame } from "./parse.ts";
import type { Frame, Request } from "./frame.ts";

export type LinkPhase = "connecting" | "open" | "waiting" | "closed";

export interface LinkState {
  readonly phase: LinkPhase;
  /** Attempts since the last success. */
  readonly failures: number;
  /** Why the last connection ended, in the server's words, if it gave any. */
  readonly reason: string | null;
}

/** What of a WebSocket is used; tests bring their own. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
}

export interface LinkParts {
  readonly connect: () => Socket;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: LinkState) => void;
  /** In [0, 1): spreads the pauses of many browsers. */
  readonly chance: () => number;
}

const PAUSES_MS = [400, 1000, 2000, 4000, 8000];
/** No server is asked more often, whatever it says. */
const PAUSE_MS_MIN = 300;
/** A server that says nothing for so long (heartbeats come each second) is taken for gone. */
const SILENCE_MS = 6000;

/** The pause before the next attempt: grows with failures, spread by up to a third. */
export function pauseMs(failures: number, chance: number): number {
  const base = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 8000;
  return Math.round(base * (1 + chance / 3));
}

export class Link {
  private socket: Socket | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private askedPause: number | null = null;
  private reason: string | null = null;
  /** Messages that could not be read since the start. */
  unreadable = 0;

  constructor(private readonly parts: LinkParts) {}

  start(): void {
    if (this.socket === null) this.connect();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.drop();
    this.tell("closed");
  }

  /** Sends when open; false when it could not. */
  send(request: Request): boolean {
    if (this.socket === null || !this.isOpen) return false;
    this.socket.send(JSON.stringify(request));
    return true;
  }

  /** Ends the pause: the user, or the network coming back, asks to try at once. */
  retryNow(): void {
    if (this.socket !== null) return;
    clearTimeout(this.timer);
    this.connect();
  }

  private isOpen = false;

  private connect(): void {
    this.tell("connecting");
    let socket: Socket;
    try {
      socket = this.parts.connect();
    } catch {
      this.lost();
      return;
    }
    this.socket = socket;
    this.watch();
    socket.onopen = () => {
      this.isOpen = true;
      this.watch();
      this.tell("open");
    };
    socket.onmessage = (event) => {
      this.failures = 0;
      this.watch();
      this.receive(event.data);
    };
    socket.onerror = () => undefined; // a close always follows
    socket.onclose = () => {
      this.lost();
    };
  }

  private receive(data: unknown): void {
    const frame = typeof data === "string" ? parseFrame(data) : null;
    if (frame === null) {
      this.unreadable += 1;
      return;
    }
    if (frame.type === "bye") {
      this.askedPause = frame.retryMs;
      this.reason = frame.reason;
    }
    this.parts.onFrame(frame);
  }

  private lost(): void {
    this.drop();
    const pause = Math.max(this.askedPause ?? pauseMs(this.failures, this.parts.chance()), PAUSE_MS_MIN);
    this.askedPause = null;
    this.failures += 1;
    this.tell("waiting");
    this.timer = setTimeout(() => {
      this.connect();
    }, pause);
  }

  private drop(): void {
    clearTimeout(this.watchdog);
    const socket = this.socket;
    this.socket = null;
    this.isOpen = false;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      this.lost();
    }, SILENCE_MS);
  }

  private tell(phase: LinkPhase): void {
    if (phase === "open") this.reason = null;
    this.parts.onState({ phase, failures: this.failures, reason: this.reason });
  }
}
