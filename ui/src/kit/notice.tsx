// What a page says when it has nothing to show: empty, refused, failed. One line of what, one of what to do.
import type { ReactNode } from "react";
import css from "./notice.module.css";

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly kind?: "quiet" | "error";
}

export function Notice({ title, children, action, kind = "quiet" }: Props) {
  return (
    <div className={css["notice"]} role={kind === "error" ? "alert" : "status"}>
      <p className={css["title"]}>{title}</p>
      {children !== undefined && <div className={css["body"]}>{children}</div>}
      {action !== undefined && <div className={css["action"]}>{action}</div>}
    </div>
  );
}

/** Grey bars where text will stand. */
export function Bone({ width, height = "0.75rem" }: { readonly width: string; readonly height?: string }) {
  return <span className={css["bone"]} style={{ width, height }} aria-hidden />;
}
