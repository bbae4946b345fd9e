// A menu behind a button. Behaviour is react-aria's, the look is ours.
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import buttons from "./button.module.css";
import { Icon, type IconName } from "./icon.tsx";
import css from "./menu.module.css";

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  /** A key that does the same. */
  readonly keys?: string;
  readonly isDanger?: boolean;
  readonly go: () => void;
}

interface Props {
  readonly label: string;
  readonly icon?: IconName;
  readonly small?: boolean;
  readonly entries: readonly MenuEntry[];
}

export function ActionMenu({ label, icon = "more", small = false, entries }: Props) {
  return (
    <MenuTrigger>
      <Button className={`${buttons["icon"]} ${small ? buttons["small"] : ""}`} aria-label={label}>
        <Icon name={icon} />
      </Button>
      <Popover className={css["popover"] ?? ""} placement="bottom end">
        <Menu
          className={css["menu"] ?? ""}
          onAction={(id) => {
            entries.find((entry) => entry.id === id)?.go();
          }}
        >
          {entries.map(({ id, label: text, keys, isDanger = false }) => (
            <MenuItem key={id} id={id} className={css["item"] ?? ""} textValue={text} data-danger={isDanger || undefined}>
              {text}
              {keys !== undefined && <kbd className={css["keys"]}>{keys}</kbd>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
