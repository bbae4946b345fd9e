// A question or a choice over the page: title, contents, a row of buttons. Escape leads back.
import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import css from "./dialog.module.css";
import { IconButton } from "./icon-button.tsx";

interface Props {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly size?: "small" | "large";
  /** A question that must be answered is not closed by a click beside it. */
  readonly mustAnswer?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

export function Window({ title, isOpen, onClose, size = "small", mustAnswer = false, footer, children }: Props) {
  return (
    <ModalOverlay
      className={css["overlay"] ?? ""}
      isOpen={isOpen}
      isDismissable={!mustAnswer}
      isKeyboardDismissDisabled={mustAnswer}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={`${css["modal"]} ${css[size]}`}>
        <Dialog className={css["dialog"] ?? ""} {...(mustAnswer ? { role: "alertdialog" as const } : {})}>
          <div className={css["head"]}>
            <Heading slot="title" className={css["title"] ?? ""}>
              {title}
            </Heading>
            {!mustAnswer && <IconButton icon="close" label={t`Close`} onPress={onClose} />}
          </div>
          <div className={css["body"]}>{children}</div>
          {footer !== undefined && <div className={css["foot"]}>{footer}</div>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
