// Who is signed in, how the pages look, the way out.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { call } from "../api/client.ts";
import { metaQuery, sessionQuery } from "../api/queries.ts";
import { activeLanguage, chooseLanguage } from "../i18n/activate.ts";
import { LANGUAGES, type Language } from "../i18n/languages.ts";
import { useState } from "react";
import { cityOf } from "../floor/zones.ts";
import { chooseZone, useViewerZone } from "../parts/zone.ts";
import { ZoneWindow } from "../parts/zone-window.tsx";
import { useMayAdminister } from "../parts/privileges.ts";
import { changeLooks, useLooks, type Density, type Theme } from "./looks.ts";
import css from "./user-menu.module.css";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", t`As the system`],
  ["light", t`Light`],
  ["dark", t`Dark`],
  ["contrast", t`High contrast`],
  ["wall", t`Wall`],
];

const DENSITIES: readonly (readonly [Density, string])[] = [
  ["normal", t`Normal rows`],
  ["compact", t`Compact rows`],
];

export function UserMenu() {
  const [isZoneAsked, askZone] = useState(false);
  const zone = useViewerZone();
  const session = useQuery(sessionQuery).data;
  const meta = useQuery(metaQuery).data;
  const { theme, density } = useLooks();
  const client = useQueryClient();
  const isAdmin = useMayAdminister();
  const navigate = useNavigate();
  const signOut = () => {
    void call("DELETE", "/session")
      .catch(() => undefined)
      .finally(() => {
        client.clear();
        window.location.assign("/sign-in");
      });
  };
  const user = session?.user ?? null;
  return (
    <>
    <MenuTrigger>
      <Button className={css["trigger"] ?? ""} aria-label={t`${initials(session?.name ?? session?.user ?? "?")}, settings of ${session?.name ?? t`this browser`}`}>
        {initials(session?.name ?? session?.user ?? "?")}
      </Button>
      <Popover className={css["popover"] ?? ""} placement="bottom end">
        <Menu className={css["menu"] ?? ""}>
          <MenuSection className={css["section"] ?? ""}>
            <Header className={css["who"] ?? ""}>
              <span className={css["name"]}>{session?.name}</span>
              <span>{session?.roles.join(", ")}</span>
            </Header>
          </MenuSection>
          <MenuSection
            className={css["section"] ?? ""}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => {
              for (const key of keys) changeLooks({ theme: key as Theme });
            }}
          >
            <Header className={css["head"] ?? ""}><Trans>Appearance</Trans></Header>
            {THEMES.map(([id, label]) => (
              <Choice key={id} id={id} label={label} />
            ))}
          </MenuSection>
          <MenuSection
            className={css["section"] ?? ""}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[density]}
            onSelectionChange={(keys) => {
              for (const key of keys) changeLooks({ density: key as Density });
            }}
          >
            <Header className={css["head"] ?? ""}><Trans>Tables</Trans></Header>
            {DENSITIES.map(([id, label]) => (
              <Choice key={id} id={id} label={label} />
            ))}
          </MenuSection>
          <MenuSection
            className={css["section"] ?? ""}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[activeLanguage()]}
            onSelectionChange={(keys) => {
              for (const key of keys) chooseLanguage(key as Language, user);
            }}
          >
            <Header className={css["head"] ?? ""}><Trans>Language</Trans></Header>
            {LANGUAGES.map(({ id, name }) => (
              <Choice key={id} id={id} label={name} lang={id} />
            ))}
          </MenuSection>
          <MenuSection className={css["section"] ?? ""} aria-label={t`Session`}>
            <MenuItem className={css["item"] ?? ""} onAction={() => { askZone(true); }}>
              {zone === null ? t`Time zone …` : t`Time zone: ${cityOf(zone)} …`}
            </MenuItem>
            {isAdmin && (
              <MenuItem className={css["item"] ?? ""} onAction={() => void navigate({ to: "/admin/users" })}>
                <Trans>Administration</Trans>
              </MenuItem>
            )}
            <MenuItem className={css["item"] ?? ""} onAction={signOut}>
              <Trans>Sign out</Trans>
            </MenuItem>
          </MenuSection>
          <MenuSection className={css["foot"] ?? ""}>
            <Header>
              {meta?.product ?? "Pulse"} {meta?.version}
            </Header>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
    {isZoneAsked && (
      <ZoneWindow
        title={t`Time zone`}
        words={t`In which zone this browser shows times to you. A board of a zone of its own keeps it.`}
        none={t`As the centre`}
        value={zone}
        onChoose={(next) => {
          chooseZone(next, user);
        }}
        onClose={() => {
          askZone(false);
        }}
      />
    )}
    </>
  );
}

function Choice({ id, label, lang }: { readonly id: string; readonly label: string; readonly lang?: string }) {
  return (
    <MenuItem id={id} {...(lang === undefined ? {} : { lang })} className={css["item"] ?? ""} textValue={label}>
      {({ isSelected }) => (
        <>
          {label}
          {isSelected && (
            <svg viewBox="0 0 12 12" width="0.75rem" height="0.75rem" aria-hidden>
              <path d="m2 6.5 2.6 2.6L10 3.4" fill="none" stroke="currentColor" strokeWidth="1.6" />
            </svg>
          )}
        </>
      )}
    </MenuItem>
  );
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((part) => part.charAt(0).toUpperCase())
    .slice(0, 2)
    .join("");
