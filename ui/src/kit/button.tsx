// Buttons: plain, primary and quiet.
import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import css from "./button.module.css";

interface Props extends Omit<ButtonProps, "className" | "style"> {
  readonly look?: "plain" | "primary" | "quiet";
}

export function Button({ look = "plain", ...props }: Props) {
  return <AriaButton {...props} className={`${css["button"]} ${css[look]}`} />;
}
