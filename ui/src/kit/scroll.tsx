// What may be larger than its frame: scrolled with the wheel, and with the keyboard as well.
import type { ReactNode } from "react";

export function Scroll({ label, className, children }: { readonly label: string; readonly className: string | undefined; readonly children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without the focus, arrow keys could not scroll it
    <div className={className} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
