// The pages' frame before anything is known: it comes late, so that a quick start shows no flicker.
import { Bone } from "../kit/notice.tsx";
import { GridBones } from "../parts/live-state.tsx";
import css from "./ghost.module.css";

export function Ghost() {
  return (
    <div className={css["ghost"]}>
      <div className={css["bar"]}>
        <span className={css["product"]}>Pulse</span>
        <Bone width="16rem" />
      </div>
      <div className={css["head"]}>
        <Bone width="12rem" height="1.5rem" />
      </div>
      <div className={css["body"]}>
        <GridBones columns={6} />
      </div>
    </div>
  );
}
