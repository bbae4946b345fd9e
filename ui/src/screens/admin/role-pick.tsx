// Roles of an account: the usual ones to tick, others by name.
import { t } from "@lingui/core/macro";
import { useState } from "react";
import { Checkbox, CheckboxGroup, Label } from "react-aria-components";
import { Written } from "../../kit/fields.tsx";
import { Icon } from "../../kit/icon.tsx";
import css from "./admin.module.css";
import { listed, roleAbout, roleWord, USUAL_ROLES } from "./roles.ts";

export function RolePick({ roles, onChange }: { readonly roles: readonly string[]; readonly onChange: (roles: readonly string[]) => void }) {
  const isUsual = (role: string) => (USUAL_ROLES as readonly string[]).includes(role);
  const usual = roles.filter(isUsual);
  const [others, setOthers] = useState(roles.filter((role) => !isUsual(role)).join(", "));
  return (
    <>
      <CheckboxGroup
        className={css["roles"] ?? ""}
        value={[...usual]}
        onChange={(next) => {
          onChange([...next, ...listed(others)]);
        }}
      >
        <Label className={css["label"] ?? ""}>{t`Roles`}</Label>
        {USUAL_ROLES.map((role) => (
          <Checkbox key={role} value={role} className={css["check"] ?? ""}>
            {({ isSelected }) => (
              <>
                <span className={css["box"]} aria-hidden>{isSelected && <Icon name="check" />}</span>
                <span>
                  {roleWord(role)}
                  <span className={css["quiet"]}>{roleAbout(role)}</span>
                </span>
              </>
            )}
          </Checkbox>
        ))}
      </CheckboxGroup>
      <Written
        label={t`Other roles, with commas`}
        value={others}
        onChange={(text) => {
          setOthers(text);
          onChange([...usual, ...listed(text)]);
        }}
        help={t`Names of single privileges, or roles that access lists name.`}
      />
    </>
  );
}
