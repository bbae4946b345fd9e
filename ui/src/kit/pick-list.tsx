// Any number of a long list, found by typing.
import { t } from "@lingui/core/macro";
import { useMemo, useState } from "react";
import { ListBox, ListBoxItem, type Selection } from "react-aria-components";
import { Search } from "./controls.tsx";
import { Icon } from "./icon.tsx";
import css from "./pick-list.module.css";

export interface Pickable {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
}

interface Props {
  readonly label: string;
  readonly items: readonly Pickable[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly isSingle?: boolean;
  readonly none?: string;
}

/** Beyond these, one types. */
const SHOWN_MAX = 200;

export function PickList({ label, items, chosen, onChange, isSingle = false, none = t`Nothing is called that.` }: Props) {
  const [query, setQuery] = useState("");
  const found = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return items.filter((item) => words.every((word) => `${item.label} ${item.note ?? ""} ${item.id}`.toLowerCase().includes(word))).slice(0, SHOWN_MAX);
  }, [items, query]);
  const shown = new Set(found.map(({ id }) => id));
  const change = (keys: Selection) => {
    const now = keys === "all" ? [...shown] : [...keys].map(String);
    // What the search hides stays chosen, and the order is that of choosing.
    const kept = isSingle ? [] : chosen.filter((id) => !shown.has(id) || now.includes(id));
    onChange([...kept, ...now.filter((id) => !kept.includes(id))]);
  };
  return (
    <div className={css["pick"]}>
      <Search label={label} value={query} onChange={setQuery} />
      <ListBox
        className={css["list"] ?? ""}
        aria-label={label}
        items={found}
        selectionMode={isSingle ? "single" : "multiple"}
        // What is chosen stays so; Escape is for the window around it.
        escapeKeyBehavior="none"
        selectedKeys={chosen}
        onSelectionChange={change}
        renderEmptyState={() => <p className={css["none"]}>{none}</p>}
      >
        {(item) => (
          <ListBoxItem id={item.id} className={css["item"] ?? ""} textValue={item.label}>
            {({ isSelected }) => (
              <>
                <span className={css["tick"]}>{isSelected && <Icon name="check" />}</span>
                <span className={css["name"]}>{item.label}</span>
                {item.note !== undefined && <span className={css["note"]}>{item.note}</span>}
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
}
