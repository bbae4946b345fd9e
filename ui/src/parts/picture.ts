// An element as a PNG: its copy, with the look that it has now, drawn through an SVG. Nothing leaves the browser.
const SCALE = 2;

export async function pictureOf(element: HTMLElement): Promise<Blob> {
  const { width, height } = element.getBoundingClientRect();
  const copy = element.cloneNode(true) as HTMLElement;
  copyLooks(element, copy);
  copyCanvases(element, copy);
  copy.style.margin = "0";
  copy.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  const font = await embeddedFont();
  const body = new XMLSerializer().serializeToString(copy);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><style>${font}</style><foreignObject width="100%" height="100%">${body}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * SCALE);
  canvas.height = Math.ceil(height * SCALE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser can't draw");
  context.scale(SCALE, SCALE);
  context.drawImage(image, 0, 0);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => {
      if (blob === null) failed(new Error("this browser can't write PNG"));
      else done(blob);
    }, "image/png");
  });
}

function copyLooks(from: Element, to: Element): void {
  const looks = getComputedStyle(from);
  if (to instanceof HTMLElement || to instanceof SVGElement) {
    for (const name of looks) to.style.setProperty(name, looks.getPropertyValue(name));
    to.style.setProperty("animation", "none");
    if (from.matches("[data-no-picture]")) to.style.setProperty("visibility", "hidden");
  }
  [...from.children].forEach((child, ix) => {
    const twin = to.children[ix];
    if (twin !== undefined) copyLooks(child, twin);
  });
}

/** A copied canvas is empty: its picture takes its place. */
function copyCanvases(from: HTMLElement, to: HTMLElement): void {
  const twins = [...to.querySelectorAll("canvas")];
  [...from.querySelectorAll("canvas")].forEach((canvas, ix) => {
    const picture = document.createElement("img");
    picture.src = canvas.toDataURL();
    picture.setAttribute("style", twins[ix]?.getAttribute("style") ?? "");
    twins[ix]?.replaceWith(picture);
  });
}

let font: Promise<string> | null = null;

/** The page's own font, so that the picture has it anywhere; without it the picture is drawn in the system's. */
function embeddedFont(): Promise<string> {
  font ??= fetchFont().catch(() => "");
  return font;
}

async function fetchFont(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const face = rules.find((rule): rule is CSSFontFaceRule => rule instanceof CSSFontFaceRule && /latin-wght/.test(rule.cssText) && !/latin-ext/.test(rule.cssText));
  const file = face === undefined ? null : /url\("?([^")]+)"?\)/.exec(face.cssText);
  if (file?.[1] === undefined) return "";
  const blob = await (await fetch(new URL(file[1], face?.parentStyleSheet?.href ?? document.baseURI))).blob();
  const data = await new Promise<string>((done) => {
    const reader = new FileReader();
    reader.onload = () => {
      done(String(reader.result));
    };
    reader.readAsDataURL(blob);
  });
  return `@font-face{font-family:"IBM Plex Sans Variable";font-weight:100 700;src:url("${data}")}`;
}
