// A question before something is taken away, and what came of it.
import { Trans } from "@lingui/react/macro";
import { useState, type ReactNode } from "react";
import { failureWords } from "../../api/client.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import css from "./admin.module.css";

interface Props {
  readonly title: string;
  /** The button that does it. */
  readonly act: string;
  readonly onAct: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

export function Ask({ title, act, onAct, onClose, children }: Props) {
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const go = () => {
    setFailure(null);
    setBusy(true);
    onAct()
      .then(onClose)
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <Window
      title={title}
      isOpen
      mustAnswer
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={isBusy} onPress={go}>{act}</Button>
        </>
      }
    >
      <div className={css["form"]}>
        {children}
        <Failure words={failure} />
      </div>
    </Window>
  );
}

export function Failure({ words }: { readonly words: string | null }) {
  if (words === null) return null;
  return (
    <p role="alert" className={css["failure"]}>
      <Trans>That did not work: {words}.</Trans>
    </p>
  );
}
