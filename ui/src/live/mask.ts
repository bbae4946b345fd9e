// Agents without their names, for walls that strangers see. Numbers are given in the order of coming, and kept.
import type { Frame, Row } from "./frame.ts";

export class NameMask {
  private readonly numbers = new Map<string, number>();

  apply(frame: Frame): Frame {
    if (frame.type === "snapshot") return { ...frame, rows: frame.rows.map((row) => this.hide(row)) };
    if (frame.type === "delta" && frame.added.length > 0) return { ...frame, added: frame.added.map((row) => this.hide(row)) };
    return frame;
  }

  private hide(row: Row): Row {
    if (row.objectType !== "Agent") return row;
    const number = this.numbers.get(row.object) ?? this.numbers.size + 1;
    this.numbers.set(row.object, number);
    return { ...row, name: `Agent ${number}` };
  }
}
