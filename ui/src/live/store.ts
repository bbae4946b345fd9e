// The external store that pages subscribe to: figures per demand, one listener list per row, frames applied once per animation frame.
import { eventNow, freshnessOf, hear, silence, UNSET, type Freshness, type StreamClock } from "./clock.ts";
import { applyFrame, NOTHING, type Figures } from "./figures.ts";
import type { Demand, Frame, Micros, Request, Row, RowKey, SourceState } from "./frame.ts";
import type { LinkState } from "./link.ts";

export type Unsubscribe = () => void;
type Listener = () => void;

/** Outside things, so that tests can stand in for them. */
export interface StoreParts {
  readonly send: (request: Request) => boolean;
  /** Monotonic local time, ms. */
  readonly now: () => number;
  /** Runs once, before the next paint; or soon, when the page is hidden. */
  readonly nextFrame: (run: () => void) => void;
  readonly later: (run: () => void, ms: number) => void;
}

/** The names by which the parts of the store are listened to. */
export type Topic = "link" | "time" | "sources";

interface Channel {
  readonly demand: Demand;
  id: number;
  users: number;
  figures: Figures;
  /** The last frame that the server knows to be drawn. */
  acked: number;
  readonly all: Set<Listener>;
  readonly shape: Set<Listener>;
  readonly byRow: Map<RowKey, Set<Listener>>;
}

/** How long a demand outlives its last user, ms: going back to a page finds it warm. */
const LINGER_MS = 4000;
/** Frames kept for the next paint; beyond, they are applied at once. */
const PENDING_MAX = 512;
/** The server runs ahead of what is drawn by 32 frames at most: tell it well before. */
const ACK_EVERY = 8;

export const demandKey = (demand: Demand): string => JSON.stringify(demand);

export class LiveStore {
  private readonly channels = new Map<string, Channel>();
  private readonly topics = new Map<Topic, Set<Listener>>();
  private pending: Frame[] = [];
  private nextId = 1;
  private isScheduled = false;
  /** Event time, by the values that are followed. */
  private clock: StreamClock = UNSET;
  /** The server's time, by its heartbeats. */
  private beats: StreamClock = UNSET;
  private shownNow: Micros | null = null;
  link: LinkState = { phase: "connecting", failures: 0, reason: null };
  sources: ReadonlyMap<string, SourceState> = new Map();
  private isOpen = false;

  constructor(private readonly parts: StoreParts) {}

  /** Asks for figures; the same demand of several widgets is asked once. */
  open(demand: Demand): Unsubscribe {
    const key = demandKey(demand);
    const channel = this.channel(key, demand);
    // While nothing was followed, no values were due: their silence begins now.
    if (!this.isFollowing) this.clock = { ...this.clock, heardMs: this.parts.now() };
    channel.users += 1;
    let isUsed = true;
    return () => {
      if (!isUsed) return;
      isUsed = false;
      channel.users -= 1;
      if (channel.users > 0) return;
      this.parts.later(() => {
        this.closeUnused(key, channel);
      }, LINGER_MS);
    };
  }

  figures(key: string): Figures {
    return this.channels.get(key)?.figures ?? NOTHING;
  }

  row(key: string, row: RowKey): Row | undefined {
    return this.channels.get(key)?.figures.rows.get(row);
  }

  /** Hears every change of the demand's figures. */
  onFigures(key: string, listener: Listener): Unsubscribe {
    return listen(this.listeners(key)?.all, listener);
  }

  /** Hears when rows come and go, or the phase changes. */
  onShape(key: string, listener: Listener): Unsubscribe {
    return listen(this.listeners(key)?.shape, listener);
  }

