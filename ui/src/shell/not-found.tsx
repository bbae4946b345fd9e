// An address that leads nowhere.
import { Link } from "@tanstack/react-router";
import { Notice } from "../kit/notice.tsx";

export function NotFound() {
  return (
    <Notice title="There is no such page" action={<Link to="/">Go to the overview</Link>}>
      The address may be old, or mistyped.
    </Notice>
  );
}
