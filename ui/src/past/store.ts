// A store whose values stand still: the tables of an instant of the past, in place of the stream. All that is on the screen is of one instant.
import type { Freshness } from "../live/clock.ts";
import { micros, rowKey, type Cell, type Demand, type Frame, type Micros, type Request } from "../live/frame.ts";
import { readTable } from "../live/parse.ts";
import { demandKey, LiveStore } from "../live/store.ts";

/** What the server answers for a demand at an instant: {at, awake, columns, rows, visible}. Fails with words for people. */
export type Ask = (demand: Demand, at: number) => Promise<unknown>;

export interface PastState {
  /** The step that is shown, seconds; null before the first. */
  readonly shown: number | null;
  readonly isLoading: boolean;
  /** Values were computed at that time. */
  readonly isAwake: boolean;
  readonly failure: string | null;
}

interface Parts {
  readonly ask: Ask;
  readonly wordsOf: (error: unknown) => string;
  readonly inWords: (frame: Frame) => Frame;
  readonly nextFrame: (run: () => void) => void;
  readonly later: (run: () => void, ms: number) => void;
}

/** Answers that are kept: going back and forth costs nothing. */
const KEPT_MAX = 300;

export class PastStore extends LiveStore {
  private readonly asked = new Map<number, { readonly demand: Demand; done: number | null }>();
  private readonly kept = new Map<string, unknown>();
  private wanted: number | null = null;
  private isRunning = false;
  private seq = 0;
  state: PastState = { shown: null, isLoading: false, isAwake: true, failure: null };

  constructor(private readonly past: Parts) {
    super({
      send: (request) => this.take(request),
      now: () => 0,
      nextFrame: past.nextFrame,
      later: past.later,
    });
    this.linkChanged({ phase: "open", failures: 0, reason: null });
  }

  /** Goes to an instant, seconds. What is on its way is shown still, then this. */
  show(at: number): void {
    if (this.wanted === at) return;
    this.wanted = at;
    void this.run();
  }

  override get at(): Micros | null {
    return this.now();
  }

  override get hasBegun(): boolean {
    return true;
  }

  override now(): Micros | null {
    const at = this.state.shown ?? this.wanted;
    return at === null ? null : micros(at * 1e6);
  }

  /** The past does not age. */
  override freshness(): Freshness {
    return "fresh";
  }

  override silenceMs(): number {
    return 0;
  }

  override lagMs(): number {
    return 0;
  }

  private take(request: Request): boolean {
    if (request.op === "close") this.asked.delete(request.id);
    if (request.op === "open") {
      const { op: _, id, merge: __, from: ___, ...demand } = request;
      this.asked.set(id, { demand, done: null });
      void this.run();
    }
    return true;
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    // Whoever opens a demand opens several in one go.
    await Promise.resolve();
    for (let at = this.wanted; at !== null; at = this.wanted) {
      const due = [...this.asked].filter(([, { done }]) => done !== at);
      if (due.length === 0) break;
      this.turn({ isLoading: true });
      const instant = at;
      const frames = await Promise.all(due.map(async ([id, { demand }]) => this.frameOf(id, demand, instant)));
      for (const [, entry] of due) entry.done = instant;
      let failure: string | null = null;
      let isAwake = true;
      let shown = instant;
      for (const { frame, isAwake: wasAwake } of frames) {
        if (frame.type === "error") failure = frame.message;
        if (frame.type === "snapshot") shown = frame.at / 1e6;
        isAwake &&= wasAwake;
        this.receive(frame);
      }
      this.turn({ shown, isAwake, failure });
    }
    this.isRunning = false;
    this.turn({ isLoading: false });
  }

  private async frameOf(id: number, demand: Demand, at: number): Promise<{ readonly frame: Frame; readonly isAwake: boolean }> {
    const key = `${demandKey(demand)}@${at}`;
    try {
      const answer = this.kept.get(key) ?? (await this.past.ask(demand, at));
      this.keep(key, answer);
      const frame = readTable(answer, id, (this.seq += 1));
      if (frame === null) throw new Error("unreadable");
      return { frame: this.past.inWords(notKept(frame)), isAwake: (answer as { readonly awake?: unknown }).awake !== false };
    } catch (error) {
      return { frame: { type: "error", id, code: "past", message: this.past.wordsOf(error), column: null }, isAwake: true };
    }
  }

  private keep(key: string, answer: unknown): void {
    this.kept.set(key, answer);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_MAX) break;
      this.kept.delete(oldest);
    }
  }

  private turn(change: Partial<PastState>): void {
    const after = { ...this.state, ...change };
    if (JSON.stringify(after) === JSON.stringify(this.state)) return;
    this.state = after;
    this.announceTime();
  }
}

/** Rows go by their objects, whichever instant they are of; a cell without a stored value says so. */
function notKept(frame: Frame): Frame {
  if (frame.type !== "snapshot") return frame;
  const cell = (one: Cell): Cell => (one.v === null && one.reason === "no_data" ? { ...one, reason: "not_kept" } : one);
  return { ...frame, rows: frame.rows.map((row) => ({ ...row, row: rowKey(row.object), cells: row.cells.map(cell) })) };
}