  /** Hears changes of one row. */
  onRow(key: string, row: RowKey, listener: Listener): Unsubscribe {
    const byRow = this.listeners(key)?.byRow;
    if (byRow === undefined) return () => undefined;
    const set = byRow.get(row) ?? new Set();
    byRow.set(row, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && byRow.get(row) === set) byRow.delete(row);
    };
  }

  onTopic(topic: Topic, listener: Listener): Unsubscribe {
    const set = this.topics.get(topic) ?? new Set();
    this.topics.set(topic, set);
    return listen(set, listener);
  }

  /** The newest event time heard of; the server's time while no values are followed. */
  get at(): Micros | null {
    return this.isFollowing ? this.clock.at : this.beats.at;
  }

  /** The server has spoken. */
  get hasBegun(): boolean {
    return this.beats.at !== null || this.clock.at !== null;
  }

  /** Event time for counting seconds in a state; it never goes back. */
  now(): Micros | null {
    const now = eventNow(this.clock, this.parts.now());
    if (now !== null && (this.shownNow === null || now > this.shownNow)) this.shownNow = now;
    return this.shownNow;
  }

  /** Fresh values need a server that speaks, and event time that goes on. */
  freshness(): Freshness {
    return freshnessOf(this.silenceMs());
  }

  silenceMs(): number {
    const now = this.parts.now();
    return Math.max(silence(this.beats, now), this.isFollowing ? silence(this.clock, now) : 0);
  }

  /** How far the values are behind the server's clock, ms: more than a moment means that it catches up. */
  lagMs(): number {
    if (this.beats.at === null || this.clock.at === null || !this.isFollowing) return 0;
    return Math.max(0, (this.beats.at - this.clock.at) / 1000 + this.beats.heardMs - this.clock.heardMs);
  }

  private get isFollowing(): boolean {
    for (const channel of this.channels.values()) if (channel.users > 0) return true;
    return false;
  }

  /** The link tells how it is. On opening, everything in use is asked for again from where it stood. */
  linkChanged(link: LinkState): void {
    this.link = link;
    this.isOpen = link.phase === "open";
    if (this.isOpen) for (const channel of this.channels.values()) this.ask(channel, true);
    this.tell("link");
  }

  /** Forgets all rows and asks for them again. */
  restart(): void {
    for (const channel of this.channels.values()) {
      const before = channel.figures;
      channel.figures = NOTHING;
      this.announce(channel, before);
      this.ask(channel, false);
    }
  }

  /** Takes a frame; it is applied before the next paint. */
  receive(frame: Frame): void {
    this.pending.push(frame);
    if (this.pending.length >= PENDING_MAX) {
      this.flush();
    } else if (!this.isScheduled) {
      this.isScheduled = true;
      this.parts.nextFrame(() => {
        this.flush();
      });
    }
  }

  /** Applies what came since the last paint; each row and shape is told at most once. */
  flush(): void {
    this.isScheduled = false;
    const frames = this.pending;
    this.pending = [];
    const before = new Map<Channel, Figures>();
    let isTimeMoved = false;
    for (const frame of frames) {
      isTimeMoved = this.hearTime(frame) || isTimeMoved;
      if (frame.type === "state") this.hearSources([frame]);
      if (frame.type === "heartbeat" && frame.sources.length > 0) this.hearSources(frame.sources);
      const channel = "id" in frame ? this.byId(frame.id) : undefined;
      if (channel === undefined) continue;
      if (!before.has(channel)) before.set(channel, channel.figures);
      channel.figures = applyFrame(channel.figures, frame);
    }
    for (const [channel, figures] of before) {
      this.announce(channel, figures);
      this.acknowledge(channel);
    }
    if (isTimeMoved) this.tell("time");
  }

  private acknowledge(channel: Channel): void {
    const seq = channel.figures.position?.seq ?? 0;
    if (channel.figures.phase !== "live" || seq - channel.acked < ACK_EVERY) return;
    channel.acked = seq;
    this.parts.send({ op: "ack", id: channel.id, seq });
  }

  /** Event time goes on with values alone: a heartbeat tells only that the server lives. */
  private hearTime(frame: Frame): boolean {
    if (frame.type === "heartbeat") {
      this.beats = hear(this.beats, frame.at, this.parts.now());
      return true;
    }
    if (frame.type !== "snapshot" && frame.type !== "delta") return false;
    const heard = hear(this.clock, frame.at, this.parts.now());
    const isMoved = heard !== this.clock;
    this.clock = heard;
    return isMoved;
  }

  private hearSources(states: readonly SourceState[]): void {
    const sources = new Map(this.sources);
    for (const state of states) {
      if (state.status === "gone") sources.delete(state.source);
      else sources.set(state.source, state);
    }
    this.sources = sources;
    this.tell("sources");
  }

  private announce(channel: Channel, before: Figures): void {
    const { figures } = channel;
    if (figures === before) return;
    if (figures.phase === "catching-up" && before.phase !== "catching-up") this.ask(channel, false);
    for (const [row, listeners] of channel.byRow) {
      if (figures.rows.get(row) !== before.rows.get(row)) for (const listener of [...listeners]) listener();
    }
    if (figures.shape !== before.shape || figures.phase !== before.phase) for (const listener of [...channel.shape]) listener();
    for (const listener of [...channel.all]) listener();
  }

  /** Asks under a new id, so that frames still on their way for the old one are not mistaken. */
  private ask(channel: Channel, resume: boolean): void {
    if (!this.isOpen) return;
    const { phase, position } = channel.figures;
    if (!resume && channel.id > 0) this.parts.send({ op: "close", id: channel.id });
    channel.id = this.nextId++;
    channel.acked = resume ? (position?.seq ?? 0) : 0;
    const from = resume && position !== null && phase === "live" ? { from: position } : {};
    this.parts.send({ op: "open", id: channel.id, merge: true, ...from, ...channel.demand });
  }

  private channel(key: string, demand: Demand): Channel {
    const known = this.channels.get(key);
    if (known !== undefined) return known;
    const made: Channel = { demand, id: 0, users: 0, figures: NOTHING, acked: 0, all: new Set(), shape: new Set(), byRow: new Map() };
    this.channels.set(key, made);
    this.ask(made, false);
    return made;
  }

  private closeUnused(key: string, channel: Channel): void {
    if (channel.users > 0 || this.channels.get(key) !== channel) return;
    this.channels.delete(key);
    this.parts.send({ op: "close", id: channel.id });
  }

  private byId(id: number | null): Channel | undefined {
    for (const channel of this.channels.values()) if (channel.id === id) return channel;
    return undefined;
  }

  private listeners(key: string): Channel | undefined {
    // A listener may come before its demand is opened (effects run child first): keep a place for it.
    const known = this.channels.get(key);
    if (known !== undefined) return known;
    return this.channel(key, JSON.parse(key) as Demand);
  }

  /** Tells those who follow the time that it moved. */
  protected announceTime(): void {
    this.tell("time");
  }

  private tell(topic: Topic): void {
    for (const listener of [...(this.topics.get(topic) ?? [])]) listener();
  }
}

function listen(set: Set<Listener> | undefined, listener: Listener): Unsubscribe {
  set?.add(listener);
  return () => {
    set?.delete(listener);
  };
}
