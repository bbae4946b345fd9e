import { describe, expect, it } from "vitest";
import { begin, whyNot } from "./service.ts";

describe("signing in by a service", () => {
  it("leads back to where one wanted to go, without the word of the last attempt", () => {
    const at = (pathname: string, search: string) => begin({ pathname, search });
    expect(at("/boards/b", "")).toBe("/api/v1/session/begin?to=%2Fboards%2Fb");
    expect(at("/", "?sign-in=refused")).toBe("/api/v1/session/begin?to=%2F");
    expect(at("/queues", "?sign-in=refused&find=a")).toBe("/api/v1/session/begin?to=%2Fqueues%3Ffind%3Da");
  });

  it("explains known words only", () => {
    expect(whyNot("?sign-in=refused")?.what).toBe("You were not let in.");
    expect(whyNot("?sign-in=You%20won")).toBeNull();
    expect(whyNot("")).toBeNull();
  });
});
