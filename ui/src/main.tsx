// Where the pages begin: looks, then language, then everything else.
import "@fontsource-variable/ibm-plex-sans/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { askEarly, firstQuestions } from "./api/early.ts";
import { activateLanguage } from "./i18n/activate.ts";
import { applyLooks } from "./shell/looks.ts";

applyLooks();
askEarly(firstQuestions(window.location.pathname));
// The code of the pages comes along with the words: both are needed before anything is drawn.
const pages = () => import("./app.tsx");

// Texts that stand outside of functions are read when their module is: the pages come after their language.
void activateLanguage().then(async () => {
  const { draw } = await pages();
  const root = document.getElementById("root");
  if (root !== null) draw(root);
});
