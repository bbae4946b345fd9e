// The page's one stream: a store on a socket. Started at sign-in, stopped at sign-out.
import { frameInWords } from "../i18n/library.ts";
import { Link, type Socket } from "./link.ts";
import { NameMask } from "./mask.ts";
import { LiveStore } from "./store.ts";

const HIDDEN_MS = 250;

let link: Link | null = null;
let started: LiveStore | null = null;
let mask: NameMask | null = null;

/** Agents' names are kept off the screen, or shown again. */
export function hideNames(isHidden: boolean): void {
  if (isHidden === (mask !== null)) return;
  mask = isHidden ? new NameMask() : null;
  started?.restart();
}

/** For "try now": null before the first start. */
export const startedLink = (): Link | null => link;

/** The one store of this page; made at the first call. `path`: of the stream. */
export function startLive(path = "/api/v1/stream"): LiveStore {
  started ??= makeLive(path);
  return started;
}

function makeLive(path: string): LiveStore {
  const store: LiveStore = new LiveStore({
    send: (request) => link?.send(request) ?? false,
    now: () => performance.now(),
    // A hidden page gets no animation frames, yet must not heap up what arrives.
    nextFrame: (run) => {
      if (document.hidden) setTimeout(run, HIDDEN_MS);
      else requestAnimationFrame(run);
    },
    later: (run, ms) => {
      setTimeout(run, ms);
    },
  });
  link = new Link({
    connect: () => new WebSocket(streamAddress(path)) as unknown as Socket,
    onFrame: (told) => {
      const frame = frameInWords(told);
      store.receive(mask?.apply(frame) ?? frame);
    },
    onState: (state) => {
      store.linkChanged(state);
    },
    chance: () => Math.random(),
  });
  window.addEventListener("online", () => link?.retryNow());
  link.start();
  return store;
}

function streamAddress(path: string): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}${path}`;
}
