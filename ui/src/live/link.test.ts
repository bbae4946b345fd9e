// The socket's life, with sockets and timers of the test's own.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Link, pauseMs, type LinkState, type Socket } from "./link.ts";
import type { Frame } from "./frame.ts";

class FakeSocket implements Socket {
  sent: string[] = [];
  isClosed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.isClosed = true;
  }
}

let sockets: FakeSocket[];
let states: LinkState[];
let frames: Frame[];
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  frames = [];
  link = new Link({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    chance: () => 0,
  });
  link.start();
});
afterEach(() => {
  link.stop();
  vi.useRealTimers();
});

const last = () => sockets.at(-1) as FakeSocket;
const say = (message: unknown) => last().onmessage?.({ data: JSON.stringify(message) });

test("frames reach the listener; what can't be read is counted and passed over", () => {
  last().onopen?.();
  say({ type: "heartbeat", at: 1 });
  last().onmessage?.({ data: "{" });
  expect(frames).toHaveLength(1);
  expect(link.unreadable).toBe(1);
});
test("nothing is sent before the socket is open", () => {
  expect(link.send({ op: "close", id: 1 })).toBe(false);
  last().onopen?.();
  expect(link.send({ op: "close", id: 1 })).toBe(true);
  expect(last().sent).toEqual(['{"op":"close","id":1}']);
});
test("a lost connection is tried again, with growing pauses", () => {
  last().onclose?.();
  vi.advanceTimersByTime(399);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(2);
  last().onclose?.();
  vi.advanceTimersByTime(999);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(3);
});
test("a message resets the pauses", () => {
  last().onclose?.();
  vi.advanceTimersByTime(400);
  last().onopen?.();
  say({ type: "heartbeat", at: 1 });
  last().onclose?.();
  vi.advanceTimersByTime(400);
  expect(sockets).toHaveLength(3);
});
test("a farewell says when to come back, and why it left", () => {
  last().onopen?.();
  say({ type: "bye", reason: "restart", retry_ms: 5000 });
  last().onclose?.();
  expect(states.at(-1)).toMatchObject({ phase: "waiting", reason: "restart" });
  vi.advanceTimersByTime(4999);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(2);
});
test("a server that has gone silent is left", () => {
  last().onopen?.();
  const silent = last();
  vi.advanceTimersByTime(6000);
  expect(silent.isClosed).toBe(true);
  expect(states.at(-1)?.phase).toBe("waiting");
});
test("asked to try now, it does not wait", () => {
  last().onclose?.();
  link.retryNow();
  expect(sockets).toHaveLength(2);
});
test("after a stop nothing is tried again", () => {
  link.stop();
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(1);
});
test("many browsers do not come back at the same instant", () => {
  expect(pauseMs(0, 0)).toBe(400);
  expect(pauseMs(0, 0.99)).toBeGreaterThan(500);
  expect(pauseMs(99, 0)).toBe(8000);
});
