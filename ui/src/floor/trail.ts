// The way by which one came to an object: "board/service/sl" -> its steps. It stands in the address, so that a link leads back as well.
export type Step = { readonly to: "queues" | "agents" | "overview" | "boards" } | { readonly to: "board"; readonly board: string } | { readonly to: "widget"; readonly board: string; readonly widget: string };

const PAGES = ["overview", "queues", "agents"] as const;

/** What can't be read leads back to the list that holds the object. */
export function readFrom(text: string | undefined, list: "queues" | "agents"): readonly Step[] {
  const [kind, board, widget] = (text ?? "").split("/");
  if (kind === "board" && board !== undefined && board !== "") {
    return [{ to: "boards" }, { to: "board", board }, ...(widget === undefined || widget === "" ? [] : [{ to: "widget", board, widget } as const])];
  }
  const page = PAGES.find((each) => each === kind);
  return [{ to: page ?? list }];
}

export const fromBoard = (board: string, widget?: string): string => (widget === undefined ? `board/${board}` : `board/${board}/${widget}`);
