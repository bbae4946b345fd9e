// Which days: some that are often asked for, or from one to another.
import { t } from "@lingui/core/macro";
import { Dropdown } from "../../kit/controls.tsx";
import css from "./admin.module.css";

const usual = () => [
  { id: "all", label: t`At any time` },
  { id: "today", label: t`Today` },
  { id: "yesterday", label: t`Yesterday` },
  { id: "7", label: t`Last 7 days` },
  { id: "30", label: t`Last 30 days` },
  { id: "days", label: t`From … to …` },
];

const today = (): string => new Date().toISOString().slice(0, 10);

export function TimePick({ time, onTime }: { readonly time: string; readonly onTime: (time: string) => void }) {
  const isDays = time.includes("-");
  const [first = "", last = first] = isDays ? time.split("..") : [];
  return (
    <>
      <Dropdown
        label={t`When it was`}
        value={time === "" ? "all" : isDays ? "days" : time}
        choices={usual()}
        onChange={(next) => {
          onTime(next === "all" ? "" : next === "days" ? today() : next);
        }}
      />
      {isDays && (
        <span className={css["days"]}>
          <input type="date" aria-label={t`First day`} value={first} max={last} onChange={({ target: { value } }) => { if (value !== "") onTime(`${value}..${value > last ? value : last}`); }} />
          <input type="date" aria-label={t`Last day`} value={last} min={first} onChange={({ target: { value } }) => { if (value !== "") onTime(`${value < first ? value : first}..${value}`); }} />
        </span>
      )}
    </>
  );
}
