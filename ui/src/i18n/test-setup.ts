// Tests read the pages in English, as they are written.
import { i18n } from "@lingui/core";

i18n.loadAndActivate({ locale: "en", locales: ["en-GB"], messages: {} });
