// A button that is only a sign; its name is spoken and shown on hover.
import { Button, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon, type IconName } from "./icon.tsx";
import css from "./button.module.css";

interface Props {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  readonly small?: boolean;
}

export function IconButton({ icon, label, onPress, isDisabled = false, small = false }: Props) {
  return (
    <TooltipTrigger delay={500}>
      <Button className={`${css["icon"]} ${small ? css["small"] : ""}`} aria-label={label} isDisabled={isDisabled} {...(onPress === undefined ? {} : { onPress })}>
        <Icon name={icon} />
      </Button>
      <Tooltip className={css["tip"] ?? ""} offset={4}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
