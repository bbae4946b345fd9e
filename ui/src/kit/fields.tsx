// Fields of forms: text, number, yes or no, one of several. Each has its name above it and its word of help below.
import type { ReactNode } from "react";
import { FieldError, Input, Label, Switch, Text, TextArea, TextField } from "react-aria-components";
import css from "./fields.module.css";

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly isLong?: boolean;
  readonly isFirst?: boolean;
  /** Phones show their keys for digits. */
  readonly isDigits?: boolean;
}

export function Written({ label, value, onChange, help, error = null, placeholder = "", isLong = false, isFirst = false, isDigits = false }: TextProps) {
  return (
    // eslint-disable-next-line jsx-a11y/no-autofocus -- of a window that was opened to be typed into
    <TextField className={css["field"] ?? ""} value={value} onChange={onChange} isInvalid={error !== null} autoFocus={isFirst}>
      <Label className={css["label"] ?? ""}>{label}</Label>
      {isLong ? <TextArea className={`${css["input"]} ${css["long"]}`} placeholder={placeholder} rows={4} /> : <Input className={css["input"] ?? ""} placeholder={placeholder} {...(isDigits ? { inputMode: "numeric" as const, autoComplete: "off" } : {})} />}
      {help !== undefined && error === null && (
        <Text slot="description" className={css["help"] ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={css["error"] ?? ""}>{error}</FieldError>
    </TextField>
  );
}

interface NumberProps {
  readonly label: string;
  /** null: nothing is said. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly placeholder?: string;
  readonly isLabelHidden?: boolean;
}

/** Empty means: not said. What is no number is not taken. */
export function Amount({ label, value, onChange, placeholder = "", isLabelHidden = false }: NumberProps) {
  return (
    <TextField
      className={css["field"] ?? ""}
      defaultValue={value === null ? "" : String(value)}
      onChange={(text) => {
        const number = Number(text.replace(",", "."));
        if (text.trim() === "") onChange(null);
        else if (Number.isFinite(number)) onChange(number);
      }}
    >
      <Label className={isLabelHidden ? "heard" : (css["label"] ?? "")}>{label}</Label>
      <Input className={`${css["input"]} ${css["amount"]}`} inputMode="decimal" placeholder={placeholder} />
    </TextField>
  );
}

export function Toggle({ label, isOn, onChange, help }: { readonly label: string; readonly isOn: boolean; readonly onChange: (isOn: boolean) => void; readonly help?: string }) {
  return (
    <div className={css["field"]}>
      <Switch className={css["switch"] ?? ""} isSelected={isOn} onChange={onChange}>
        <span className={css["track"]} aria-hidden>
          <span className={css["knob"]} />
        </span>
        {label}
      </Switch>
      {help !== undefined && <span className={css["help"]}>{help}</span>}
    </div>
  );
}

/** A name above something that is no field by itself. */
export function Labelled({ label, children, help }: { readonly label: string; readonly children: ReactNode; readonly help?: string | undefined }) {
  return (
    <div className={css["field"]} role="group" aria-label={label}>
      <span className={css["label"]}>{label}</span>
      {children}
      {help !== undefined && <span className={css["help"]}>{help}</span>}
    </div>
  );
}
