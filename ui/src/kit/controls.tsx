// Choosing and searching: a segmented choice, a drop-down, a search field. Behaviour is react-aria's, the look is ours.
import { t } from "@lingui/core/macro";
import { Button, Input, Label, ListBox, ListBoxItem, Popover, SearchField, Select, SelectValue, ToggleButton, ToggleButtonGroup, type Key } from "react-aria-components";
import type { ReactNode } from "react";
import css from "./controls.module.css";

interface Choice<T extends string> {
  readonly id: T;
  readonly label: ReactNode;
}

export function Segmented<T extends string>({ label, value, choices, onChange }: { readonly label: string; readonly value: T; readonly choices: readonly Choice<T>[]; readonly onChange: (value: T) => void }) {
  return (
    <ToggleButtonGroup
      className={css["segmented"] ?? ""}
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        for (const key of keys) onChange(key as T);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className={css["segment"] ?? ""}>
          {choice.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** Any number of choices at once; none chosen means all. */
export function Chips<T extends string>({ label, value, choices, onChange }: { readonly label: string; readonly value: readonly T[]; readonly choices: readonly Choice<T>[]; readonly onChange: (value: readonly T[]) => void }) {
  return (
    <ToggleButtonGroup
      className={css["chips"] ?? ""}
      aria-label={label}
      selectionMode="multiple"
      selectedKeys={value}
      onSelectionChange={(keys) => {
        onChange([...keys] as T[]);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className={css["chip"] ?? ""}>
          {choice.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

export function Dropdown({ label, value, choices, onChange }: { readonly label: string; readonly value: string; readonly choices: readonly { readonly id: string; readonly label: string }[]; readonly onChange: (value: string) => void }) {
  return (
    <Select
      className={css["select"] ?? ""}
      aria-label={label}
      value={value}
      onChange={(key: Key | null) => {
        if (key !== null) onChange(String(key));
      }}
    >
      <Button className={css["field"] ?? ""}>
        <SelectValue className={css["chosen"] ?? ""} />
        <svg viewBox="0 0 12 12" width="0.75rem" height="0.75rem" aria-hidden>
          <path d="m3 4.5 3 3 3-3" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </svg>
      </Button>
      <Popover className={css["popover"] ?? ""} placement="bottom start">
        <ListBox className={css["list"] ?? ""}>
          {choices.map((choice) => (
            <ListBoxItem key={choice.id} id={choice.id} className={css["item"] ?? ""} textValue={choice.label}>
              {choice.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

export function Search({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <SearchField className={css["search"] ?? ""} value={value} onChange={onChange}>
      <Label className="heard">{label}</Label>
      <svg viewBox="0 0 16 16" width="0.875rem" height="0.875rem" aria-hidden>
        <path d="M10.6 10.6 14 14M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0Z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <Input className={css["input"] ?? ""} placeholder={label} />
      {value !== "" && (
        <Button className={css["clear"] ?? ""} aria-label={t`Clear`}>
          <svg viewBox="0 0 12 12" width="0.75rem" height="0.75rem" aria-hidden>
            <path d="m3 3 6 6m0-6-6 6" stroke="currentColor" strokeWidth="1.4" />
          </svg>
        </Button>
      )}
    </SearchField>
  );
}
