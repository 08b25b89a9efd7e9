// The page may make the frame look like itself: these properties, and values of these forms. None of them can name an
// address, so nothing that is shown here can be carried away by a style (no url(), image-set(), var(), @import).

const color = /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgba?|hsla?|lab|lch|oklab|oklch|color)\([a-z0-9.,%\s/+-]{1,80}\))$/i;
const length = /^-?\d{1,3}(?:\.\d{1,5})?px$/;
const word = (...words) => new RegExp(`^(?:${words.join('|')})$`);

const allowed = {
  'background-color': color,
  'color': color,
  'color-scheme': word('normal', '(?:only )?(?:light|dark)', 'light dark', 'dark light'),
  'font-family': /^[\p{L}\p{N}\s,"'_-]{1,200}$/u,
  'font-size': /^\d{1,2}(?:\.\d{1,5})?px$/,
  'font-style': word('normal', 'italic'),
  'font-weight': /^\d{3}$/,
  'letter-spacing': new RegExp(`${length.source}|^normal$`),
  'line-height': new RegExp(`${length.source}|^normal$`),
  'text-align': word('start', 'end', 'left', 'right', 'center'),
};

/** Puts what is allowed of a page's wishes on the document; the rest counts for nothing. */
export function apply(wishes) {
  const style = document.documentElement.style;
  for (const [property, form] of Object.entries(allowed)) {
    const value = Object.hasOwn(wishes, property) ? wishes[property] : '';
    style.setProperty(property, typeof value === 'string' && form.test(value) ? value : '');
  }
}
