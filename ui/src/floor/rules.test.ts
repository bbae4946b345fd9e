import { describe, expect, it } from "vitest";
import { conditionWords, ruleWords, seededRule, valueWords, yesterday } from "./rules.ts";

describe("rules in words", () => {
  it("say what must hold where", () => {
    expect(conditionWords({ is: "above", raise: 60, clear: 30 }, "seconds")).toBe("over 1:00");
    expect(conditionWords({ is: "below", raise: 80 }, "percent")).toContain("under 80");
    expect(conditionWords({ is: "state", states: ["NotReadyForNextCall"] }, "status")).toBe("Not ready");
    const rule = { ...seededRule({ type: "Queue", statistic: "X", object: undefined, limit: "60" }), for_s: 0 };
    expect(ruleWords(rule, "Longest wait", "seconds")).toBe("Longest wait over 1:00. Queues: all");
  });

  it("tell values of all kinds", () => {
    expect(valueWords(61, "seconds")).toBe("1:01");
    expect(valueWords("AfterCallWork", "status")).toBe("Wrap-up");
    expect(valueWords(null, "count")).toBeNull();
  });

  it("know yesterday in the viewer’s zone", () => {
    const now = Date.UTC(2026, 10, 29, 0, 30);
    const [from, to] = yesterday(now, "Europe/Berlin");
    expect(new Date(from).toISOString()).toBe("2026-11-27T23:00:00.000Z");
    expect(new Date(to).toISOString()).toBe("2026-11-28T23:00:00.000Z");
  });
});
