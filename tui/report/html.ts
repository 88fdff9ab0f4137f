/** Text as HTML. All of it goes through here: nothing that was read from disk is taken for markup. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML, and so a strict parser, has no place for: controls, halves of pairs, codes without a character. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Cn}]/gu;

/** A text as it stands between tags or in an attribute. */
export const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char]!);

/** Markup, as opposed to text. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | Markup | readonly Content[];

const contentMarkup = (content: Content): string =>
  typeof content === 'string'
    ? escaped(content)
    : 'markup' in content
      ? content.markup
      : content.map(contentMarkup).join('');

/** Markup that is known to be whole: of the figures, and of this folder. */
export const raw = (markup: string): Markup => ({ markup });

/** An element with its attributes and what is in it; texts are escaped. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: Content = '',
): Markup {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(value)}"`],
  );
  return raw(`<${name}${given.join('')}>${contentMarkup(content)}</${name}>`);
}
