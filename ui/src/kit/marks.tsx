// The two marks for "look here": their outline differs, not only their colour.
import css from "./marks.module.css";

export type MarkLevel = "warn" | "breach";

/** An outlined triangle, or a filled octagon with a bar. */
export function Mark({ level, label }: { readonly level: MarkLevel; readonly label?: string }) {
  const spoken = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return level === "warn" ? (
    <svg className={css["warn"]} viewBox="0 0 16 16" {...spoken}>
      <path d="M8 2.2 14.6 13.8H1.4Z" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" />
      <path d="M8 6.4v3.4M8 11.3v.9" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  ) : (
    <svg className={css["breach"]} viewBox="0 0 16 16" {...spoken}>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" fill="currentColor" />
      <path d="M8 4v5M8 10.7v1.5" className={css["bar"]} strokeWidth="2" />
    </svg>
  );
}
